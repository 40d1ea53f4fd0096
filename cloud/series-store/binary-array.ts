import { putTimestamp } from './postgres-time.ts'

/**
 * PostgreSQL's binary form of one-dimensional arrays, as a query's parameter: the server need not parse 50,000 numbers.
 * node-postgres sends a Buffer as binary. Layout: dimensions, has-nulls, element type, length, lower bound, elements.
 */
const ELEMENT_TYPES = { int2: 21, int4: 23, int8: 20, float8: 701, text: 25, timestamptz: 1184 } as const
const HEADER_BYTES = 20
const LENGTH_BYTES = 4
const ABSENT = -1

export function int2Array(values: ArrayLike<number>): Buffer {
  const { buffer, view } = arrayOf('int2', values.length, 2)
  for (let i = 0, end = HEADER_BYTES; i < values.length; i++, end += LENGTH_BYTES + 2) {
    view.setInt32(end, 2)
    view.setInt16(end + LENGTH_BYTES, values[i] as number)
  }
  return buffer
}

export function int4Array(values: ArrayLike<number>): Buffer {
  const { buffer, view } = arrayOf('int4', values.length, 4)
  for (let i = 0, end = HEADER_BYTES; i < values.length; i++, end += LENGTH_BYTES + 4) {
    view.setInt32(end, 4)
    view.setInt32(end + LENGTH_BYTES, values[i] as number)
  }
  return buffer
}

export function int8Array(values: ArrayLike<bigint>): Buffer {
  const { buffer, view } = arrayOf('int8', values.length, 8)
  for (let i = 0, end = HEADER_BYTES; i < values.length; i++, end += LENGTH_BYTES + 8) {
    view.setInt32(end, 8)
    view.setBigInt64(end + LENGTH_BYTES, values[i] as bigint)
  }
  return buffer
}

export function timestampArray(ms: ArrayLike<number>): Buffer {
  const { buffer, view } = arrayOf('timestamptz', ms.length, 8)
  for (let i = 0, end = HEADER_BYTES; i < ms.length; i++, end += LENGTH_BYTES + 8) {
    view.setInt32(end, 8)
    putTimestamp(view, end + LENGTH_BYTES, ms[i] as number)
  }
  return buffer
}

/** `absent[i]` is not 0 where element i is NULL. */
export function float8Array(values: Float64Array, absent: Uint8Array): Buffer {
  const { buffer, view } = arrayOf('float8', values.length, 8)
  let end = HEADER_BYTES
  for (let i = 0; i < values.length; i++) {
    view.setInt32(end, absent[i] ? ABSENT : 8)
    end += LENGTH_BYTES
    if (absent[i]) continue
    view.setFloat64(end, values[i] as number)
    end += 8
  }
  return buffer.subarray(0, end)
}

export function textArray(values: readonly (Uint8Array | undefined)[]): Buffer {
  const bytes = values.reduce((sum, text) => sum + (text?.length ?? 0), 0)
  const { buffer, view } = arrayOf('text', values.length, 0, bytes)
  let end = HEADER_BYTES
  for (const text of values) {
    view.setInt32(end, text?.length ?? ABSENT)
    if (text) buffer.set(text, end + LENGTH_BYTES)
    end += LENGTH_BYTES + (text?.length ?? 0)
  }
  return buffer
}

function arrayOf(type: keyof typeof ELEMENT_TYPES, length: number, width: number, more = 0) {
  const buffer = Buffer.allocUnsafeSlow(HEADER_BYTES + length * (LENGTH_BYTES + width) + more)
  const view = new DataView(buffer.buffer)
  view.setInt32(0, 1)
  view.setInt32(4, 1)
  view.setInt32(8, ELEMENT_TYPES[type])
  view.setInt32(12, length)
  view.setInt32(16, 1)
  return { buffer, view }
}
