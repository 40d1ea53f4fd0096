import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

/** What `ingest` is held against: the same rows by binary COPY, and nothing else. */
export interface SampleRow {
  readonly series: number
  readonly at: number
  readonly value: number
}

const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)])
const TRAILER = Buffer.from([0xff, 0xff])
const ROW_BYTES = 2 + (4 + 8) + (4 + 8) + (4 + 4) + (4 + 2)
/** PostgreSQL counts microseconds from 2000-01-01. */
const EPOCH_2000_MS = 946_684_800_000
export const ROWS_A_TRANSACTION = 50_000

/** (ts timestamptz, value float8, series_id int4, quality int2), encoded before the clock starts. */
export function encodeCopy(rows: readonly SampleRow[]): Buffer {
  const body = Buffer.alloc(rows.length * ROW_BYTES)
  let at = 0
  for (const row of rows) {
    at = body.writeInt16BE(4, at)
    at = body.writeInt32BE(8, at)
    at = body.writeBigInt64BE(BigInt(row.at - EPOCH_2000_MS) * 1000n, at)
    at = body.writeInt32BE(8, at)
    at = body.writeDoubleBE(row.value, at)
    at = body.writeInt32BE(4, at)
    at = body.writeInt32BE(row.series, at)
    at = body.writeInt32BE(2, at)
    at = body.writeInt16BE(0, at)
  }
  return Buffer.concat([HEADER, body, TRAILER])
}

/** Rows a second of the best of three passes into an emptied `samples`. */
export async function bestCopyRate(
  url: string,
  transactions: readonly Buffer[],
  rows: number,
): Promise<number> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const rates: number[] = []
    for (let pass = 0; pass < 3; pass++) {
      await client.query('TRUNCATE samples')
      await client.query('CHECKPOINT')
      const start = performance.now()
      for (const transaction of transactions) {
        await client.query('BEGIN')
        const stream = client.query(
          copyFrom('COPY samples (ts, value, series_id, quality) FROM STDIN (FORMAT binary)'),
        )
        await pipeline(Readable.from(slices(transaction)), stream)
        await client.query('COMMIT')
      }
      rates.push((rows / (performance.now() - start)) * 1000)
    }
    await client.query('TRUNCATE samples')
    return Math.max(...rates)
  } finally {
    await client.end()
  }
}

function* slices(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}
