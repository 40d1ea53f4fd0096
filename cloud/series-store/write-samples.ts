import type { ClientBase } from 'pg'
import { BinaryCopy } from './binary-copy.ts'
import type { SampleColumns } from './sample-columns.ts'

const BATCH_ROW_BYTES = 2 + 12 + 12 + 8 + 6
const BODY_ROW_BYTES = 2 + 12 + 4 + 8 + 6
const UNTRUSTED_ROW_BYTES = 2 + 12 + 12 + 12 + 8 + 6 + 4

/** Rows of `samples`, and of `sample_body` where the float8 does not tell the value. */
export async function copySamples(tx: ClientBase, columns: SampleColumns, rows: Uint32Array): Promise<void> {
  if (rows.length === 0) return
  await encodeSamples(columns, rows).into(tx, 'samples (ts, value, series_id, quality)')
  if (columns.bodies.size === 0) return
  const withBody = rows.filter((row) => columns.bodies.has(row))
  if (withBody.length === 0) return
  await encodeBodies(columns, withBody).into(tx, 'sample_body (ts, body, series_id, quality)')
}

export function encodeSamples(columns: SampleColumns, rows: Uint32Array): BinaryCopy {
  const { at, value, absent, seriesId, quality } = columns
  const copy = new BinaryCopy(rows.length * BATCH_ROW_BYTES)
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number
    copy.row(4, BATCH_ROW_BYTES)
    copy.timestamp(at[row] as number)
    if (absent[row]) copy.absent()
    else copy.float8(value[row] as number)
    copy.int4(seriesId[row] as number)
    copy.int2(quality[row] as number)
  }
  return copy
}

function encodeBodies(columns: SampleColumns, rows: Uint32Array): BinaryCopy {
  const copy = new BinaryCopy(rows.length * 2 * BODY_ROW_BYTES)
  for (const row of rows) {
    const body = columns.bodies.get(row) ?? Buffer.alloc(0)
    copy.row(4, BODY_ROW_BYTES + body.length)
    copy.timestamp(columns.at[row] as number)
    copy.text(body)
    copy.int4(columns.seriesId[row] as number)
    copy.int2(columns.quality[row] as number)
  }
  return copy
}

/** The device's time goes in as a plain number: it may lie outside of PostgreSQL's calendar. */
export async function copyUntrusted(
  tx: ClientBase,
  columns: SampleColumns,
  rows: Uint32Array,
  arrivedAt: number,
): Promise<void> {
  if (rows.length === 0) return
  const copy = new BinaryCopy(rows.length * UNTRUSTED_ROW_BYTES)
  for (const row of rows) {
    const body = columns.bodies.get(row)
    copy.row(6, UNTRUSTED_ROW_BYTES + (body?.length ?? 0))
    copy.timestamp(arrivedAt)
    copy.int8(BigInt(columns.at[row] as number))
    if (columns.absent[row]) copy.absent()
    else copy.float8(columns.value[row] as number)
    copy.int4(columns.seriesId[row] as number)
    copy.int2(columns.quality[row] as number)
    if (body) copy.text(body)
    else copy.absent()
  }
  await copy.into(tx, 'series_untrusted (arrived_at, at_ms, value, series_id, quality, body)')
}
