import { integerIn, type Random } from './random.ts'

const SPOILT_PROPERTY = 0.5
const HIDDEN_SHARE = 0.25
/** Runs that go on to the newest step are what a score is asked about. */
const TO_THE_END = 0.5

export interface Cells {
  readonly window: number
  readonly properties: number
}

/**
 * Spoils some of a window in place, so that a network that must restore it learns what a property is likely to be by
 * the others, by its own other steps and by the time of day: runs of a property are hidden, or blended with what `other`,
 * another true window, has in their place (swap noise).
 */
export function spoil(input: Float32Array, other: Float32Array, cells: Cells, random: Random): void {
  for (let p = 0; p < cells.properties; p++) {
    if (random() >= SPOILT_PROPERTY) continue
    // Short runs are as likely as long ones.
    const length = Math.max(1, Math.round(cells.window ** random()))
    const toTheEnd = random() < TO_THE_END
    const begin = toTheEnd ? cells.window - length : integerIn(random, 0, cells.window - length)
    const share = random() < HIDDEN_SHARE ? undefined : random()
    for (let t = begin; t < begin + length; t++)
      spoilCell(input, other, t * cells.properties + p, cells, share)
  }
}

function spoilCell(
  input: Float32Array,
  other: Float32Array,
  cell: number,
  { window, properties }: Cells,
  share: number | undefined,
): void {
  const known = window * properties + cell
  if (share === undefined) {
    input[cell] = 0
    input[known] = 0
  } else if (input[known] === 1 && other[known] === 1) {
    input[cell] = (1 - share) * (input[cell] ?? 0) + share * (other[cell] ?? 0)
  }
}
