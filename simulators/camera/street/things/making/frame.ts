import { cross, plus, turn, type Vector } from './vector.ts'

/** A place and its directions: `side` is to the right of who looks at the front. */
export interface Frame {
  readonly at: Vector
  readonly side: Vector
  readonly up: Vector
  readonly front: Vector
}

export const ORIGIN: Frame = { at: [0, 0, 0], side: [1, 0, 0], up: [0, 1, 0], front: [0, 0, -1] }

export function frameAt(at: Vector): Frame {
  return { ...ORIGIN, at }
}

/** Where a point of the frame lies: so far to the side, up and to the front. */
export function within(frame: Frame, side: number, up: number, front: number): Vector {
  return plus(plus(plus(frame.at, frame.side, side), frame.up, up), frame.front, front)
}

/** Bowed to the front, leaning to the side, turned towards the side: in radians, about its own place. */
export function bowed(frame: Frame, front: number, side = 0, towards = 0): Frame {
  let { up, side: right, front: ahead } = frame
  if (towards !== 0) {
    ahead = turn(ahead, up, -towards)
    right = turn(right, up, -towards)
  }
  if (front !== 0) {
    up = turn(up, right, -front)
    ahead = turn(ahead, right, -front)
  }
  if (side !== 0) {
    up = turn(up, ahead, side)
    right = turn(right, ahead, side)
  }
  return { at: frame.at, side: right, up, front: ahead }
}

export function moved(frame: Frame, at: Vector): Frame {
  return { ...frame, at }
}

/** The frame of a limb or a stick: `up` along it, its front as near as may be to the one given. */
export function along(at: Vector, up: Vector, front: Vector): Frame {
  const side = cross(front, up)
  const size = Math.hypot(...side)
  const right: Vector = size > 1e-6 ? [side[0] / size, side[1] / size, side[2] / size] : [1, 0, 0]
  return { at, side: right, up, front: cross(up, right) }
}
