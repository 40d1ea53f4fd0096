import { compareItems } from './compare-items.ts'
import { compareRecords } from './compare-records.ts'
import { type Stored, type Submission, laneOf } from './facts.ts'
import { type Finding, type Verdict, verdictOf } from './verdict.ts'

export interface Expectation {
  /** Whether the fault itself takes something away for good: then gap records must name it, else there must be none. */
  readonly mayLose: boolean
}

/** Six sets, all empty when every accepted thing is in the database exactly once or is rightly named as missing. */
export function judge(
  sent: readonly Submission[],
  stored: Stored,
  { mayLose }: Expectation = { mayLose: false },
): Verdict {
  const needless = mayLose ? [] : stored.gaps.map(givenUp)
  return verdictOf([...compareRecords(sent, stored), ...compareItems(sent, stored), ...needless])
}

function givenUp(gap: Stored['gaps'][number]): Finding {
  return {
    failure: 'lost',
    what: `${laneOf(gap)} ${gap.firstSeq} to ${gap.lastSeq}`,
    why: `given up (${gap.reason}), though nothing was beyond saving`,
  }
}
