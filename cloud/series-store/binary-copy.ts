import { once } from 'node:events'
import type { ClientBase } from 'pg'
import { from } from 'pg-copy-streams'
import { putTimestamp } from './postgres-time.ts'

/** 'PGCOPY\n\377\r\n\0', no flags, no extension. https://www.postgresql.org/docs/18/sql-copy.html#SQL-COPY-BINARY-FORMAT */
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const TRAILER_BYTES = 2

/** Rows of COPY's binary format, written one field after the other into one buffer. */
export class BinaryCopy {
  #bytes: Buffer
  #view: DataView
  #end = HEADER.length

  constructor(expectedBytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(HEADER.length + expectedBytes + TRAILER_BYTES)
    this.#view = new DataView(this.#bytes.buffer)
    this.#bytes.set(HEADER)
  }

  /** Begins a row; `bytes` is room for all of its fields, their lengths included. */
  row(fields: number, bytes: number): void {
    if (this.#end + bytes + 2 * TRAILER_BYTES > this.#bytes.length) this.#grow(bytes)
    this.#view.setInt16(this.#end, fields)
    this.#end += 2
  }

  timestamp(ms: number): void {
    this.#view.setInt32(this.#end, 8)
    putTimestamp(this.#view, this.#end + 4, ms)
    this.#end += 12
  }

  int8(value: bigint): void {
    this.#view.setInt32(this.#end, 8)
    this.#view.setBigInt64(this.#end + 4, value)
    this.#end += 12
  }

  float8(value: number): void {
    this.#view.setInt32(this.#end, 8)
    this.#view.setFloat64(this.#end + 4, value)
    this.#end += 12
  }

  int4(value: number): void {
    this.#view.setInt32(this.#end, 4)
    this.#view.setInt32(this.#end + 4, value)
    this.#end += 8
  }

  int2(value: number): void {
    this.#view.setInt32(this.#end, 2)
    this.#view.setInt16(this.#end + 4, value)
    this.#end += 6
  }

  /** Text and json; its bytes must be in the row's room. */
  text(value: Buffer): void {
    this.#view.setInt32(this.#end, value.length)
    this.#bytes.set(value, this.#end + 4)
    this.#end += 4 + value.length
  }

  absent(): void {
    this.#view.setInt32(this.#end, -1)
    this.#end += 4
  }

  /** Sends it all inside the client's transaction; `target` is `table (column, …)`. */
  async into(client: ClientBase, target: string): Promise<void> {
    this.#view.setInt16(this.#end, -1)
    const copy = client.query(from(`COPY ${target} FROM STDIN (FORMAT binary)`))
    copy.end(this.#bytes.subarray(0, this.#end + TRAILER_BYTES))
    await once(copy, 'finish')
  }

  #grow(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(2 * this.#bytes.length + bytes)
    larger.set(this.#bytes)
    this.#bytes = larger
    this.#view = new DataView(larger.buffer)
  }
}
