import type { Value, ValueType } from '@ganzhi/contracts/reading'
import type { Pool, PoolClient } from 'pg'
import { lendClient } from '../database/pool.ts'
import { checkSpan } from './query-bounds.ts'
import type { Abortable, ExportQuery, Span } from './series-store.ts'
import {
  STORED_SERIES,
  type StoredSeries,
  plainValue,
  qualityOf,
  samplesWithBody,
  valueOf,
} from './stored-value.ts'

const ROWS_AT_ONCE = 5_000
const HEADER = 'time,device,property,value,quality'

interface Named {
  readonly device: string
  readonly property: string
}

interface ExportRow {
  readonly ms: number
  readonly value: number | null
  readonly quality: number
  readonly body: string | null
}

/** One series after the other, each by time. */
export async function* exportSamples(
  pool: Pool,
  query: ExportQuery,
  { signal }: Abortable = {},
): AsyncGenerator<string> {
  checkSpan(query)
  yield* onSnapshot(pool, signal, async function* (client) {
    yield line([HEADER])
    const span = [new Date(query.from), new Date(query.to)]
    const { rows: series } = await client.query<StoredSeries & Named & { readonly id: number }>(
      `SELECT id, device, property, ${STORED_SERIES} FROM series
        WHERE id = ANY($1::int4[]) ORDER BY device, property, id`,
      [query.seriesIds, ...span],
    )
    for (const { id, device, property, ...stored } of series) {
      const pages = cursor<ExportRow>(
        client,
        `SELECT date_part('epoch', ts) * 1000 AS ms, value, quality, body FROM ${samplesWithBody(stored)} ORDER BY ts`,
        [id, ...span],
      )
      for await (const rows of pages) {
        yield rows
          .map(({ ms, value, quality, body }) =>
            line([
              timeOf(ms),
              field(device),
              field(property),
              csvValue(valueOf(stored.type, value, body)),
              qualityOf(quality),
            ]),
          )
          .join('')
      }
    }
  })
}

export async function* exportUntrusted(
  pool: Pool,
  arrived: Span,
  { signal }: Abortable = {},
): AsyncGenerator<string> {
  checkSpan(arrived)
  type Row = Omit<ExportRow, 'ms'> & Named & { type: ValueType; at_ms: string; arrived_at: Date }
  yield* onSnapshot(pool, signal, async function* (client) {
    yield line([HEADER, 'arrived'])
    const pages = cursor<Row>(
      client,
      `SELECT u.at_ms, u.arrived_at, ${plainValue('u.value', 's.scale')} AS value, u.quality, u.body::text AS body,
              s.device, s.property, s.type
         FROM series_untrusted AS u JOIN series AS s ON s.id = u.series_id
        WHERE u.arrived_at >= $1 AND u.arrived_at < $2 ORDER BY u.arrived_at`,
      [new Date(arrived.from), new Date(arrived.to)],
    )
    for await (const rows of pages) {
      yield rows
        .map((row) =>
          line([
            timeOf(Number(row.at_ms)),
            field(row.device),
            field(row.property),
            csvValue(valueOf(row.type, row.value, row.body)),
            qualityOf(row.quality),
            row.arrived_at.toISOString(),
          ]),
        )
        .join('')
    }
  })
}

/** A reader that is slow, or gone, holds or frees one connection and one snapshot, and no memory. */
async function* onSnapshot(
  pool: Pool,
  signal: AbortSignal | undefined,
  read: (client: PoolClient) => AsyncGenerator<string>,
): AsyncGenerator<string> {
  await using loan = await lendClient(pool, signal)
  await loan.client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  try {
    for await (const piece of read(loan.client)) {
      yield piece
      signal?.throwIfAborted()
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    await loan.client.query('ROLLBACK').catch(() => undefined)
  }
}

async function* cursor<Row extends object>(
  client: PoolClient,
  sql: string,
  values: readonly unknown[],
): AsyncGenerator<Row[]> {
  await client.query(`DECLARE page NO SCROLL CURSOR FOR ${sql}`, [...values])
  for (;;) {
    const { rows } = await client.query<Row>(`FETCH ${ROWS_AT_ONCE} FROM page`)
    if (rows.length > 0) yield rows
    if (rows.length < ROWS_AT_ONCE) break
  }
  await client.query('CLOSE page')
}

function line(fields: readonly string[]): string {
  return `${fields.join(',')}\r\n`
}

/** RFC 3339; years beyond its four digits as ISO 8601 has them. */
function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}

function csvValue(value: Value): string {
  if (value === null) return ''
  if (Object.is(value, -0)) return '-0'
  if (typeof value === 'string') return quoted(value)
  return typeof value === 'object' ? quoted(JSON.stringify(value)) : String(value)
}

/** RFC 4180 §2.6 */
function field(text: string): string {
  return /[",\r\n]/.test(text) ? quoted(text) : text
}

/** Text is always quoted: an empty one is not the same as none. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
