import type { VNodeChild } from 'vue'

interface SegmentsProps<T extends string> {
  readonly label: string
  readonly names: readonly T[]
  readonly chosen: T | undefined
  readonly textOf: (name: T) => VNodeChild
  readonly onChoose: (name: T) => void
}

/** One of a few, side by side. */
export const Segments = <T extends string>({ label, names, chosen, textOf, onChoose }: SegmentsProps<T>) => (
  <div class="segments" role="group" aria-label={label}>
    {names.map((name) => (
      <button
        key={name}
        type="button"
        class={name === chosen && 'on'}
        aria-pressed={name === chosen}
        onClick={() => onChoose(name)}
      >
        {textOf(name)}
      </button>
    ))}
  </div>
)
Segments.props = ['label', 'names', 'chosen', 'textOf', 'onChoose']
