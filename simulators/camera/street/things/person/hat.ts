import { type Frame, within } from '../making/frame.ts'
import { grid } from '../making/grid.ts'
import { bothSides, type Shape } from '../making/shape.ts'
import type { Vector } from '../making/vector.ts'
import type { Body } from './body.ts'
import { shell } from './hair.ts'

export type Hat = 'cap' | 'bucket' | 'straw' | 'knitted' | 'peaked' | 'helmet'

export function hat(body: Body, frame: Frame, kind: Hat): Shape[] {
  const crown = (edge: number, off: number, tall: number) =>
    shell(body, frame, {
      edge: () => edge,
      off: (share) => off + tall * Math.sin(share * Math.PI * 0.5),
      rows: 4,
    })
  switch (kind) {
    case 'cap':
      return [
        crown(0.7, 0.05, 0.05),
        brim(body, frame, (angle) => (angle < 1.1 ? 0.38 * Math.cos(angle * 1.35) ** 0.5 : 0), 0.7, 0.08),
      ]
    case 'bucket':
      return [crown(0.68, 0.06, 0.06), brim(body, frame, () => 0.28, 0.68, 0.2)]
    case 'straw':
      return [crown(0.72, 0.06, 0.1), brim(body, frame, () => 0.62, 0.72, 0.12)]
    case 'knitted':
      return [shell(body, frame, { edge: () => 0.62, off: (share) => 0.06 + 0.1 * share, rows: 4 })]
    case 'peaked':
      return [
        shell(body, frame, {
          edge: () => 0.72,
          off: (share) => 0.05 + 0.2 * Math.sin(share * Math.PI * 0.75),
          rows: 4,
        }),
        brim(body, frame, (angle) => (angle < 1 ? 0.24 * Math.cos(angle * 1.5) ** 0.5 : 0), 0.72, 0.12),
      ]
    case 'helmet':
      return [
        shell(body, frame, {
          edge: (angle) => (angle < 1.1 ? 0.74 : 0.32),
          off: (share) => 0.13 + 0.05 * share,
          rows: 5,
        }),
      ]
  }
}

/** A rim so far out at each angle, a little down at its end; both of its faces. */
function brim(
  body: Body,
  frame: Frame,
  wide: (angle: number) => number,
  height: number,
  droop: number,
): Shape {
  const h = body.head
  const at = (angle: number, out: number, down: number): Vector => {
    const [s, c] = [Math.sin(angle), Math.cos(angle)]
    return within(frame, s * (0.36 + out) * h, (height - down) * h, c * (0.42 + out) * h)
  }
  const angles = Array.from({ length: 14 }, (_, i) => -Math.PI + (i / 14) * 2 * Math.PI)
  const outer = angles.map((angle) => {
    const out = wide(Math.abs(angle))
    return at(angle, out, (out > 0.01 ? droop : 0) + 0.01)
  })
  return bothSides(grid([outer, angles.map((angle) => at(angle, 0, 0))], { around: true }))
}

/** Over mouth and nose. */
export function mask(body: Body, frame: Frame): Shape {
  const rows = [0.02, 0.16, 0.3, 0.43].map((height, r) =>
    Array.from({ length: 5 }, (_, i): Vector => {
      const angle = (i / 4 - 0.5) * 2.5
      const out = (0.02 + (i === 2 ? ([0.03, 0.06, 0.12, 0.05][r] ?? 0) : 0.015)) * body.head
      const at = within(
        frame,
        Math.sin(angle) * (0.3 * body.head + out),
        height * body.head,
        Math.cos(angle) * (0.395 * body.head + out),
      )
      return at
    }),
  )
  return grid(rows)
}
