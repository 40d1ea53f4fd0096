import { dot, plus, type Vector } from '../engine/vector.ts'
import { type View, viewFrom } from '../engine/view.ts'
import type { Size } from '../engine/buffers.ts'
import { between, chance, type Random } from '../things/making/chance.ts'
import type { Strip } from '../world/strips.ts'

/** A piece of ground on which one episode after the other happens. */
export interface Plot {
  readonly number: number
  readonly x: number
  readonly y: number
  readonly z: number
  /** So far to the side, for each metre away, runs the line on which one thing hides another from the camera. */
  readonly aslant: number
  /** Stalls may stand here. */
  readonly allowed: boolean
  /** Its corners, in shares of the picture's width and height. */
  readonly polygon: readonly (readonly [number, number])[]
}

export interface Plaza {
  readonly strips: readonly Strip[]
  readonly view: View
  readonly plots: readonly Plot[]
}

/** Metres from the camera's mast, and how many side by side, so far from one another. */
const ROWS = [
  { away: 10.2, count: 3, step: 3.85 },
  { away: 14, count: 3, step: 4.5 },
  { away: 17.8, count: 4, step: 4.4 },
] as const
const HALF_PLOT_M = { x: 1.75, z: 1.55 }
const HOUSES_M = 14
/** From so high nobody hides who stands two steps behind him. */
const MAST_M = { low: 10, high: 10.6 }
/** What the middle of the picture shows is so far from the mast. */
export const MIDDLE_M = 13.2

/** A wide place before a camera on a mast, with ten plots that it sees well. */
export function makePlaza(random: Random, size: Size): Plaza {
  const depth = between(random, 26, 32)
  const ground = chance(random, 0.6) ? 'squares' : chance(random, 0.5) ? 'slabs' : 'bricks'
  const far = HOUSES_M + depth
  const strips: Strip[] = [
    { kind: 'houses', ground: 'concrete', near: 0, far: HOUSES_M, height: 0.14 },
    { kind: 'walk', ground, near: HOUSES_M, far, height: 0.14 },
    {
      kind: chance(random, 0.6) ? 'houses' : 'green',
      ground: 'grass',
      near: far,
      far: far + HOUSES_M,
      height: 0.14,
    },
  ]
  const mast: Vector = [0, between(random, MAST_M.low, MAST_M.high), HOUSES_M + 1]
  const view = viewFrom({
    eye: mast,
    yaw: between(random, -0.015, 0.015),
    pitch: Math.atan2(mast[1] - 0.5, MIDDLE_M),
    roll: between(random, -0.01, 0.01),
    angle: between(random, 0.82, 0.85),
  })
  const places = ROWS.flatMap(({ away, count, step }) =>
    Array.from({ length: count }, (_, i) => ({ x: (i - (count - 1) / 2) * step, z: mast[2] + away })),
  )
  const plots = places.map(({ x, z }, number): Plot => {
    const y = 0.14
    const corners = [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
    ] as const
    const polygon = corners.map(([dx, dz]) =>
      shareOf(view, size, [x + dx * HALF_PLOT_M.x, y, z + dz * HALF_PLOT_M.z]),
    )
    return { number, x, y, z, aslant: x / (z - mast[2]), allowed: chance(random, 0.2), polygon }
  })
  return { strips, view, plots }
}

function shareOf(
  { eye, right, up, ahead, width }: View,
  size: Size,
  point: Vector,
): readonly [number, number] {
  const d = plus(point, eye, -1)
  const away = dot(d, ahead)
  const high = (width * size.height) / size.width
  const within = (share: number) => Math.min(1, Math.max(0, Math.round(share * 1e4) / 1e4))
  return [within(0.5 + dot(d, right) / away / width), within(0.5 - dot(d, up) / away / high)]
}
