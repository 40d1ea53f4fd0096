import { type Field, type FrameReader, undecodable } from './wire-frame.ts'

/** Offsets beyond 6 bytes no longer fit the arithmetic below; the caller keeps such numbers elsewhere. */
const MAX_SPAN = 2 ** 48

/**
 * Whole numbers as three fields. Most columns of a batch are one number, or count up by one: start, step, null.
 * The rest are offsets from the smallest: start, width, bytes; low bytes of all numbers first, then the next
 * ("planes"), because zstd finds the calm high bytes then side by side.
 */
export function packIntegers(values: ArrayLike<number>): Field[] {
  const first = values[0] ?? 0
  const step = (values[1] ?? first) - first
  let min = first
  let max = first
  let steady = true
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (value < min) min = value
    if (value > max) max = value
    if (value !== first + i * step) steady = false
  }
  if (steady) return [first, step, null]
  const width = widthOf(max - min)
  return [min, width, planes(values, min, width)]
}

/** True when `packIntegers` can hold whatever lies between the two. */
export function fitsIntegers(min: number, max: number): boolean {
  return Number.isSafeInteger(min) && Number.isSafeInteger(max) && max - min < MAX_SPAN
}

function widthOf(span: number): number {
  let width = 1
  while (width < 6 && span >= 256 ** width) width++
  return width
}

function planes(values: ArrayLike<number>, min: number, width: number): Uint8Array {
  const bytes = new Uint8Array(values.length * width)
  for (let i = 0; i < values.length; i++) {
    let rest = (values[i] as number) - min
    for (let plane = 0; plane < width; plane++) {
      bytes[plane * values.length + i] = rest % 256
      rest = Math.floor(rest / 256)
    }
  }
  return bytes
}

export function unpackIntegers(frame: FrameReader, count: number): Float64Array {
  const start = frame.integer()
  const second = frame.integer()
  const bytes = frame.optionalBytes()
  const values = new Float64Array(count)
  if (bytes === null) {
    for (let i = 0; i < count; i++) values[i] = start + i * second
    return values
  }
  if (second < 1 || second > 6 || bytes.length !== count * second) {
    throw undecodable(`has a column of ${bytes.length} bytes for ${count} numbers of ${second}`)
  }
  for (let i = 0; i < count; i++) {
    let offset = 0
    for (let plane = second - 1; plane >= 0; plane--) {
      offset = offset * 256 + (bytes[plane * count + i] as number)
    }
    values[i] = start + offset
  }
  return values
}
