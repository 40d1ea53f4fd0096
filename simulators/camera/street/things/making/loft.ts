import { grid, skin } from './grid.ts'
import type { Shape } from './shape.ts'
import { cross, dot, minus, squareTo, times, unit, type Vector } from './vector.ts'

/** An ellipse in space: its half axes are its width and its depth. */
export interface Ring {
  readonly at: Vector
  readonly side: Vector
  readonly front: Vector
}

export interface LoftForm {
  readonly sides?: number
  /** 2 is an ellipse, more is boxy. */
  readonly square?: number
  /** Which ends are left open. */
  readonly open?: 'both' | 'start' | 'end' | 'none'
  /** How far out of its ring a corner lies: 1 is on it. */
  readonly swell?: (ring: number, corner: number) => number
}

/** A tube through rings. The texture's seam is at the back. */
export function loft(rings: readonly Ring[], form: LoftForm = {}): Shape {
  const { sides = 8, square = 2, open = 'none', swell } = form
  const [first, last] = [rings[0], rings.at(-1)]
  if (!first || !last) return grid([])
  const circle = circleOf(sides, square)
  const points: number[] = []
  if (open === 'none' || open === 'end') for (let c = 0; c < sides; c++) points.push(...first.at)
  for (let r = 0; r < rings.length; r++) {
    const { at, side, front } = rings[r] as Ring
    for (let c = 0; c < sides; c++) {
      const out = swell?.(r, c) ?? 1
      const u = (circle[2 * c] as number) * out
      const v = (circle[2 * c + 1] as number) * out
      points.push(
        at[0] + side[0] * u + front[0] * v,
        at[1] + side[1] * u + front[1] * v,
        at[2] + side[2] * u + front[2] * v,
      )
    }
  }
  if (open === 'none' || open === 'start') for (let c = 0; c < sides; c++) points.push(...last.at)
  const flipped = dot(cross(minus(last.at, first.at), first.side), first.front) < 0
  return skin(points, sides, { around: true, flipped })
}

/** Side and front of each corner of a ring of size 1. */
function circleOf(sides: number, square: number): number[] {
  const circle: number[] = []
  for (let i = 0; i < sides; i++) {
    const angle = Math.PI + ((i + 0.5) / sides) * 2 * Math.PI
    circle.push(boxy(Math.sin(angle), square), boxy(Math.cos(angle), square))
  }
  return circle
}

function boxy(value: number, square: number): number {
  return square === 2 ? value : Math.sign(value) * Math.abs(value) ** (2 / square)
}

/** A ring square to a direction, its width as near as may be to `side`. */
export function ringAt(at: Vector, direction: Vector, side: Vector, width: number, depth = width): Ring {
  const along = unit(direction)
  const right = squareTo(along, side)
  return { at, side: times(right, width), front: times(cross(along, right), depth) }
}

/** A stick of the same thickness from one place to another. */
export function stick(from: Vector, to: Vector, radius: number, sides = 6, thin = radius): Shape {
  const direction = minus(to, from)
  const side: Vector = Math.abs(direction[0]) > Math.abs(direction[1]) ? [0, 1, 0] : [1, 0, 0]
  return loft([ringAt(from, direction, side, radius), ringAt(to, direction, side, thin)], { sides })
}
