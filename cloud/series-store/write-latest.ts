import type { ClientBase } from 'pg'
import { float8Array, int2Array, int4Array, int8Array, textArray, timestampArray } from './binary-array.ts'
import { type SampleColumns, picked } from './sample-columns.ts'
import type { SampleBatch } from './series-store.ts'

/**
 * Rows without a body, then those with one: they are few, and a column of nothing costs as much as any. Epoch and seq
 * are those of the batch that the row came in. In the select list, `unnest` streams; in FROM it would be stored first.
 */
function fresh(body: string): string {
  return `(
    SELECT series_id, ts, ($7::int8[])[batch + 1] AS epoch, ($8::int8[])[batch + 1] AS seq, position, value, quality, body
      FROM (SELECT unnest($1::int4[]) AS series_id, unnest($2::timestamptz[]) AS ts, unnest($3::int4[]) AS batch,
                   unnest($4::int4[]) AS position, unnest($5::float8[]) AS value, unnest($6::int2[]) AS quality,
                   ${body} AS body) AS u) AS f`
}

/**
 * Only what is newer goes in. An UPDATE, not an upsert: ON CONFLICT locks each row before it changes it, which costs as
 * much again. What makes it safe is the lock on the gateways that the caller holds.
 */
function updateSql(body: string): string {
  return `
    UPDATE latest AS l
       SET ts = f.ts, epoch = f.epoch, seq = f.seq, position = f.position, value = f.value, quality = f.quality,
           body = f.body
      FROM ${fresh(body)}
     WHERE l.series_id = f.series_id
       AND (f.ts > l.ts OR f.ts = l.ts AND (f.epoch, f.seq, f.position) > (l.epoch, l.seq, l.position))`
}

function insertSql(body: string): string {
  return `
    INSERT INTO latest (series_id, ts, epoch, seq, position, value, quality, body)
    SELECT series_id, ts, epoch, seq, position, value, quality, body FROM ${fresh(body)}
     WHERE NOT EXISTS (SELECT FROM latest AS l WHERE l.series_id = f.series_id)`
}

const WITHOUT_BODY = { update: updateSql('NULL::json'), insert: insertSql('NULL::json') }
const WITH_BODY = {
  update: updateSql('unnest($9::text[])::json'),
  insert: insertSql('unnest($9::text[])::json'),
}

/** `rows` by series, as `bySeries` sorts them. */
export async function writeLatest(
  tx: ClientBase,
  columns: SampleColumns,
  batches: readonly SampleBatch[],
  rows: Uint32Array,
): Promise<void> {
  const { bodies } = columns
  const newest = newestOfEach(columns, batches, rows)
  const plain = bodies.size === 0 ? newest : newest.filter((row) => !bodies.has(row))
  await write(tx, WITHOUT_BODY, columns, batches, plain, [])
  if (plain === newest) return
  const withBody = newest.filter((row) => bodies.has(row))
  const texts = Array.from(withBody, (row) => bodies.get(row))
  await write(tx, WITH_BODY, columns, batches, withBody, [textArray(texts)])
}

async function write(
  tx: ClientBase,
  sql: typeof WITH_BODY,
  columns: SampleColumns,
  batches: readonly SampleBatch[],
  rows: Uint32Array,
  more: readonly Buffer[],
): Promise<void> {
  if (rows.length === 0) return
  const values = [
    int4Array(picked(columns.seriesId, rows)),
    timestampArray(picked(columns.at, rows)),
    int4Array(picked(columns.batch, rows)),
    int4Array(picked(columns.position, rows)),
    float8Array(picked(columns.value, rows), picked(columns.absent, rows)),
    int2Array(picked(columns.quality, rows)),
    int8Array(batches.map(({ epoch }) => epoch)),
    int8Array(batches.map(({ seq }) => BigInt(seq))),
    ...more,
  ]
  const { rowCount } = await tx.query(sql.update, values)
  if (rowCount !== rows.length) await tx.query(sql.insert, values)
}

function newestOfEach(
  columns: SampleColumns,
  batches: readonly SampleBatch[],
  rows: Uint32Array,
): Uint32Array {
  const { seriesId } = columns
  const newest = new Uint32Array(rows.length)
  let count = 0
  for (const row of rows) {
    const best = count > 0 ? (newest[count - 1] as number) : undefined
    if (best === undefined || seriesId[best] !== seriesId[row]) newest[count++] = row
    else if (isAfter(columns, batches, row, best)) newest[count - 1] = row
  }
  return newest.subarray(0, count)
}

/** Equal times are ordered by (epoch, seq, position). */
function isAfter(columns: SampleColumns, batches: readonly SampleBatch[], a: number, b: number): boolean {
  const later = (columns.at[a] as number) - (columns.at[b] as number)
  if (later !== 0) return later > 0
  const one = batches[columns.batch[a] as number] as SampleBatch
  const other = batches[columns.batch[b] as number] as SampleBatch
  if (one.epoch !== other.epoch) return one.epoch > other.epoch
  if (one.seq !== other.seq) return one.seq > other.seq
  return (columns.position[a] as number) > (columns.position[b] as number)
}
