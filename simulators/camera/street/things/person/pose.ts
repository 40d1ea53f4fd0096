import type { Vector } from '../making/vector.ts'

/** Where a rider sits, holds on and puts the feet: the person's left first, which is to the right of who looks. */
export interface Mount {
  readonly seat: Vector
  readonly grips: readonly [Vector, Vector]
  readonly feet: readonly [Vector, Vector]
}

/** The hands have something else to do than to hold an umbrella. */
export function handsBusy(pose: Pose): boolean {
  return ['riding', 'carrying', 'pushing', 'sweeping', 'bending', 'squatting'].includes(pose.doing)
}

/** What somebody does. The fraction of a phase counts: a step of both legs, a gesture, a breath. */
export type Pose =
  | { readonly doing: 'walking' | 'carrying' | 'sweeping'; readonly phase: number }
  | { readonly doing: 'standing' | 'talking' | 'phoning' | 'squatting'; readonly phase: number }
  | { readonly doing: 'pushing'; readonly phase: number; readonly handle: number }
  | { readonly doing: 'sitting'; readonly phase: number; readonly seat: number }
  /** Down to the ground at depth 1. */
  | { readonly doing: 'bending'; readonly depth: number }
  | { readonly doing: 'riding'; readonly mount: Mount }

/** To the side (positive is the person's left), up and to the front of a place, in metres. */
export type Offset = readonly [side: number, up: number, front: number]

export type LegGoal =
  | { readonly hip: number; readonly knee: number; readonly ankle: number; readonly spread?: number }
  /** The ankle's place on or over the ground; the knee points to the front and so far outwards. */
  | { readonly ankleAt: Vector; readonly out: number }

export type ArmGoal =
  /** The upper arm lifted to the front and away from the body, the elbow's bend, the forearm's turn inwards. */
  | { readonly lift: number; readonly away: number; readonly bend: number; readonly inwards: number }
  /** The wrist's place seen from the middle of the shoulders. */
  | { readonly wrist: Offset; readonly elbow?: Offset }
  | { readonly wristAt: Vector; readonly elbow?: Offset }

/** Angles in radians: bow to the front, lean and turn to the person's left. */
export interface Posture {
  /** Of the hip joints; without it the feet decide. */
  readonly height?: number
  readonly shift: Offset
  readonly pelvis: { readonly bow: number; readonly lean: number; readonly turn: number }
  readonly back: { readonly bow: number; readonly lean: number; readonly turn: number }
  readonly gaze: { readonly nod: number; readonly turn: number; readonly tilt: number }
  readonly legs: readonly [LegGoal, LegGoal]
  readonly arms: readonly [ArmGoal, ArmGoal]
  /** In the left hand. */
  readonly phone?: boolean
}
