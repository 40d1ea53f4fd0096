import type { Detection } from '@ganzhi/models/detection'
import { overlapOf } from '@ganzhi/models/overlap'
import { assign } from '../tracking/assignment.ts'

/** Only what one of the two is sure of is compared; what the other makes of it may score lower. */
const CLEAR = 0.4
const SAME = 0.5

export interface LabelAgreement {
  readonly label: string
  readonly both: number
  readonly onlyFirst: number
  readonly onlySecond: number
  /** 0 to 1: `both` among all. */
  readonly agreement: number
  /** Mean overlap of the boxes that both have. */
  readonly overlap: number
  /** Mean of the second's score minus the first's, where both have it. */
  readonly scoreDrift: number
}

interface Tally {
  both: number
  onlyFirst: number
  onlySecond: number
  overlap: number
  drift: number
}

/** What two models say of the same frames. */
export class Agreement {
  readonly #labels = new Map<string, Tally>()
  #frames = 0
  #firstSaw = 0
  #secondSawToo = 0

  get frames(): number {
    return this.#frames
  }

  /** Frames in which the first is sure of something, and those of them in which the second sees anything at all. */
  get sight(): { readonly first: number; readonly second: number } {
    return { first: this.#firstSaw, second: this.#secondSawToo }
  }

  add(first: readonly Detection[], second: readonly Detection[]): void {
    this.#frames += 1
    if (first.some(isClear)) {
      this.#firstSaw += 1
      if (second.some(({ score }) => score >= CLEAR / 2)) this.#secondSawToo += 1
    }
    for (const label of new Set([...first, ...second].map((each) => each.label))) {
      this.#compare(
        this.#tallyOf(label),
        first.filter((each) => each.label === label),
        second.filter((each) => each.label === label),
      )
    }
  }

  perLabel(): LabelAgreement[] {
    const compared = [...this.#labels].filter(([, each]) => each.both + each.onlyFirst + each.onlySecond > 0)
    return compared
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([label, { both, onlyFirst, onlySecond, overlap, drift }]) => ({
        label,
        both,
        onlyFirst,
        onlySecond,
        agreement: both / (both + onlyFirst + onlySecond),
        overlap: both > 0 ? overlap / both : 0,
        scoreDrift: both > 0 ? drift / both : 0,
      }))
  }

  #compare(tally: Tally, first: readonly Detection[], second: readonly Detection[]): void {
    const columns = assign(
      first.map((one) => second.map((other) => 1 - overlapOf(one.box, other.box))),
      1 - SAME,
    )
    for (const [row, one] of first.entries()) {
      const other = second[columns[row] ?? -1]
      if (!other) {
        if (isClear(one)) tally.onlyFirst += 1
      } else if (isClear(one) || isClear(other)) {
        tally.both += 1
        tally.overlap += overlapOf(one.box, other.box)
        tally.drift += other.score - one.score
      }
    }
    const met = new Set(columns)
    tally.onlySecond += second.filter((each, column) => isClear(each) && !met.has(column)).length
  }

  #tallyOf(label: string): Tally {
    const tally = this.#labels.get(label) ?? { both: 0, onlyFirst: 0, onlySecond: 0, overlap: 0, drift: 0 }
    this.#labels.set(label, tally)
    return tally
  }
}

function isClear({ score }: Detection): boolean {
  return score >= CLEAR
}
