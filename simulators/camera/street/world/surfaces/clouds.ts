import { keyOf, share } from '../../../../signal.ts'

/** Soft noise in [0, 1) over a plane that begins again after `period` cells. */
export function cloudsOf(seed: number, period: number): (x: number, y: number) => number {
  const cells = Float32Array.from({ length: period * period }, (_, i) => share(keyOf(seed, i)))
  const cell = (x: number, y: number) =>
    cells[(((y % period) + period) % period) * period + (((x % period) + period) % period)] as number
  return (x, y) => {
    const [left, top] = [Math.floor(x), Math.floor(y)]
    const [dx, dy] = [smooth(x - left), smooth(y - top)]
    const above = cell(left, top) * (1 - dx) + cell(left + 1, top) * dx
    const below = cell(left, top + 1) * (1 - dx) + cell(left + 1, top + 1) * dx
    return above * (1 - dy) + below * dy
  }
}

/** Clouds with ever smaller ones on top, over a square that repeats after 1. */
export function roughOf(seed: number, period: number, octaves: number): (x: number, y: number) => number {
  const layers = Array.from({ length: octaves }, (_, i) => ({
    clouds: cloudsOf(keyOf(seed, 'octave', i), period << i),
    cells: period << i,
    weight: 0.5 ** (i + 1),
  }))
  return (x, y) =>
    layers.reduce((sum, { clouds, cells, weight }) => sum + weight * clouds(x * cells, y * cells), 0)
}

function smooth(share: number): number {
  return share * share * (3 - 2 * share)
}
