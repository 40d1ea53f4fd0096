import { plus, type Vector } from './vector.ts'

/** From where a picture is taken, and what is right, up and ahead in it. */
export interface View {
  readonly eye: Vector
  readonly right: Vector
  readonly up: Vector
  readonly ahead: Vector
  /** How wide the picture is, one metre ahead. */
  readonly width: number
}

export interface ViewOptions {
  readonly eye: Vector
  /** Radians from z towards x. */
  readonly yaw: number
  /** Radians below the horizon. */
  readonly pitch: number
  /** Radians clockwise. */
  readonly roll?: number
  /** Radians from the left edge of the picture to its right one. */
  readonly angle: number
}

export function viewFrom({ eye, yaw, pitch, roll = 0, angle }: ViewOptions): View {
  const right: Vector = [Math.cos(yaw), 0, -Math.sin(yaw)]
  const up: Vector = [Math.sin(yaw) * Math.sin(pitch), Math.cos(pitch), Math.cos(yaw) * Math.sin(pitch)]
  const ahead: Vector = [Math.sin(yaw) * Math.cos(pitch), -Math.sin(pitch), Math.cos(yaw) * Math.cos(pitch)]
  const [cos, sin] = [Math.cos(roll), Math.sin(roll)]
  return {
    eye,
    right: plus([right[0] * cos, right[1] * cos, right[2] * cos], up, -sin),
    up: plus([up[0] * cos, up[1] * cos, up[2] * cos], right, sin),
    ahead,
    width: 2 * Math.tan(angle / 2),
  }
}
