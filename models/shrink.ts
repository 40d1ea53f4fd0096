import type { Frame } from './frame.ts'

type Shape = { readonly width: number; readonly height: number }

/** Brings parts of frames of one shape to another, with every pixel of theirs counted: small things keep their look. */
export interface Shrinker {
  shrink(frame: Frame, at: { readonly x: number; readonly y: number }): Omit<Frame, 'at'>
}

export function shrinker(from: Shape, to: Shape): Shrinker {
  const rows = tapsOf(from.height, to.height)
  const columns = tapsOf(from.width, to.width)
  const line = new Float32Array(from.width * 3)
  const small = { width: to.width, height: to.height, rgb: new Uint8Array(to.width * to.height * 3) }
  return {
    shrink(frame, at) {
      const stride = frame.width * 3
      for (let y = 0; y < to.height; y++) {
        line.fill(0)
        const [tap, end] = [rows.start[y] as number, rows.start[y + 1] as number]
        const top = (at.y + (rows.first[y] as number)) * stride + at.x * 3
        for (let i = tap; i < end; i++)
          addRow(frame.rgb, top + (i - tap) * stride, rows.weights[i] as number, line)
        sumColumns(line, columns, small.rgb, y * to.width * 3)
      }
      return small
    },
  }
}

/** The pixels that make up each target pixel, and their shares: a triangle as wide as two target pixels. */
interface Taps {
  readonly first: Int32Array
  /** Of its shares in `weights`; the next one's start is its end. */
  readonly start: Int32Array
  readonly weights: Float32Array
}

function tapsOf(from: number, to: number): Taps {
  const reach = Math.max(1, from / to)
  const first = new Int32Array(to)
  const start = new Int32Array(to + 1)
  const weights: number[] = []
  for (let i = 0; i < to; i++) {
    const centre = ((i + 0.5) * from) / to
    const low = Math.max(0, Math.floor(centre - reach))
    const high = Math.min(from, Math.ceil(centre + reach))
    const shares = Array.from({ length: high - low }, (_, k) =>
      Math.max(0, 1 - Math.abs(low + k + 0.5 - centre) / reach),
    )
    const sum = shares.reduce((total, share) => total + share, 0)
    first[i] = low
    weights.push(...shares.map((share) => share / sum))
    start[i + 1] = weights.length
  }
  return { first, start, weights: Float32Array.from(weights) }
}

function addRow(rgb: Uint8Array, at: number, weight: number, line: Float32Array): void {
  for (let i = 0; i < line.length; i++) line[i] = (line[i] as number) + (rgb[at + i] as number) * weight
}

function sumColumns(line: Float32Array, { first, start, weights }: Taps, to: Uint8Array, at: number): void {
  for (let x = 0; x < first.length; x++) {
    // Rounded when it is stored.
    let [red, green, blue] = [0.5, 0.5, 0.5]
    let from = (first[x] as number) * 3
    for (let i = start[x] as number, end = start[x + 1] as number; i < end; i++, from += 3) {
      const weight = weights[i] as number
      red += (line[from] as number) * weight
      green += (line[from + 1] as number) * weight
      blue += (line[from + 2] as number) * weight
    }
    to[at + x * 3] = red
    to[at + x * 3 + 1] = green
    to[at + x * 3 + 2] = blue
  }
}
