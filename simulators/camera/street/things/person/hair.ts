import { type Frame, within } from '../making/frame.ts'
import { grid } from '../making/grid.ts'
import { loft, ringAt } from '../making/loft.ts'
import type { Shape } from '../making/shape.ts'
import { noise } from '../making/noise.ts'
import { plus, type Vector } from '../making/vector.ts'
import type { Body } from './body.ts'
import { onHead } from './head.ts'

export type Cut = 'crew' | 'short' | 'parted' | 'bob' | 'long' | 'ponytail' | 'bun' | 'receding' | 'bald'

/** Something worn close to the head: from a lower edge, which may differ round it, up to the crown. */
interface Shell {
  /** The edge's height at an angle from the face, 0 in front and π behind. */
  readonly edge: (angle: number) => number
  /** How far off the skull, in heads, from the edge (0) to the crown (1). */
  readonly off: (share: number, angle: number) => number
  /** To which height: 1 is the crown. */
  readonly top?: number
  readonly columns?: number
  readonly rows?: number
}

export function shell(body: Body, frame: Frame, form: Shell): Shape {
  const { top = 1, columns = 12, rows = 5 } = form
  const points = Array.from({ length: rows + 1 }, (_, r) =>
    Array.from({ length: columns }, (_, c): Vector => {
      const angle = -Math.PI + (c / columns) * 2 * Math.PI
      const edge = form.edge(Math.abs(angle))
      const share = 1 - (1 - r / rows) ** 1.4
      const height = edge + (top - edge) * share
      // Under the ears hair hangs straight down instead of following the jaw.
      const at = onHead(
        body,
        frame,
        Math.max(height, 0.5),
        angle,
        form.off(share, Math.abs(angle)) * body.head,
      )
      if (height >= 0.5) return at
      const fall = (height - 0.5) * body.head
      return [at[0] + frame.up[0] * fall, at[1] + frame.up[1] * fall, at[2] + frame.up[2] * fall]
    }),
  )
  if (top === 1) points.push(crownOf(points.at(-1) ?? [], frame, form.off(1, 0) * body.head * 0.2))
  return grid(points, { around: true })
}

/** Closes what a ring leaves open. */
function crownOf(ring: readonly Vector[], frame: Frame, lift: number): Vector[] {
  const middle = ring.reduce((sum, at) => plus(sum, at, 1 / ring.length), [0, 0, 0] as Vector)
  const top = plus(middle, frame.up, lift)
  return ring.map(() => top)
}

export function hair(body: Body, frame: Frame, cut: Cut, key: number): Shape[] {
  const rough = noise(key)
  const thick = (amount: number) => (share: number, angle: number) =>
    (share === 0 ? 0.005 : amount * Math.min(1, share * 3)) * (1 + 0.35 * rough(angle * 3, share * 5, 0))
  const line = (front: number, temple: number, back: number) => (angle: number) => {
    const side = angle / Math.PI
    if (side < 0.27) return front
    if (side < 0.45) return front + (temple - front) * Math.min(1, (side - 0.27) / 0.1)
    return temple + (back - temple) * Math.min(1, (side - 0.45) / 0.15)
  }
  const nape = (length: number, wide: number): Shape => {
    const h = body.head
    const at = (down: number, back: number) => within(frame, 0, (0.5 - down) * h, -back * h)
    return loft(
      [
        ringAt(at(0.1, 0.32), frame.up, frame.side, wide * h, 0.16 * h),
        ringAt(at(length * 0.5, 0.36), frame.up, frame.side, wide * 0.95 * h, 0.13 * h),
        ringAt(at(length, 0.38), frame.up, frame.side, wide * 0.75 * h, 0.06 * h),
      ].reverse(),
      { sides: 8, square: 2.4 },
    )
  }
  switch (cut) {
    case 'bald':
      return []
    case 'receding':
      return [shell(body, frame, { edge: line(0.93, 0.55, 0.2), off: thick(0.02) })]
    case 'crew':
      return [shell(body, frame, { edge: line(0.82, 0.52, 0.2), off: thick(0.025) })]
    case 'short':
      return [shell(body, frame, { edge: line(0.76, 0.45, 0.12), off: thick(0.06) })]
    case 'parted':
      return [shell(body, frame, { edge: line(0.68, 0.42, 0.1), off: thick(0.085) })]
    case 'bob':
      return [
        shell(body, frame, {
          edge: line(0.68, 0.02, -0.1),
          off: (share, angle) => thick(0.09)(Math.max(0.3, share), angle),
          rows: 7,
        }),
      ]
    case 'long':
      return [
        shell(body, frame, {
          edge: line(0.74, -0.15, -0.25),
          off: (share, angle) => thick(0.075)(Math.max(0.3, share), angle),
          rows: 7,
        }),
        nape(1.35, 0.36),
      ]
    case 'ponytail':
      return [shell(body, frame, { edge: line(0.8, 0.45, 0.15), off: thick(0.045) }), nape(1.1, 0.12)]
    case 'bun': {
      const at = (up: number, back: number) => within(frame, 0, up * body.head, -back * body.head)
      const size = 0.16 * body.head
      const knot = loft(
        [
          ringAt(at(0.76, 0.4), frame.up, frame.side, size * 0.7),
          ringAt(at(0.86, 0.44), frame.up, frame.side, size),
          ringAt(at(0.97, 0.42), frame.up, frame.side, size * 0.6),
        ],
        { sides: 7 },
      )
      return [shell(body, frame, { edge: line(0.8, 0.45, 0.15), off: thick(0.04) }), knot]
    }
  }
}
