import { MAX_HOLES } from '@ganzhi/contracts/receipt'
import type { Coverage } from '../outbox/outbox.ts'
import { type SeqRanges, subtract, union } from '../outbox/seq-ranges.ts'

/** What the database told that it has. */
export function storedOf({ contiguous, holes, top }: Coverage): SeqRanges {
  const reached = Math.max(contiguous, top)
  if (reached < 1) return []
  const missing = union(
    holes.filter(([first]) => first > contiguous),
    [],
  )
  return subtract([[1, reached]], missing)
}

/** Which of `sent` it told that it lacks; above the last of a full list of holes it told nothing. */
export function missingOf(coverage: Coverage, sent: SeqRanges): SeqRanges {
  const lacking = subtract(sent, storedOf(coverage))
  if (coverage.holes.length < MAX_HOLES) return lacking
  return intersect(lacking, [[1, coverage.top]])
}

export function intersect(a: SeqRanges, b: SeqRanges): SeqRanges {
  return subtract(a, subtract(a, b))
}

export function countOf(ranges: SeqRanges): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0)
}
