import type { Frame } from '@ganzhi/models/frame'

/** A picture made small: brightness, and two colours that a change of light leaves nearly alone. */
export interface Planes {
  readonly width: number
  readonly height: number
  /** 0 to 255 */
  readonly luma: Float32Array
  /** How much redder than green, and bluer, as a share of its light: about -1 to 1. */
  readonly red: Float32Array
  readonly blue: Float32Array
}

/** What is dark has no colour but noise. */
const DARK = 96

export function newPlanes(width: number, height: number): Planes {
  const plane = () => new Float32Array(width * height)
  return { width, height, luma: plane(), red: plane(), blue: plane() }
}

/** Each place is the mean of the pixels it stands for. */
export function readPlanes({ width: across, height: down, rgb }: Frame, into: Planes): void {
  const { width, height, luma, red, blue } = into
  let at = 0
  for (let y = 0; y < height; y++) {
    const top = Math.floor((y * down) / height)
    const bottom = Math.floor(((y + 1) * down) / height)
    for (let x = 0; x < width; x++) {
      const left = Math.floor((x * across) / width)
      const right = Math.floor(((x + 1) * across) / width)
      let r = 0
      let g = 0
      let b = 0
      for (let row = top; row < bottom; row++) {
        const end = 3 * (row * across + right)
        for (let i = 3 * (row * across + left); i < end; i += 3) {
          r += rgb[i] ?? 0
          g += rgb[i + 1] ?? 0
          b += rgb[i + 2] ?? 0
        }
      }
      const pixels = (bottom - top) * (right - left)
      const light = r + g + b + DARK * pixels
      // ITU-R BT.601
      luma[at] = (0.299 * r + 0.587 * g + 0.114 * b) / pixels
      red[at] = (r - g) / light
      blue[at] = (b - g) / light
      at += 1
    }
  }
}

export function copyPixel(from: Planes, to: Planes, at: number): void {
  to.luma[at] = from.luma[at] ?? 0
  to.red[at] = from.red[at] ?? 0
  to.blue[at] = from.blue[at] ?? 0
}

/** How far two places differ in colour. */
export function colourApart(a: Planes, at: number, b: Planes, other: number): number {
  const red = Math.abs((a.red[at] ?? 0) - (b.red[other] ?? 0))
  return red + Math.abs((a.blue[at] ?? 0) - (b.blue[other] ?? 0))
}
