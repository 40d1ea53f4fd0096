import type { Material } from '../../engine/mesh.ts'
import { between, chance, fork, pick, type Random } from '../making/chance.ts'
import { loft, ringAt, stick } from '../making/loft.ts'
import { noise } from '../making/noise.ts'
import { blended, paint, painted } from '../making/paint.ts'
import type { Piece } from '../making/piece.ts'
import type { Vector } from '../making/vector.ts'

/** Stands or sits, as dogs wait for somebody. */
export function dog(random: Random): Piece[] {
  const size = between(random, 0.5, 1.15)
  const spots = noise(fork(random))
  const [first, second] = [
    paint(pick(random, ['#b88a52', '#1c1a19', '#e6dfd2', '#6b4a30', '#8a8078', '#d8b88a'])),
    paint(pick(random, ['#e6dfd2', '#1c1a19', '#b88a52'])),
  ]
  const mottled = chance(random, 0.4)
  const fur: Material = painted(24, 24, (u, v) =>
    blended(first, second, mottled && spots(u * 5, v * 5, 0) > 0.1 ? 1 : 0.12 * spots(u * 16, v * 16, 2)),
  )
  const at = (y: number, z: number, x = 0): Vector => [x * size, y * size, z * size]
  const ring = (y: number, z: number, radius: number, deep = radius) =>
    ringAt(at(y, z), [0, 0, 1], [1, 0, 0], radius * size, deep * size)
  const sits = chance(random, 0.3)
  const [rump, tail] = sits ? [0.2, 0.1] : [0.46, 0.55]
  const trunk = loft(
    [
      ring(0.5, -0.3, 0.07, 0.09),
      ring(0.48, -0.2, 0.11, 0.14),
      ring((0.47 + rump) / 2, 0, 0.1, 0.13),
      ring(rump, 0.25, 0.1, 0.12),
      ring(rump, 0.36, 0.05),
    ],
    { sides: 8 },
  )
  const neck = loft(
    [
      ringAt(at(0.5, -0.24), [0, 1, -0.6], [1, 0, 0], 0.09 * size),
      ringAt(at(0.68, -0.36), [0, 1, -0.6], [1, 0, 0], 0.075 * size),
    ],
    { sides: 7 },
  )
  const head = loft(
    [
      ring(0.7, -0.28, 0.05),
      ring(0.71, -0.36, 0.085),
      ring(0.7, -0.44, 0.075),
      ring(0.66, -0.5, 0.045),
      ring(0.65, -0.6, 0.035),
    ],
    { sides: 7 },
  )
  const legs = (
    [
      [-0.24, 0.07],
      [-0.24, -0.07],
      [0.27, 0.07],
      [0.27, -0.07],
    ] as const
  ).map(([z, x]) =>
    stick(
      at(z > 0 ? rump : 0.45, z, x),
      at(0, sits && z > 0 ? z - 0.22 : z, x),
      0.045 * size,
      6,
      0.03 * size,
    ),
  )
  const ears = ([0.06, -0.06] as const).map((x) =>
    stick(
      at(0.76, -0.34, x),
      at(chance(random, 0.5) ? 0.86 : 0.68, -0.34, x * 1.7),
      0.035 * size,
      4,
      0.012 * size,
    ),
  )
  const wag = stick(at(rump, 0.34), at(tail + 0.15, 0.58), 0.03 * size, 5, 0.02 * size)
  return [trunk, neck, head, wag, ...legs, ...ears].map((shape): Piece => [fur, shape])
}
