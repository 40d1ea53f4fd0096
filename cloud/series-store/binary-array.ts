import { putTimestamp } from './postgres-time.ts'

/**
 * PostgreSQL's binary form of one-dimensional arrays, as a query's parameter: the server need not parse 50,000 numbers.
 * node-postgres sends a Buffer as binary. Layout: dimensions, has-nulls, element type, length, lower bound, elements.
 */
const ELEMENT_TYPES = { int2: 21, int4: 23, int8: 20, float8: 701, text: 25, timestamptz: 1184 } as const
const HEADER_BYTES = 20
const LENGTH_BYTES = 4
const ABSENT = -1

type Put = (view: DataView, offset: number, index: number) => void

export function int2Array(values: ArrayLike<number>): Buffer {
  return ofWidth('int2', 2, values.length, (view, offset, i) => view.setInt16(offset, values[i] as number))
}

export function int4Array(values: ArrayLike<number>): Buffer {
  return ofWidth('int4', 4, values.length, (view, offset, i) => view.setInt32(offset, values[i] as number))
}

export function int8Array(values: ArrayLike<bigint>): Buffer {
  return ofWidth('int8', 8, values.length, (view, offset, i) => view.setBigInt64(offset, values[i] as bigint))
}

export function timestampArray(ms: ArrayLike<number>): Buffer {
  return ofWidth('timestamptz', 8, ms.length, (view, offset, i) =>
    putTimestamp(view, offset, ms[i] as number),
  )
}

/** `absent[i]` is not 0 where element i is NULL. */
export function float8Array(values: Float64Array, absent: Uint8Array): Buffer {
  const buffer = Buffer.allocUnsafeSlow(HEADER_BYTES + values.length * (LENGTH_BYTES + 8))
  const view = headed(buffer, 'float8', values.length)
  let end = HEADER_BYTES
  for (let i = 0; i < values.length; i++) {
    if (absent[i]) {
      view.setInt32(end, ABSENT)
      end += LENGTH_BYTES
      continue
    }
    view.setInt32(end, 8)
    view.setFloat64(end + LENGTH_BYTES, values[i] as number)
    end += LENGTH_BYTES + 8
  }
  return buffer.subarray(0, end)
}

export function textArray(values: readonly (Uint8Array | undefined)[]): Buffer {
  const bytes = values.reduce((sum, text) => sum + LENGTH_BYTES + (text?.length ?? 0), HEADER_BYTES)
  const buffer = Buffer.allocUnsafeSlow(bytes)
  const view = headed(buffer, 'text', values.length)
  let end = HEADER_BYTES
  for (const text of values) {
    view.setInt32(end, text?.length ?? ABSENT)
    if (text) buffer.set(text, end + LENGTH_BYTES)
    end += LENGTH_BYTES + (text?.length ?? 0)
  }
  return buffer
}

function ofWidth(type: keyof typeof ELEMENT_TYPES, width: number, length: number, put: Put): Buffer {
  const buffer = Buffer.allocUnsafeSlow(HEADER_BYTES + length * (LENGTH_BYTES + width))
  const view = headed(buffer, type, length)
  for (let i = 0, end = HEADER_BYTES; i < length; i++, end += LENGTH_BYTES + width) {
    view.setInt32(end, width)
    put(view, end + LENGTH_BYTES, i)
  }
  return buffer
}

function headed(buffer: Buffer, type: keyof typeof ELEMENT_TYPES, length: number): DataView {
  const view = new DataView(buffer.buffer)
  view.setInt32(0, 1)
  view.setInt32(4, 1)
  view.setInt32(8, ELEMENT_TYPES[type])
  view.setInt32(12, length)
  view.setInt32(16, 1)
  return view
}
