import type { Frame } from './frame.ts'

type Shape = { readonly width: number; readonly height: number }

/** Brings parts of frames of one shape to another, with every pixel of theirs counted: small things keep their look. */
export interface Shrinker {
  shrink(frame: Frame, at: { readonly x: number; readonly y: number }): Omit<Frame, 'at'>
}

export function shrinker(from: Shape, to: Shape): Shrinker {
  const rows = tapsOf(from.height, to.height)
  const columns = tapsOf(from.width, to.width)
  const line = lineOf(from.width * 3)
  const small = { width: to.width, height: to.height, rgb: new Uint8Array(to.width * to.height * 3) }
  return {
    shrink({ rgb, width }, at) {
      const bytes = new DataView(rgb.buffer, rgb.byteOffset, rgb.byteLength)
      for (let y = 0; y < to.height; y++) {
        const top = ((at.y + (rows.first[y] as number)) * width + at.x) * 3
        sumRows(bytes, top, width * 3, rows, y, line)
        sumColumns(line.bytes, columns, small.rgb, y * to.width * 3)
      }
      return small
    },
  }
}

// Shares are parts of 256, so that a weighted byte fits 16 bits, and two bytes are weighed in one word.
const ONE = 256
const HALVES = 0x800080
const LOW_BYTES = 0xff00ff
const HIGH_BYTES = ~LOW_BYTES
const BYTE = 0xff

/** The pixels that make up each target pixel, and their shares: a triangle as wide as two target pixels. */
interface Taps {
  readonly first: Int32Array
  /** Of its shares in `shares`; the next one's start is its end. */
  readonly start: Int32Array
  /** Of a target pixel they sum to `ONE`. */
  readonly shares: Int32Array
}

function tapsOf(from: number, to: number): Taps {
  const reach = Math.max(1, from / to)
  const first = new Int32Array(to)
  const start = new Int32Array(to + 1)
  const shares: number[] = []
  for (let i = 0; i < to; i++) {
    const centre = ((i + 0.5) * from) / to
    const low = Math.max(0, Math.floor(centre - reach))
    const high = Math.min(from, Math.ceil(centre + reach))
    const weights = Array.from({ length: high - low }, (_, k) =>
      Math.max(0, 1 - Math.abs(low + k + 0.5 - centre) / reach),
    )
    first[i] = low
    shares.push(...wholeShares(weights))
    start[i + 1] = shares.length
  }
  return { first, start, shares: Int32Array.from(shares) }
}

/** What rounding takes or gives is made up for by the largest. */
function wholeShares(weights: readonly number[]): number[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  const shares = weights.map((weight) => Math.round((weight / all) * ONE))
  const largest = shares.indexOf(Math.max(...shares))
  const missing = ONE - shares.reduce((sum, share) => sum + share, 0)
  return shares.with(largest, (shares[largest] as number) + missing)
}

/** One target row at the source's width. Of each four bytes, sums of the first and third, and of the second and fourth. */
interface Line {
  readonly bytes: DataView
  readonly odd: Int32Array
  readonly even: Int32Array
}

function lineOf(length: number): Line {
  const words = Math.ceil(length / 4)
  // One word more: its last pixel is read as a whole word.
  const bytes = new DataView(new ArrayBuffer(words * 4 + 4))
  return { bytes, odd: new Int32Array(words), even: new Int32Array(words) }
}

function sumRows(
  from: DataView,
  top: number,
  stride: number,
  { start, shares }: Taps,
  y: number,
  { bytes, odd, even }: Line,
): void {
  odd.fill(HALVES)
  even.fill(HALVES)
  let at = top
  for (let tap = start[y] as number, end = start[y + 1] as number; tap < end; tap++, at += stride) {
    const share = shares[tap] as number
    const whole = Math.min(odd.length, (from.byteLength - at) >> 2)
    for (let i = 0; i < whole; i++) addWord(from.getInt32(at + i * 4, true), share, i, odd, even)
    // The last word may be cut off by the frame's end.
    if (whole < odd.length) addWord(tailOf(from, at + whole * 4), share, whole, odd, even)
  }
  for (let i = 0; i < odd.length; i++) {
    const word = (((odd[i] as number) >>> 8) & LOW_BYTES) | ((even[i] as number) & HIGH_BYTES)
    bytes.setInt32(i * 4, word, true)
  }
}

function addWord(word: number, share: number, i: number, odd: Int32Array, even: Int32Array): void {
  odd[i] = (odd[i] as number) + Math.imul(word & LOW_BYTES, share)
  even[i] = (even[i] as number) + Math.imul((word >>> 8) & LOW_BYTES, share)
}

function tailOf(from: DataView, at: number): number {
  let word = 0
  for (let i = 0; at + i < from.byteLength; i++) word |= from.getUint8(at + i) << (8 * i)
  return word
}

function sumColumns(line: DataView, { first, start, shares }: Taps, to: Uint8Array, at: number): void {
  for (let x = 0; x < first.length; x++, at += 3) {
    let pair = HALVES
    let middle = ONE / 2
    let pixel = (first[x] as number) * 3
    for (let tap = start[x] as number, end = start[x + 1] as number; tap < end; tap++, pixel += 3) {
      const word = line.getInt32(pixel, true)
      const share = shares[tap] as number
      pair = (pair + Math.imul(word & LOW_BYTES, share)) | 0
      middle = (middle + Math.imul((word >>> 8) & BYTE, share)) | 0
    }
    to[at] = (pair >>> 8) & BYTE
    to[at + 1] = middle >>> 8
    to[at + 2] = pair >>> 24
  }
}
