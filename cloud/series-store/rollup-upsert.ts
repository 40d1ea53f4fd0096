import type { PoolClient } from 'pg'
import { int4Array, timestampArray } from './binary-array.ts'
import { markPeriods } from './period.ts'
import { IS_BAD, IS_GOOD, type RollupLevel, bucketOf, endOf, levelsAbove } from './rollup-level.ts'

/** Gateways × buckets in one transaction. While its snapshot is held, no old version of a latest value can go. */
const MARKS_AT_ONCE = 10

export function rollupTable({ table }: RollupLevel): string {
  return `
  CREATE TABLE ${table} (
    bucket timestamptz NOT NULL, sum float8, min float8, max float8, first float8, last float8,
    series_id int NOT NULL, n int NOT NULL, n_bad int NOT NULL, PRIMARY KEY (series_id, bucket)
  )`
}

export async function earliestDue(
  client: PoolClient,
  level: RollupLevel,
  now: number,
  zone: string,
): Promise<number | undefined> {
  const { rows } = await client.query<{ bucket: Date | null }>(
    `SELECT min(bucket) AS bucket FROM dirty_mark WHERE rollup = $1 AND ${endOf(level, 'bucket', zone)} <= $2`,
    [level.index, new Date(now)],
  )
  return rows[0]?.bucket?.getTime()
}

export interface Within {
  /** Buckets that start in here, ms: those of one partition, so that the planner sees no other. */
  readonly from: number
  readonly to: number
  readonly now: number
  readonly zone: string
}

/**
 * Works off marks in a transaction that must be `repeatable read`: one snapshot sees the marks, deletes exactly those,
 * and computes from the samples that came with them. A mark that comes later is not in it, and stays.
 */
export async function rollUpWithin(tx: PoolClient, level: RollupLevel, within: Within): Promise<void> {
  const { zone } = within
  const { rows } = await tx.query<{ gateway_id: number; bucket: Date }>(
    `WITH due AS (
       SELECT DISTINCT bucket, gateway_id FROM dirty_mark
        WHERE rollup = $1 AND bucket >= $2 AND bucket < $3 AND ${endOf(level, 'bucket', zone)} <= $4
        ORDER BY bucket, gateway_id LIMIT ${MARKS_AT_ONCE}
     ), gone AS (
       DELETE FROM dirty_mark AS d USING due
        WHERE d.rollup = $1 AND d.bucket = due.bucket AND d.gateway_id = due.gateway_id
     )
     SELECT * FROM due`,
    [level.index, new Date(within.from), new Date(within.to), new Date(within.now)],
  )
  if (rows.length === 0) return
  const gateways = int4Array(rows.map(({ gateway_id }) => gateway_id))
  const buckets = timestampArray(rows.map(({ bucket }) => bucket.getTime()))
  const [first, last] = [rows[0]?.bucket, rows.at(-1)?.bucket]
  await tx.query(rollUpSql(level, zone), [gateways, buckets, first, last])
  for (const above of levelsAbove(level)) {
    await tx.query(
      `INSERT INTO dirty_mark (rollup, gateway_id, bucket)
       SELECT DISTINCT $3::int2, gateway_id, ${bucketOf(above, 'bucket', zone)}
         FROM unnest($1::int4[], $2::timestamptz[]) AS m(gateway_id, bucket)`,
      [gateways, buckets, above.index],
    )
  }
  await markPeriods(tx, level, buckets, zone)
}

/**
 * A short walk along the index for each series and bucket. $3 and $4 say once more between which times all of them lie,
 * so that the planner leaves other partitions out.
 */
function rollUpSql(level: RollupLevel, zone: string): string {
  const raw = level.source === 'samples'
  const time = raw ? 'ts' : 'bucket'
  const within = `FROM ${level.source} AS x
     WHERE x.series_id = s.id AND x.${time} >= m.bucket AND x.${time} < ${endOf(level, 'm.bucket', zone)}
       AND x.${time} >= $3 AND x.${time} < ${endOf(level, '$4::timestamptz', zone)}`
  const good = raw ? IS_GOOD : 'n > 0'
  const aggregates = raw
    ? `count(*) FILTER (WHERE ${IS_GOOD}) AS n, count(*) FILTER (WHERE ${IS_BAD}) AS n_bad,
       sum(value) FILTER (WHERE ${IS_GOOD}) AS sum, min(value) FILTER (WHERE ${IS_GOOD}) AS min, max(value) FILTER (WHERE ${IS_GOOD}) AS max`
    : `sum(n) AS n, sum(n_bad) AS n_bad, sum(sum) AS sum, min(min) AS min, max(max) AS max`
  const edge = (column: string, order: string) =>
    `(SELECT ${raw ? 'value' : column} ${within} AND ${good} ORDER BY x.${time} ${order} LIMIT 1)`
  return `
    INSERT INTO ${level.table} AS r (series_id, bucket, n, n_bad, sum, min, max, first, last)
    SELECT s.id, m.bucket, a.n, a.n_bad, a.sum, a.min, a.max, ${edge('first', 'ASC')}, ${edge('last', 'DESC')}
      FROM unnest($1::int4[], $2::timestamptz[]) AS m(gateway_id, bucket)
      JOIN series AS s USING (gateway_id)
     CROSS JOIN LATERAL (SELECT ${aggregates} ${within}) AS a
     WHERE a.n + a.n_bad > 0
    ON CONFLICT (series_id, bucket) DO UPDATE
       SET n = excluded.n, n_bad = excluded.n_bad, sum = excluded.sum, min = excluded.min, max = excluded.max,
           first = excluded.first, last = excluded.last`
}
