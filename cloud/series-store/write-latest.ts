import type { ClientBase } from 'pg'
import { float8Array, int2Array, int4Array, int8Array, textArray, timestampArray } from './binary-array.ts'
import type { SampleColumns } from './sample-columns.ts'
import type { SampleBatch } from './series-store.ts'

/**
 * Only what is newer goes in. An UPDATE, not an upsert: ON CONFLICT locks each row before it changes it, which doubles
 * the cost. What makes it safe is the lock on the gateways that the caller holds.
 */
const UPDATE = `
  UPDATE latest AS l
     SET ts = f.ts, epoch = f.epoch, seq = f.seq, position = f.position, value = f.value, quality = f.quality, body = f.body::json
    FROM unnest($1::int4[], $2::timestamptz[], $3::int8[], $4::int8[], $5::int4[], $6::float8[], $7::int2[], $8::text[])
      AS f(series_id, ts, epoch, seq, position, value, quality, body)
   WHERE l.series_id = f.series_id
     AND (f.ts, f.epoch, f.seq, f.position) > (l.ts, l.epoch, l.seq, l.position)`

const INSERT = `
  INSERT INTO latest (series_id, ts, epoch, seq, position, value, quality, body)
  SELECT f.series_id, f.ts, f.epoch, f.seq, f.position, f.value, f.quality, f.body::json
    FROM unnest($1::int4[], $2::timestamptz[], $3::int8[], $4::int8[], $5::int4[], $6::float8[], $7::int2[], $8::text[])
      AS f(series_id, ts, epoch, seq, position, value, quality, body)
   WHERE NOT EXISTS (SELECT FROM latest AS l WHERE l.series_id = f.series_id)`

/** `rows` by series, as `bySeries` sorts them. */
export async function writeLatest(
  tx: ClientBase,
  columns: SampleColumns,
  batches: readonly SampleBatch[],
  rows: Uint32Array,
): Promise<void> {
  const newest = newestOfEach(columns, batches, rows)
  if (newest.length === 0) return
  const batchOf = (row: number) => batches[columns.batch[row] as number] as SampleBatch
  const fresh = [
    int4Array(newest.map((row) => columns.seriesId[row] as number)),
    timestampArray(newest.map((row) => columns.at[row] as number)),
    int8Array(newest.map((row) => batchOf(row).epoch)),
    int8Array(newest.map((row) => BigInt(batchOf(row).seq))),
    int4Array(newest.map((row) => columns.position[row] as number)),
    float8Array(
      Float64Array.from(newest, (row) => columns.value[row] as number),
      Uint8Array.from(newest, (row) => columns.absent[row] as number),
    ),
    int2Array(newest.map((row) => columns.quality[row] as number)),
    textArray(newest.map((row) => columns.bodies.get(row))),
  ]
  const { rowCount } = await tx.query(UPDATE, fresh)
  if (rowCount !== newest.length) await tx.query(INSERT, fresh)
}

function newestOfEach(columns: SampleColumns, batches: readonly SampleBatch[], rows: Uint32Array): number[] {
  const newest: number[] = []
  let best: number | undefined
  for (const row of rows) {
    if (best !== undefined && columns.seriesId[best] !== columns.seriesId[row]) {
      newest.push(best)
      best = row
    } else if (best === undefined || isAfter(columns, batches, row, best)) best = row
  }
  if (best !== undefined) newest.push(best)
  return newest
}

/** Equal times are ordered by (epoch, seq, position). */
function isAfter(columns: SampleColumns, batches: readonly SampleBatch[], a: number, b: number): boolean {
  const later = (columns.at[a] as number) - (columns.at[b] as number)
  if (later !== 0) return later > 0
  const [one, other] = [batches[columns.batch[a] as number], batches[columns.batch[b] as number]]
  if (!one || !other) return false
  if (one.epoch !== other.epoch) return one.epoch > other.epoch
  if (one.seq !== other.seq) return one.seq > other.seq
  return (columns.position[a] as number) > (columns.position[b] as number)
}
