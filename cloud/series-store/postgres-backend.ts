import { transactionOn } from '../database/pool.ts'
import type { Backend, BackendContext } from './backend.ts'
import { type Partitioned, partitionsIn } from './partitions.ts'
import { DAY_MS, horizonOf } from './retention.ts'
import { ROLLUP_LEVELS } from './rollup-level.ts'
import { earliestDue, rollUpWithin, rollupTable } from './rollup-upsert.ts'
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
      await tx.query(
        TABLES +
          ROLLUPS.map((rollup) => `${rollupTable(ROLLUP_LEVELS[rollup])} PARTITION BY RANGE (bucket);`).join(
            '',
          ),
      )
    },

    async makeRoom(table, times) {
      await partitions.cover(partitioned(table), times)
    },

    async rollUp(leased, level, { now, signal }) {
      const first = await earliestDue(leased, level, now, zone)
      if (first === undefined) return false
      signal?.throwIfAborted()
      await partitions.cover(partitioned(level.table), [first])
      const width = partitioned(level.table).days * DAY_MS
      const start = Math.floor(first / width) * width
      const within = { from: start, to: start + width, now, zone }
      await transactionOn(leased, () => rollUpWithin(leased, level, within), 'repeatable read')
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
