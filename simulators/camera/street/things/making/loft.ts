import { grid } from './grid.ts'
import type { Shape } from './shape.ts'
import { cross, dot, minus, plus, squareTo, times, unit, type Vector } from './vector.ts'

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
  /** How often the texture goes round and along. */
  readonly wide?: number
  readonly high?: number
}

/** A tube through rings. The texture's seam is at the back. */
export function loft(rings: readonly Ring[], form: LoftForm = {}): Shape {
  const { sides = 8, square = 2, open = 'none', swell, wide = 1, high = 1 } = form
  const circle = Array.from({ length: sides }, (_, i) => {
    const angle = Math.PI + ((i + 0.5) / sides) * 2 * Math.PI
    return [boxy(Math.sin(angle), square), boxy(Math.cos(angle), square)] as const
  })
  const rows = rings.map((ring, r) =>
    circle.map(([side, front], c) => {
      const out = swell?.(r, c) ?? 1
      return plus(plus(ring.at, ring.side, side * out), ring.front, front * out)
    }),
  )
  const [first, last] = [rings[0], rings.at(-1)]
  if (!first || !last) return grid([])
  if (open === 'none' || open === 'end') rows.unshift(circle.map(() => first.at))
  if (open === 'none' || open === 'start') rows.push(circle.map(() => last.at))
  const flipped = dot(cross(minus(last.at, first.at), first.side), first.front) < 0
  return grid(rows, { around: true, flipped, wide, high })
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
