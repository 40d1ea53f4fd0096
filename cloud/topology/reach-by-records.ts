import {
  type Circumstances,
  type Followed,
  type Reach,
  type RecordNews,
  SILENT_AFTER_MS,
  again,
  lost,
} from './reach.ts'

/** Of a gateway that reports, six reports would have come in that time. */
const REPORTS_WITHIN_MS = 60_000

/**
 * What becomes of a gateway of which no report has come. As long as it may still report, it is heard as far as its records go, and
 * not any more where they stay away: it may have died before it said anything.
 */
export function followRecords(
  known: Reach | undefined,
  news: RecordNews,
  around: Circumstances,
): Followed | undefined {
  const { recordAt = 0, recordArrivedAt } = news
  const { judgedAt, clock, behind, listening } = around
  const heardAt = Math.max(recordAt, judgedAt + 1)
  if (known === undefined) {
    if (recordArrivedAt === undefined) return undefined
    const unreported = { since: recordArrivedAt, reports: 'not-yet' } as const
    return {
      reach: { epoch: '0', base: 0, heardAt, completeAt: clock, aliveAt: recordArrivedAt, unreported },
    }
  }
  const { unreported, silentAt } = known
  if (unreported?.reports !== 'not-yet') return undefined
  if (recordArrivedAt !== undefined) {
    const expectedSince = Math.max(unreported.since, listening.since)
    const never = recordArrivedAt - expectedSince > REPORTS_WITHIN_MS
    const reach: Reach = {
      ...known,
      heardAt: Math.max(known.heardAt, silentAt === undefined ? recordAt : heardAt),
      aliveAt: recordArrivedAt,
      silentAt: undefined,
      ...(never && { unreported: { ...unreported, reports: 'never' } }),
    }
    return silentAt === undefined ? { reach } : again(known, reach)
  }
  if (silentAt !== undefined || behind) return { reach: known }
  const quietSince = Math.max(known.aliveAt, listening.since)
  return listening.until - quietSince > SILENT_AFTER_MS ? lost(known, quietSince) : { reach: known }
}
