import { bowed, frameAt, type Frame, moved, within } from '../making/frame.ts'
import { apart, minus, mix, plus, squareTo, times, turn, unit, type Vector } from '../making/vector.ts'
import type { Body } from './body.ts'
import type { ArmGoal, LegGoal, Posture } from './pose.ts'

/** From the trunk outwards: hip, knee, ankle, toes or shoulder, elbow, wrist, finger tips. */
export interface Limb {
  readonly root: Vector
  readonly joint: Vector
  readonly end: Vector
  readonly tip: Vector
}

/** Pairs have the person's left first, which is to the right of who looks. */
export interface Skeleton {
  readonly pelvis: Frame
  /** In the middle of the shoulders. */
  readonly chest: Frame
  /** At the chin's height, in the middle of the neck. */
  readonly head: Frame
  readonly legs: readonly [Limb, Limb]
  readonly arms: readonly [Limb, Limb]
}

const LEFT = 1
const RIGHT = -1

export function skeletonOf(body: Body, posture: Posture): Skeleton {
  const { pelvis: p, shift } = posture
  const start = bowed(frameAt([shift[0], posture.height ?? body.hip, -shift[2]]), p.bow, p.lean, p.turn)
  const legs = [leg(body, start, posture.legs[0], LEFT), leg(body, start, posture.legs[1], RIGHT)] as const
  const drop = posture.height === undefined ? Math.min(...legs.map((limb) => sole(body, limb))) : 0
  const lower = (at: Vector): Vector => [at[0], at[1] - drop, at[2]]
  const pelvis = moved(start, lower(start.at))
  const chest = spineAt(body, pelvis, posture, 1)
  const { nod, turn: gaze, tilt } = posture.gaze
  const neck = bowed(
    moved(chest, within(chest, 0, body.toNeck - body.toShoulders, 0)),
    nod * 0.5 - body.stoop * 0.4,
  )
  const chin = within(neck, 0, body.toChin - body.toNeck, 0.012 * body.height)
  return {
    pelvis,
    chest,
    head: bowed(moved(neck, chin), nod * 0.5, tilt, gaze),
    legs: [limbMoved(legs[0], lower), limbMoved(legs[1], lower)],
    arms: [arm(body, chest, posture.arms[0], LEFT), arm(body, chest, posture.arms[1], RIGHT)],
  }
}

/** The trunk's frame between the hip joints (0) and the line of the shoulders (1), and a little beyond. */
export function spineAt(body: Body, pelvis: Frame, posture: Posture, share: number): Frame {
  const { bow, lean, turn: towards } = posture.back
  const steps = 4
  let frame = pelvis
  for (let i = 0; i < steps; i++) {
    const part = Math.min(1 / steps, share - i / steps)
    if (part <= 0) break
    const bent = bowed(frame, (bow + body.stoop) * part, lean * part, towards * part)
    frame = moved(bent, within(bent, 0, body.toShoulders * part, 0))
  }
  return frame
}

function limbMoved(limb: Limb, to: (at: Vector) => Vector): Limb {
  return { root: to(limb.root), joint: to(limb.joint), end: to(limb.end), tip: to(limb.tip) }
}

/** How high the lowest point of a shoe is. */
function sole(body: Body, limb: Limb): number {
  const along = unit(minus(limb.tip, limb.end))
  const down = squareTo(along, [0, -1, 0])
  const flat = plus(limb.end, down, body.ankle)
  return Math.min(plus(flat, along, -body.foot * 0.25)[1], plus(flat, along, body.foot * 0.7)[1])
}

function leg(body: Body, pelvis: Frame, goal: LegGoal, hand: number): Limb {
  const root = within(pelvis, hand * body.hips, 0, 0)
  const toes = body.foot * 0.75
  if ('ankleAt' in goal) {
    const out = goal.out * hand
    const ahead = unit([Math.sin(out), 0.25, -Math.cos(out)])
    const joint = bendOf(root, goal.ankleAt, body.thigh, body.shin, ahead)
    const end = reached(joint, goal.ankleAt, body.shin)
    const pointing: Vector = [Math.sin(out), 0, -Math.cos(out)]
    return { root, joint, end, tip: plus(end, pointing, toes) }
  }
  const { hip, knee, ankle, spread = 0.03 } = goal
  // The pelvis leans with the weight, the legs hang from it upright.
  const upright = bowed(
    frameAt(root),
    0,
    0,
    Math.atan2(pelvis.front[0], -pelvis.front[2]) * 0.4 + hand * 0.12,
  )
  const hanging = turn(times(upright.up, -1), upright.front, -hand * spread)
  const thigh = turn(hanging, upright.side, hip)
  const shin = turn(hanging, upright.side, hip - knee)
  const foot = turn(upright.front, upright.side, hip - knee + ankle)
  const joint = plus(root, thigh, body.thigh)
  const end = plus(joint, shin, body.shin)
  return { root, joint, end, tip: plus(end, foot, toes) }
}

function arm(body: Body, chest: Frame, goal: ArmGoal, hand: number): Limb {
  const root = within(chest, hand * body.shoulders, -0.026 * body.height, 0)
  const finish = (joint: Vector, end: Vector): Limb => {
    const along = unit(minus(end, joint))
    return { root, joint, end, tip: plus(end, along, body.hand * 0.85) }
  }
  if ('lift' in goal) {
    const away = turn(times(chest.up, -1), chest.front, -hand * goal.away)
    const upper = turn(away, chest.side, goal.lift)
    const ahead = squareTo(upper, chest.front)
    const inward = times(chest.side, -hand)
    const towards = unit(plus(times(ahead, Math.cos(goal.inwards)), inward, Math.sin(goal.inwards)))
    const forearm = unit(plus(times(upper, Math.cos(goal.bend)), towards, Math.sin(goal.bend)))
    const joint = plus(root, upper, body.upperArm)
    return finish(joint, plus(joint, forearm, body.forearm))
  }
  const [side, up, front] = goal.elbow ?? [0.5, -1, -0.35]
  const towards = minus(within(chest, hand * side, up, front), chest.at)
  const wrist =
    'wristAt' in goal ? goal.wristAt : within(chest, hand * goal.wrist[0], goal.wrist[1], goal.wrist[2])
  const joint = bendOf(root, wrist, body.upperArm, body.forearm, towards)
  return finish(joint, reached(joint, wrist, body.forearm))
}

/** Where the elbow or the knee of two bones is, bent towards a direction; straight where the goal is out of reach. */
function bendOf(root: Vector, goal: Vector, first: number, second: number, towards: Vector): Vector {
  const far = Math.min(Math.max(apart(root, goal), Math.abs(first - second) + 1e-3), (first + second) * 0.999)
  const along = unit(minus(goal, root))
  const share = (first * first - second * second + far * far) / (2 * far)
  const off = Math.sqrt(Math.max(0, first * first - share * share))
  return plus(plus(root, along, share), squareTo(along, towards), off)
}

function reached(joint: Vector, goal: Vector, bone: number): Vector {
  const far = apart(joint, goal)
  return far < 1e-6 ? goal : mix(joint, goal, bone / far)
}
