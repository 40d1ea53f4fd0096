import { once } from 'node:events'
import type { PoolClient } from 'pg'
import { to } from 'pg-copy-streams'
import { readTimestamp } from './postgres-time.ts'
import type { Span } from './series-store.ts'

/** Of COPY's binary format: the signature, flags, and the length of an extension that is not there. */
const HEADER_BYTES = 19
const TUPLE_BYTES = 2
/** Of an array's: dimensions, has-nulls, element type, length, lower bound. */
const ARRAY_HEADER_BYTES = 20
const ARRAY_LENGTH_AT = 12
const LENGTH_BYTES = 4
const INT4_BYTES = 4

/**
 * The float8s of many series at once, as they are stored (`series.scale`), in no order. One array a column and series: a row
 * each would cost both sides several times as much.
 */
export class SampleArrays {
  readonly #view: DataView
  readonly #tuples = new Map<number, number>()
  /** How many there are. */
  readonly samples: number

  constructor(bytes: Buffer) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let samples = 0
    for (let at = HEADER_BYTES; this.#view.getInt16(at) !== -1;) {
      const series = at + TUPLE_BYTES + LENGTH_BYTES
      const arrays = series + INT4_BYTES
      this.#tuples.set(this.#view.getInt32(series), arrays)
      samples += this.#view.getInt32(arrays + LENGTH_BYTES + ARRAY_LENGTH_AT)
      at = this.#after(this.#after(this.#after(arrays)))
    }
    this.samples = samples
  }

  /** `null` is no value; of quality the code. */
  forEach(seriesId: number, take: (at: number, value: number | null, quality: number) => void): void {
    const begin = this.#tuples.get(seriesId)
    if (begin === undefined) return
    const view = this.#view
    const elements = (array: number): number => array + LENGTH_BYTES + ARRAY_HEADER_BYTES
    const [values, qualities] = [this.#after(begin), this.#after(this.#after(begin))]
    const end = this.#after(begin)
    let value = elements(values)
    let quality = elements(qualities) + LENGTH_BYTES
    for (let time = elements(begin) + LENGTH_BYTES; time < end; time += 8 + LENGTH_BYTES) {
      const isAbsent = view.getInt32(value) === -1
      const at = readTimestamp(view, time)
      take(at, isAbsent ? null : view.getFloat64(value + LENGTH_BYTES), view.getInt16(quality))
      value += isAbsent ? LENGTH_BYTES : LENGTH_BYTES + 8
      quality += LENGTH_BYTES + 2
    }
  }

  /** Where the next field begins. */
  #after(field: number): number {
    return field + LENGTH_BYTES + this.#view.getInt32(field)
  }
}

export async function readSampleArrays(
  client: PoolClient,
  seriesIds: readonly number[],
  { from, to: until }: Span,
): Promise<SampleArrays> {
  // COPY takes no parameters.
  const copy = client.query(
    to(`COPY (
      SELECT series_id, array_agg(ts), array_agg(value), array_agg(quality) FROM samples
      WHERE series_id = ANY ('{${seriesIds.map(Number).join()}}'::int4[])
        AND ts >= '${new Date(from).toISOString()}' AND ts < '${new Date(until).toISOString()}'
      GROUP BY series_id
    ) TO STDOUT (FORMAT binary)`),
  )
  const pieces: Buffer[] = []
  copy.on('data', (piece: Buffer) => pieces.push(piece))
  await once(copy, 'end')
  return new SampleArrays(Buffer.concat(pieces))
}
