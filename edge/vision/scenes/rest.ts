import type { StillObject } from './static-layer.ts'
import type { Thing } from './thing.ts'

const PASSES_BY_MS = 5_000

/** What is known of an object beside how it looks. */
export interface Rest {
  readonly aloneMs: number
  /** Since when somebody is with it, or before it. */
  readonly attendedMs: number
  /** What detectors have called it, and in how many looks. */
  readonly name?: { readonly label: string; readonly score: number; readonly looks: number }
}

export function nextRest(
  before: Rest | undefined,
  { stayedMs }: StillObject,
  look: { readonly name: Thing | undefined; readonly isAlone: boolean; readonly passedMs: number },
): Rest {
  // At first sight it has been lying since it began to look the same.
  const { aloneMs, attendedMs } = before ?? { aloneMs: look.isAlone ? stayedMs : 0, attendedMs: 0 }
  const passedMs = before ? look.passedMs : 0
  // Who only walked by was not with it.
  const passedBy = aloneMs > 0 && attendedMs <= PASSES_BY_MS ? attendedMs : 0
  const time = look.isAlone
    ? { aloneMs: aloneMs + passedMs + passedBy, attendedMs: 0 }
    : { aloneMs, attendedMs: attendedMs + passedMs }
  if (!look.name) return { ...before, ...time }
  const { label, score } = look.name
  const known = before?.name
  return {
    ...time,
    name: { label, score: Math.max(score, known?.score ?? 0), looks: (known?.looks ?? 0) + 1 },
  }
}
