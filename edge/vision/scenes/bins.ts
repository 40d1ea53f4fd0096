import type { Box } from '@ganzhi/models/detection'
import { sharedArea } from '@ganzhi/models/overlap'
import { follow, isSteady, type Stay, type StayOptions } from './stays.ts'
import type { Thing } from './thing.ts'

/** Something that lies there. */
interface Lying {
  readonly box: Box
  /** Long enough to be told of. */
  readonly isLong: boolean
}

/** In widths of a bin or a heap: what lies so near belongs to it. */
const NEAR = 0.5

/**
 * Bins, and what lies at them. What lies long enough is judged once: a bin that the next look misses must not make
 * another matter of it. Nor is what lies beside it another matter than itself.
 */
export function openBins() {
  let bins: Stay[] = []
  let steady: readonly Stay[] = []
  let judged: readonly { readonly box: Box; readonly atBin: boolean }[] = []
  const isAtBin = (box: Box) => steady.some((bin) => sharedArea(widened(bin.box), box) > 0)

  return {
    look(seen: readonly Thing[], covers: readonly Thing[], passedMs: number, options: StayOptions): void {
      bins = follow(bins, seen, covers, passedMs, { ...options, whileHidden: true })
      steady = bins.filter((bin) => isSteady(bin, options))
    },

    /** Of each thing, whether it is a bin's. */
    ownersOf(lying: readonly Lying[]): boolean[] {
      const verdicts = lying.map(({ box, isLong }) => {
        const before = judged.find((one) => sharedArea(widened(one.box), box) > 0)
        return { box, isLong: isLong || before !== undefined, atBin: before?.atBin ?? isAtBin(box) }
      })
      judged = verdicts.filter(({ isLong }) => isLong)
      return verdicts.map(({ atBin }) => atBin)
    },
  }
}

function widened([x1, y1, x2, y2]: Box): Box {
  const more = NEAR * (x2 - x1)
  return [x1 - more, y1, x2 + more, y2 + more / 2]
}
