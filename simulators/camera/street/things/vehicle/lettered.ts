import type { Colour, Material } from '../../engine/mesh.ts'
import { between, fork, type Random } from '../making/chance.ts'
import { noise } from '../making/noise.ts'
import { painted, shaded } from '../making/paint.ts'

/** A delivery firm's box: a name seen from afar, a band, scratches. */
export function lettered(random: Random, colour: Colour): Material {
  const strokes = noise(fork(random))
  const bright = colour[0] + colour[1] + colour[2] > 0.9
  const ink: Colour = bright ? [0.03, 0.03, 0.035] : [0.8, 0.8, 0.8]
  const [top, count] = [between(random, 0.2, 0.5), Math.round(between(random, 2, 5))]
  const band = between(random, 0.7, 1.1)
  return painted(
    40,
    32,
    (u, v) => {
      const cell = (u * count) % 1
      const inside = v > top && v < top + 0.24 && cell > 0.15 && cell < 0.85 && u > 0.1 && u < 0.9
      const written = inside && Math.abs(strokes(u * count * 4, v * 12, 0)) < 0.25
      const banded = Math.abs(v - band) < 0.05
      return shaded(written || banded ? ink : colour, 0.9 + 0.15 * strokes(u * 6, v * 6, 7))
    },
    0.2,
  )
}
