import type { GapReason, GapRecord } from '@ganzhi/contracts/gap'
import type { Epoch, Lane } from '@ganzhi/contracts/record-key'
import { subtract, union, type SeqRange, type SeqRanges } from './seq-ranges.ts'

/** One gap record for each range. */
export function gapsOf(
  lane: Lane,
  epoch: Epoch,
  ranges: SeqRanges,
  reason: GapReason,
  at: number,
): GapRecord[] {
  return ranges.map(([firstSeq, lastSeq]) => ({
    kind: 'gap',
    lane,
    epoch,
    firstSeq,
    lastSeq,
    count: lastSeq - firstSeq + 1,
    reason,
    at,
  }))
}

/** What gap records name of one lane and epoch. */
export function namedBy(gaps: readonly GapRecord[], lane: Lane, epoch: Epoch): SeqRanges {
  const own = gaps.filter((gap) => gap.lane === lane && gap.epoch === epoch)
  return union(own.map(rangeOf), [])
}

export function rangeOf(gap: GapRecord): SeqRange {
  return [gap.firstSeq, gap.lastSeq]
}

/** The same with fewer records: adjacent ranges that were lost for the same reason become one. */
export function merged(gaps: readonly GapRecord[]): GapRecord[] {
  const groups = Map.groupBy(gaps, ({ lane, epoch, reason }) => `${lane} ${epoch} ${reason}`)
  return [...groups.values()].flatMap((group) => {
    const [sample] = group
    if (!sample) return []
    const at = Math.max(...group.map((gap) => gap.at))
    return gapsOf(sample.lane, sample.epoch, union(group.map(rangeOf), []), sample.reason, at)
  })
}

/** What is left of `lost` when `known` is taken away. */
export function notNamed(lost: readonly GapRecord[], known: readonly GapRecord[]): GapRecord[] {
  return lost.flatMap((gap) => {
    const rest = subtract([rangeOf(gap)], namedBy(known, gap.lane, gap.epoch))
    return gapsOf(gap.lane, gap.epoch, rest, gap.reason, gap.at)
  })
}
