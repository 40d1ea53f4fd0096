import { ROLLUPS, type Rollup } from './series-store.ts'

export interface RollupLevel {
  readonly rollup: Rollup
  /** Position in ROLLUPS, and the code in `dirty_mark`. */
  readonly index: number
  readonly table: string
  /** A whole number of them makes up a bucket, in any time zone: no zone is off by less than 15 minutes. */
  readonly source: 'samples' | 'rollup_1m' | 'rollup_15m'
  /** Nominal: a day of 23 or 25 hours is still a day. */
  readonly widthMs: number
}

const MINUTE_MS = 60_000

export const ROLLUP_LEVELS: Readonly<Record<Rollup, RollupLevel>> = {
  '1m': { rollup: '1m', index: 0, table: 'rollup_1m', source: 'samples', widthMs: MINUTE_MS },
  '15m': { rollup: '15m', index: 1, table: 'rollup_15m', source: 'rollup_1m', widthMs: 15 * MINUTE_MS },
  '1h': { rollup: '1h', index: 2, table: 'rollup_1h', source: 'rollup_15m', widthMs: 60 * MINUTE_MS },
  '1d': { rollup: '1d', index: 3, table: 'rollup_1d', source: 'rollup_15m', widthMs: 1440 * MINUTE_MS },
}

/** Whose marks these become once they are worked off: the levels made of this one. */
export function levelsAbove(level: RollupLevel): RollupLevel[] {
  return ROLLUPS.map((rollup) => ROLLUP_LEVELS[rollup]).filter(({ source }) => source === level.table)
}

/** SQL: start of the bucket that a time lies in. */
export function bucketOf({ rollup, widthMs }: RollupLevel, time: string, zone: string): string {
  if (rollup === '1d') return `date_trunc('day', ${time}, ${zone})`
  return `date_bin('${widthMs} ms', ${time}, timestamptz '2000-01-01 00:00Z')`
}

/** SQL: end of the bucket that starts at a time. */
export function endOf({ rollup, widthMs }: RollupLevel, bucket: string, zone: string): string {
  if (rollup === '1d') return `((${bucket} AT TIME ZONE ${zone}) + interval '1 day') AT TIME ZONE ${zone}`
  return `(${bucket} + interval '${widthMs} ms')`
}

/**
 * What enters sums, minima and maxima: good, and a number that a day's worth of can be added without an overflow, which
 * would be an error and stop the roll-up. NaN sorts above all numbers and so is not between.
 */
export const IS_GOOD = `(quality = 0 AND value BETWEEN -1e300 AND 1e300)`
/** Text and json have no value here: good ones are neither counted as good nor as bad. */
export const IS_BAD = `(quality <> 0 OR value NOT BETWEEN -1e300 AND 1e300)`
