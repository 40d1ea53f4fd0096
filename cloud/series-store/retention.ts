import { GanzhiError } from '@ganzhi/contracts/error'
import { ROLLUPS, type Rollup } from './series-store.ts'

/** Days that are kept. */
export type Retention = Readonly<Record<'raw' | Rollup, number>>

export const DEFAULT_RETENTION: Retention = { raw: 90, '1m': 180, '15m': 730, '1h': 1825, '1d': 7300 }

export const DAY_MS = 86_400_000

/** Two days: a bucket must not lose a part of what it is made of while late samples may still call for it. */
const MARGIN_DAYS = 2

export function checkedRetention(retention: Retention): Retention {
  if (!(retention.raw >= 1)) throw badRetention('raw', 'must be a day at least')
  let finer: 'raw' | Rollup = 'raw'
  for (const rollup of ROLLUPS) {
    if (!(retention[rollup] >= retention[finer] + MARGIN_DAYS)) {
      throw badRetention(rollup, `must be kept ${MARGIN_DAYS} days longer than ${finer}, which it is made of`)
    }
    finer = rollup
  }
  return retention
}

/**
 * What lies wholly before it can go. A day later than the age at which samples are refused, so that no process whose
 * clock is a little behind writes into what another has just dropped.
 */
export function horizonOf(days: number, now: number): number {
  return now - (days + 1) * DAY_MS
}

function badRetention(field: string, what: string): GanzhiError {
  return new GanzhiError(`retention of ${field} ${what}`, {
    code: 'bad-retention',
    blame: 'caller',
    field: `retentionDays.${field}`,
    remedy: 'Give days in ascending order: raw, 1m, 15m, 1h, 1d.',
  })
}
