import { compareItems } from './compare-items.ts'
import { compareRecords } from './compare-records.ts'
import type { Stored, Submission } from './facts.ts'
import { type Verdict, verdictOf } from './verdict.ts'

/** Six sets, all empty when every accepted thing is in the database exactly once or is named as missing. */
export function judge(sent: readonly Submission[], stored: Stored): Verdict {
  return verdictOf([...compareRecords(sent, stored), ...compareItems(sent, stored)])
}
