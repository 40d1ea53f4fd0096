import type { PoolClient } from 'pg'
import { transactionOn } from '../database/pool.ts'
import { int4Array, timestampArray } from './binary-array.ts'
import type { Backend, BackendContext } from './backend.ts'
import { type Partitioned, partitionsIn } from './partitions.ts'
import { DAY_MS, horizonOf } from './retention.ts'
import {
  IS_BAD,
  IS_GOOD,
  ROLLUP_LEVELS,
  type RollupLevel,
  bucketOf,
  endOf,
  levelsAbove,
} from './rollup-level.ts'
import { ROLLUPS } from './series-store.ts'

/** Days in a partition: about a hundred partitions a table at the usual retention. */
const PARTITION_DAYS: Readonly<Record<string, number>> = {
  samples: 1,
  sample_body: 1,
  series_untrusted: 1,
  rollup_1m: 2,
  rollup_15m: 10,
  rollup_1h: 30,
  rollup_1d: 365,
}
const DAYS_AHEAD = 2
/** Gateways × buckets in one transaction: seconds of work, not minutes. */
const MARKS_AT_ONCE = 200

const TABLES = `
  CREATE TABLE samples (ts timestamptz NOT NULL, value float8, series_id int NOT NULL, quality int2 NOT NULL)
    PARTITION BY RANGE (ts);
  CREATE INDEX ON samples (series_id, ts);
  CREATE TABLE sample_body (ts timestamptz NOT NULL, body json NOT NULL, series_id int NOT NULL, quality int2 NOT NULL)
    PARTITION BY RANGE (ts);
  CREATE INDEX ON sample_body (series_id, ts);
  CREATE TABLE series_untrusted (
    arrived_at timestamptz NOT NULL, at_ms int8 NOT NULL, value float8, series_id int NOT NULL, quality int2 NOT NULL, body json
  ) PARTITION BY RANGE (arrived_at);
  CREATE INDEX ON series_untrusted (arrived_at);`

export function postgresBackend({ pool, retention, zone }: BackendContext): Backend {
  const partitions = partitionsIn(pool)
  const partitioned = (table: string): Partitioned => ({ table, days: PARTITION_DAYS[table] ?? 1 })

  return {
    kind: 'postgres',

    async create(tx) {
      await tx.query(TABLES + ROLLUPS.map((rollup) => rollupTable(ROLLUP_LEVELS[rollup])).join(''))
    },

    async makeRoom(table, times) {
      await partitions.cover(partitioned(table), times)
    },

    async rollUp(leased, level, { now, signal }) {
      const first = await earliestDue(leased, level, now, zone)
      if (first === undefined) return false
      signal?.throwIfAborted()
      await partitions.cover(partitioned(level.table), [first])
      // One snapshot sees the marks, deletes exactly those, and computes from the samples that came with them.
      await transactionOn(leased, () => rollUpPartition(leased, level, first, now, zone), 'repeatable read')
      return true
    },

    async maintain({ now, signal }) {
      const ahead = Array.from({ length: DAYS_AHEAD + 1 }, (_, day) => now + day * DAY_MS)
      for (const table of Object.keys(PARTITION_DAYS)) {
        signal?.throwIfAborted()
        await partitions.cover(partitioned(table), ahead)
        await partitions.dropBefore(partitioned(table), horizonOf(daysKept(table), now))
      }
    },
  }

  function daysKept(table: string): number {
    return retention[ROLLUPS.find((rollup) => ROLLUP_LEVELS[rollup].table === table) ?? 'raw']
  }
}

function rollupTable({ table }: RollupLevel): string {
  return `
  CREATE TABLE ${table} (
    bucket timestamptz NOT NULL, sum float8, min float8, max float8, first float8, last float8,
    series_id int NOT NULL, n int NOT NULL, n_bad int NOT NULL, PRIMARY KEY (series_id, bucket)
  ) PARTITION BY RANGE (bucket);`
}

async function earliestDue(
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

/** Marks of the partition that `first` lies in: the planner then sees only the partitions that matter. */
async function rollUpPartition(
  tx: PoolClient,
  level: RollupLevel,
  first: number,
  now: number,
  zone: string,
): Promise<void> {
  const width = (PARTITION_DAYS[level.table] ?? 1) * DAY_MS
  const start = Math.floor(first / width) * width
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
    [level.index, new Date(start), new Date(start + width), new Date(now)],
  )
  if (rows.length === 0) return
  const gateways = int4Array(rows.map(({ gateway_id }) => gateway_id))
  const buckets = timestampArray(rows.map(({ bucket }) => bucket.getTime()))
  const from = rows[0]?.bucket
  const last = rows.at(-1)?.bucket
  await tx.query(rollUpSql(level, zone), [gateways, buckets, from, last])
  for (const above of levelsAbove(level)) {
    await tx.query(
      `INSERT INTO dirty_mark (rollup, gateway_id, bucket)
       SELECT DISTINCT $3::int2, gateway_id, ${bucketOf(above, 'bucket', zone)}
         FROM unnest($1::int4[], $2::timestamptz[]) AS m(gateway_id, bucket)`,
      [gateways, buckets, above.index],
    )
  }
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
