import { keyOf, share } from '../../../../signal.ts'
import type { Texture } from '../../engine/mesh.ts'
import { cloudsOf } from './clouds.ts'
import { paintedBy } from './painted.ts'

const SIZE = 256

export type Ground = 'asphalt' | 'slabs' | 'bricks' | 'squares' | 'grass' | 'earth' | 'concrete' | 'tactile'

/** A square of it, which repeats after so many metres. */
export const TILE_M: Readonly<Record<Ground, number>> = {
  asphalt: 5,
  slabs: 2.4,
  bricks: 1.6,
  squares: 4,
  grass: 3,
  earth: 4,
  concrete: 4,
  tactile: 0.6,
}

export function groundTexture(kind: Ground, seed: number): Texture {
  const key = keyOf(seed, kind)
  const coarse = cloudsOf(keyOf(key, 'coarse'), SIZE, 4, 4)
  const fine = cloudsOf(keyOf(key, 'fine'), SIZE, 64, 2)
  /** Each slab has its own. */
  const tone = (column: number, row: number) =>
    share(keyOf(key, Math.floor(column), Math.floor(row))) / 2 - 0.25
  const at = (
    paint: (u: number, v: number, dirt: number, grain: number) => number,
    tint: readonly [number, number, number],
  ) =>
    paintedBy(SIZE, (x, y, rgb) => {
      const i = y * SIZE + x
      const light = paint(x / SIZE, y / SIZE, (coarse[i] ?? 0) - 0.47, (fine[i] ?? 0) - 0.4)
      rgb[0] = light * tint[0]
      rgb[1] = light * tint[1]
      rgb[2] = light * tint[2]
    })
  switch (kind) {
    case 'asphalt':
      return at((u, v, dirt, grain) => 112 + 28 * dirt + 34 * grain, [1, 0.99, 0.98])
    case 'concrete':
      return at((u, v, dirt, grain) => 165 + 70 * dirt + 25 * grain, [1, 0.98, 0.94])
    case 'slabs':
      return at(
        (u, v, dirt, grain) => {
          const [column, row] = [u * 4, v * 4]
          const shift = Math.floor(row) % 2 === 0 ? 0 : 0.5
          const joint = seam(column + shift, 0.03) || seam(row, 0.03)
          const each = tone((column + shift) % 4, row)
          return (joint ? 105 : 165 + 40 * each) + 40 * dirt + 22 * grain
        },
        [1, 0.99, 0.96],
      )
    case 'squares':
      return at(
        (u, v, dirt, grain) => {
          const [column, row] = [u * 8, v * 8]
          const dark = (Math.floor(column) + Math.floor(row)) % 8 === 0
          const each = tone(column, row)
          return (
            (seam(column, 0.04) || seam(row, 0.04) ? 100 : dark ? 125 : 172 + 35 * each) +
            45 * dirt +
            20 * grain
          )
        },
        [1, 0.97, 0.93],
      )
    case 'bricks':
      return at(
        (u, v, dirt, grain) => {
          const [column, row] = [u * 8, v * 16]
          const shift = Math.floor(row) % 2 === 0 ? 0 : 0.5
          const each = tone((column + shift) % 8, row)
          return (
            (seam(column + shift, 0.06) || seam(row, 0.1) ? 90 : 140 + 60 * each) + 40 * dirt + 25 * grain
          )
        },
        [1.08, 0.9, 0.82],
      )
    case 'grass':
      return at((u, v, dirt, grain) => 95 + 70 * dirt + 110 * grain, [0.85, 1.05, 0.5])
    case 'earth':
      return at((u, v, dirt, grain) => 125 + 80 * dirt + 60 * grain, [1.05, 0.93, 0.76])
    case 'tactile':
      return at(
        (u, v, dirt, grain) => {
          const bar = Math.abs(((u * 8) % 1) - 0.5) < 0.22 && Math.abs(((v * 2) % 1) - 0.5) < 0.42
          return (seam(v * 2, 0.03) ? 110 : bar ? 205 : 170) + 50 * dirt + 20 * grain
        },
        [1, 0.84, 0.36],
      )
  }
}

function seam(at: number, wide: number): boolean {
  return at - Math.floor(at) < wide
}
