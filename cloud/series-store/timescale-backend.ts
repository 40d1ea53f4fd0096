import type { PoolClient } from 'pg'
import { transactionOn, withClient } from '../database/pool.ts'
import type { Backend, BackendContext } from './backend.ts'
import { markPeriods } from './period.ts'
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
import { earliestDue, rollUpWithin, rollupTable } from './rollup-upsert.ts'
import { ROLLUPS } from './series-store.ts'

/** Rows mostly come within this; what comes later is written beside the compressed rows and joined with them here. */
const LATENESS_DAYS = 1
/** Buckets whose marks are worked off in one go. */
const MARKS_AT_ONCE = 20_000

const HYPERTABLES: readonly (readonly [table: string, time: string])[] = [
  ['samples', 'ts'],
  ['sample_body', 'ts'],
  ['series_untrusted', 'arrived_at'],
]
const COMPRESSED = ['samples', 'sample_body'] as const
const AGGREGATED = ['1m', '15m', '1h'] as const

const TABLES = `
  CREATE EXTENSION IF NOT EXISTS timescaledb;
  CREATE TABLE samples (ts timestamptz NOT NULL, value float8, series_id int NOT NULL, quality int2 NOT NULL);
  CREATE TABLE sample_body (ts timestamptz NOT NULL, body json NOT NULL, series_id int NOT NULL, quality int2 NOT NULL);
  CREATE TABLE series_untrusted (
    arrived_at timestamptz NOT NULL, at_ms int8 NOT NULL, value float8, series_id int NOT NULL, quality int2 NOT NULL, body json
  );
  ${HYPERTABLES.map(
    ([table, time]) =>
      `SELECT create_hypertable('${table}', by_range('${time}', interval '1 day'), create_default_indexes => false);`,
  ).join('\n  ')}
  CREATE INDEX ON samples (series_id, ts);
  CREATE INDEX ON sample_body (series_id, ts);
  CREATE INDEX ON series_untrusted (arrived_at);
  ${COMPRESSED.map(
    (table) => `ALTER TABLE ${table} SET (
      timescaledb.enable_columnstore, timescaledb.segmentby = 'series_id', timescaledb.orderby = 'ts');`,
  ).join('\n  ')}`

const DAYS = `${rollupTable(ROLLUP_LEVELS['1d'])};
  SELECT create_hypertable('rollup_1d', by_range('bucket', interval '365 days'), create_default_indexes => false);`

/**
 * Roll-ups are continuous aggregates without a policy: a policy passes over what is later than its window. Our marks
 * tell the ranges instead. Days are our own upsert, as on plain PostgreSQL: TimescaleDB 2.28 does not notice a change to
 * the first bucket of a day in a time zone when it comes together with one to the day before.
 */
export function timescaleBackend({ pool, retention, zone }: BackendContext): Backend {
  return {
    kind: 'timescale',

    async create(tx) {
      await tx.query(TABLES)
      for (const rollup of AGGREGATED) await tx.query(aggregateSql(ROLLUP_LEVELS[rollup]))
      await tx.query(DAYS)
    },

    async makeRoom() {
      // Chunks make themselves.
    },

    async rollUp(leased, level, { now, signal }) {
      if (level.rollup === '1d') return rollUpDays(leased, level, now, zone)
      const marks = await dueMarks(leased, level, now, zone)
      if (marks.length === 0) return false
      for (const { from, to } of rangesOf(marks)) {
        signal?.throwIfAborted()
        // Outside of a transaction, in later snapshots than that of the marks: it sees all that came with them.
        await leased.query(
          `CALL refresh_continuous_aggregate('${level.table}', '${iso(from)}', '${iso(to)}')`,
        )
      }
      await transactionOn(leased, () => passOn(leased, level, marks, zone))
      return true
    },

    async maintain({ now, signal }) {
      await withClient(
        pool,
        async (client) => {
          for (const [table] of HYPERTABLES) await dropChunks(client, table, horizonOf(retention.raw, now))
          for (const rollup of ROLLUPS)
            await dropChunks(client, ROLLUP_LEVELS[rollup].table, horizonOf(retention[rollup], now))
          for (const table of COMPRESSED) {
            for (const chunk of await chunksToCompress(client, table, now - LATENESS_DAYS * DAY_MS)) {
              signal?.throwIfAborted()
              await client.query('CALL convert_to_columnstore($1::regclass)', [chunk])
            }
          }
        },
        signal,
      )
    },
  }
}

async function rollUpDays(
  leased: PoolClient,
  level: RollupLevel,
  now: number,
  zone: string,
): Promise<boolean> {
  const from = await earliestDue(leased, level, now, zone)
  if (from === undefined) return false
  const within = { from, to: from + 31 * DAY_MS, now, zone }
  await transactionOn(leased, () => rollUpWithin(leased, level, within), 'repeatable read')
  return true
}

function aggregateSql(level: RollupLevel): string {
  const raw = level.source === 'samples'
  const time = raw ? 'ts' : 'bucket'
  const width = `interval '${level.widthMs} ms'`
  const columns = raw
    ? `count(*) FILTER (WHERE ${IS_GOOD}) AS n, count(*) FILTER (WHERE ${IS_BAD}) AS n_bad,
       sum(value) FILTER (WHERE ${IS_GOOD}) AS sum, min(value) FILTER (WHERE ${IS_GOOD}) AS min, max(value) FILTER (WHERE ${IS_GOOD}) AS max,
       first(value, ts) FILTER (WHERE ${IS_GOOD}) AS first, last(value, ts) FILTER (WHERE ${IS_GOOD}) AS last`
    : `sum(n)::int8 AS n, sum(n_bad)::int8 AS n_bad, sum(sum) AS sum, min(min) AS min, max(max) AS max,
       first(first, bucket) FILTER (WHERE n > 0) AS first, last(last, bucket) FILTER (WHERE n > 0) AS last`
  return `
    CREATE MATERIALIZED VIEW ${level.table}
      WITH (timescaledb.continuous, timescaledb.materialized_only = true, timescaledb.create_group_indexes = false) AS
    SELECT series_id, time_bucket(${width}, ${time}) AS bucket, ${columns}
      FROM ${level.source} GROUP BY 1, 2${raw ? ` HAVING count(*) FILTER (WHERE ${IS_GOOD} OR ${IS_BAD}) > 0` : ''} WITH NO DATA;
    CREATE INDEX ON ${level.table} (series_id, bucket)`
}

interface Mark {
  readonly id: string
  readonly gatewayId: number
  readonly from: number
  readonly to: number
}

async function dueMarks(client: PoolClient, level: RollupLevel, now: number, zone: string): Promise<Mark[]> {
  const { rows } = await client.query<{ id: string; gateway_id: number; from: Date; to: Date }>(
    `SELECT id, gateway_id, bucket AS from, ${endOf(level, 'bucket', zone)} AS to FROM dirty_mark
      WHERE rollup = $1 AND ${endOf(level, 'bucket', zone)} <= $2
      ORDER BY bucket LIMIT ${MARKS_AT_ONCE}`,
    [level.index, new Date(now)],
  )
  return rows.map(({ id, gateway_id, from, to }) => ({
    id,
    gatewayId: gateway_id,
    from: from.getTime(),
    to: to.getTime(),
  }))
}

/** By id, not by bucket: a mark that came meanwhile is another row and stays. */
async function passOn(
  tx: PoolClient,
  level: RollupLevel,
  marks: readonly Mark[],
  zone: string,
): Promise<void> {
  await tx.query(
    'DELETE FROM dirty_mark WHERE rollup = $1 AND bucket BETWEEN $2 AND $3 AND id = ANY($4::int8[])',
    [
      level.index,
      new Date(marks[0]?.from ?? 0),
      new Date(marks.at(-1)?.from ?? 0),
      marks.map(({ id }) => id),
    ],
  )
  for (const above of levelsAbove(level)) {
    await tx.query(
      `INSERT INTO dirty_mark (rollup, gateway_id, bucket)
       SELECT DISTINCT $3::int2, gateway_id, ${bucketOf(above, 'bucket', zone)}
         FROM unnest($1::int4[], $2::timestamptz[]) AS m(gateway_id, bucket)`,
      [marks.map(({ gatewayId }) => gatewayId), marks.map(({ from }) => new Date(from)), above.index],
    )
  }
  await markPeriods(
    tx,
    level,
    marks.map(({ from }) => new Date(from)),
    zone,
  )
}

/** Buckets that touch, joined. `marks` by time. */
function rangesOf(marks: readonly Mark[]): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = []
  for (const { from, to } of marks) {
    const last = ranges.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else ranges.push({ from, to })
  }
  return ranges
}

/** Also those that late rows were written to after they had been compressed. */
async function chunksToCompress(client: PoolClient, table: string, before: number): Promise<string[]> {
  const { rows } = await client.query<{ chunk: string }>(
    `SELECT format('%I.%I', c.chunk_schema, c.chunk_name) AS chunk
       FROM timescaledb_information.chunks c
       JOIN _timescaledb_catalog.chunk k ON k.schema_name = c.chunk_schema AND k.table_name = c.chunk_name
      WHERE c.hypertable_schema = current_schema AND c.hypertable_name = $1 AND c.range_end <= $2
        AND (NOT c.is_compressed OR k.status & 8 <> 0)
      ORDER BY c.range_start`,
    [table, new Date(before)],
  )
  return rows.map(({ chunk }) => chunk)
}

async function dropChunks(client: PoolClient, relation: string, before: number): Promise<void> {
  await client.query('SELECT drop_chunks($1::regclass, older_than => $2::timestamptz)', [
    relation,
    new Date(before),
  ])
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
