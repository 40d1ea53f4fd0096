import type { Value, ValueType } from '@ganzhi/contracts/reading'
import type { Pool } from 'pg'
import { checkSpan } from './query-bounds.ts'
import { readSamples } from './samples-query.ts'
import type { Abortable, ExportQuery, Span } from './series-store.ts'
import { onSnapshot, pagesOf } from './snapshot-pages.ts'
import { plainValue, qualityOf, valueOf } from './stored-value.ts'

const HEADER = 'time,device,property,value,quality'

/** One series after the other, each by time. */
export async function* exportSamples(
  pool: Pool,
  query: ExportQuery,
  options: Abortable = {},
): AsyncGenerator<string> {
  // With the first rows: a question that the database refuses is answered by nothing.
  let head = line([HEADER])
  for await (const { device, property, samples } of readSamples(pool, query, options)) {
    const names = [field(device), field(property)]
    const rows = samples.map(({ at, value, quality }) =>
      line([timeOf(at), ...names, csvValue(value), quality]),
    )
    yield head + rows.join('')
    head = ''
  }
  if (head !== '') yield head
}

interface UntrustedRow {
  readonly device: string
  readonly property: string
  readonly type: ValueType
  readonly value: number | null
  readonly quality: number
  readonly body: string | null
  readonly at_ms: string
  readonly arrived_at: Date
}

export async function* exportUntrusted(
  pool: Pool,
  arrived: Span,
  options: Abortable = {},
): AsyncGenerator<string> {
  checkSpan(arrived)
  yield* onSnapshot(pool, options, async function* (client) {
    yield line([HEADER, 'arrived'])
    const pages = pagesOf<UntrustedRow>(
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
