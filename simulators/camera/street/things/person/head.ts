import type { Colour, Material } from '../../engine/mesh.ts'
import { between, type Random } from '../making/chance.ts'
import { type Frame, within } from '../making/frame.ts'
import { grid } from '../making/grid.ts'
import { blended, painted, shaded } from '../making/paint.ts'
import type { Shape } from '../making/shape.ts'
import type { Vector } from '../making/vector.ts'
import type { Body } from './body.ts'

/** Height from chin to crown, then half width, extent to the front and to the back, in shares of the head's half sizes. */
const SKULL = [
  [0, 0.3, 0.72, 0.05],
  [0.05, 0.5, 0.86, 0.2],
  [0.18, 0.74, 0.9, 0.5],
  [0.3, 0.86, 0.92, 0.75],
  [0.42, 0.94, 0.91, 0.92],
  [0.52, 0.98, 0.88, 1],
  [0.66, 1, 0.92, 1.04],
  [0.8, 0.94, 0.82, 0.98],
  [0.92, 0.68, 0.52, 0.7],
  [1, 0, 0, 0],
] as const

const COLUMNS = 12

/** A point of the head at a height (0 chin, 1 crown) and an angle from the face (positive is to the viewer's right). */
export function onHead(body: Body, frame: Frame, height: number, angle: number, off = 0): Vector {
  const after = Math.max(
    1,
    SKULL.findIndex(([at]) => at >= Math.min(1, height)),
  )
  const [a, b] = [SKULL[after - 1] ?? SKULL[0], SKULL[after] ?? SKULL[0]]
  const share = Math.max(0, Math.min(1, (height - a[0]) / (b[0] - a[0])))
  const at = (k: 1 | 2 | 3) => a[k] + (b[k] - a[k]) * share
  const half = body.head * 0.345
  const deep = body.head * 0.43
  const [s, c] = [Math.sin(angle), Math.cos(angle)]
  const front = c > 0 ? c * (at(2) * deep + off) : c * (at(3) * deep + off)
  return within(
    frame,
    s * (at(1) * half + off),
    height * body.head + (height > 0.9 ? off * ((height - 0.9) / 0.1) : 0),
    front,
  )
}

export function head(body: Body, frame: Frame): Shape {
  const rows = SKULL.map(([height]) =>
    Array.from({ length: COLUMNS }, (_, i) => {
      const angle = -Math.PI + (i / COLUMNS) * 2 * Math.PI
      const nose = i === COLUMNS / 2 && height > 0.25 && height < 0.5 ? (height < 0.4 ? 0.12 : 0.05) : 0
      const socket = Math.abs(i - COLUMNS / 2) === 1 && height === 0.52 ? -0.05 : 0
      return onHead(body, frame, height, angle, (nose + socket) * body.head)
    }),
  )
  rows.unshift(rows[0]?.map(() => within(frame, 0, body.head * 0.03, body.head * 0.15)) ?? [])
  return grid(rows, { around: true })
}

export function ears(body: Body, frame: Frame): Shape[] {
  return [1, -1].map((hand) => {
    const at = (height: number, angle: number, off: number) =>
      onHead(body, frame, height, hand * angle, off * body.head)
    const rows = [
      [at(0.32, 1.6, -0.01), at(0.33, 1.68, 0.01), at(0.35, 1.75, -0.01)],
      [at(0.44, 1.56, -0.01), at(0.45, 1.72, 0.07), at(0.46, 1.95, 0)],
      [at(0.55, 1.58, -0.01), at(0.56, 1.78, 0.06), at(0.56, 1.95, 0)],
    ]
    return grid(hand > 0 ? rows : rows.map((row) => row.reverse()))
  })
}

/** The face as the texture that goes round the head, the nose in its middle. */
export function face(random: Random, skin: Colour, body: Body): Material {
  const brow = between(random, 0.02, 0.045)
  const lips = blended(skin, [0.35, 0.05, 0.05], body.female ? between(random, 0.25, 0.7) : 0.25)
  const stubble = !body.female && body.age !== 'child' ? between(random, 0, 0.25) : 0
  const lines = body.age === 'elder' ? 0.12 : 0.02
  const dark = shaded(skin, 0.05)
  return painted(
    48,
    36,
    (u, v) => {
      const row = (1 - v) * SKULL.length - 1
      const [low, high] = [SKULL[Math.max(0, Math.floor(row))] ?? SKULL[0], SKULL[Math.ceil(row)] ?? SKULL[0]]
      const up = row < 0 ? 0 : low[0] + (high[0] - low[0]) * (row - Math.floor(row))
      const across = (u - 0.5) * 2
      const side = Math.abs(across)
      const near = (x: number, y: number, wide: number, high: number) =>
        Math.max(0, 1 - ((side - x) / wide) ** 2 - ((up - y) / high) ** 2)
      if (up < 0 || Math.abs(u - 0.5) > 0.27)
        return shaded(skin, 0.97 + 0.05 * Math.sin(u * 90) * Math.sin(v * 70))
      let colour = shaded(
        skin,
        0.97 + 0.05 * Math.sin(u * 90) * Math.sin(v * 70) - lines * Math.abs(Math.sin(v * 60)) * 0.5,
      )
      if (side < 0.3 && up < 0.32) colour = blended(colour, shaded(skin, 0.5), stubble)
      colour = blended(colour, blended(skin, [0.6, 0.12, 0.1], 0.5), 0.25 * near(0.17, 0.35, 0.1, 0.1))
      colour = blended(colour, shaded(skin, 0.55), 0.6 * near(0.13, 0.51, 0.085, 0.06))
      colour = blended(colour, dark, Math.min(1, 1.6 * near(0.13, 0.5, 0.06, 0.03)))
      colour = blended(colour, dark, Math.min(0.8, 1.5 * near(0.14, 0.59, 0.09, brow)))
      colour = blended(colour, shaded(skin, 0.45), 0.7 * near(0.025, 0.32, 0.03, 0.02))
      colour = blended(colour, lips, Math.min(1, 1.5 * near(0, 0.2, 0.08, 0.035)))
      return shaded(colour, up < 0.1 ? 0.75 : 1)
    },
    0.12,
  )
}
