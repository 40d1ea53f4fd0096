import { degrees, legAngles } from './gait.ts'
import type { Body } from './body.ts'
import type { ArmGoal, LegGoal, Pose, Posture } from './pose.ts'

export const STANCES = ['hanging', 'crossed', 'phone', 'pockets', 'behind', 'hips', 'front'] as const

/** What a person always does in the same way. */
export interface Habit {
  readonly vigour: number
  readonly stance: (typeof STANCES)[number]
  /** 1 where the weight is on the left leg, -1 on the right. */
  readonly leans: number
  /** Which way the head is turned, in radians. */
  readonly gaze: number
  /** Something in the hand or on the shoulder: that arm does not swing. */
  readonly burdened?: 'left' | 'right'
  /** Looks at the phone while walking. */
  readonly reading: boolean
}

const HANGING: ArmGoal = { lift: 0.02, away: 0.13, bend: 0.22, inwards: 0.3 }
const BURDENED: ArmGoal = { lift: 0, away: 0.16, bend: 0.1, inwards: 0.2 }
const PHONE: ArmGoal = { wrist: [0.04, -0.2, 0.26], elbow: [0.35, -1, -0.1] }

export function postureOf(body: Body, pose: Pose, habit: Habit): Posture {
  switch (pose.doing) {
    case 'walking':
      return walking(body, pose.phase, habit)
    case 'carrying':
      return {
        ...walking(body, pose.phase, { ...habit, vigour: 0.75, reading: false }),
        back: { bow: -0.06, lean: 0, turn: 0 },
        arms: both({ wrist: [0.15, -0.36, 0.3] }),
      }
    case 'pushing':
      return pushing(body, pose.phase, pose.handle, habit)
    case 'sweeping':
      return sweeping(body, pose.phase, habit)
    case 'standing':
      return standing(body, pose.phase, habit, habit.stance)
    case 'phoning':
      return standing(body, pose.phase, habit, 'phone')
    case 'talking':
      return talking(body, pose.phase, habit)
    case 'sitting':
      return sitting(body, pose.phase, pose.seat, habit)
    case 'squatting':
      return squatting(body, pose.phase, habit)
    case 'bending':
      return bending(body, pose.depth, habit)
    case 'riding': {
      const { seat, grips, feet } = pose.mount
      const height = seat[1] + 0.05 * body.height
      return {
        height,
        shift: [seat[0], 0, -seat[2]],
        pelvis: { bow: 0.08, lean: 0, turn: 0 },
        back: { bow: 0.14, lean: 0, turn: 0 },
        gaze: { nod: -0.1, turn: habit.gaze * 0.4, tilt: 0 },
        legs: [
          { ankleAt: [feet[0][0], feet[0][1] + body.ankle, feet[0][2] + body.foot * 0.3], out: 0.16 },
          { ankleAt: [feet[1][0], feet[1][1] + body.ankle, feet[1][2] + body.foot * 0.3], out: 0.16 },
        ],
        arms: [
          { wristAt: grips[0], elbow: [0.7, -1, -0.2] },
          { wristAt: grips[1], elbow: [0.7, -1, -0.2] },
        ],
      }
    }
  }
}

function both<T>(goal: T): readonly [T, T] {
  return [goal, goal]
}

function walking(body: Body, phase: number, habit: Habit): Posture {
  const { vigour } = habit
  const swing = Math.cos(phase * 2 * Math.PI)
  const arm = (forward: number): ArmGoal => ({
    lift: degrees(-4 + 22 * forward * vigour),
    away: 0.12,
    bend: degrees(16 + 12 * forward * vigour + 8 * vigour),
    inwards: 0.35,
  })
  const left = habit.reading ? PHONE : habit.burdened === 'left' ? BURDENED : arm(-swing)
  const right = habit.burdened === 'right' ? BURDENED : arm(swing)
  const limb = (at: number): LegGoal => ({ ...legAngles(at, vigour), spread: 0.015 })
  return {
    shift: [Math.sin(phase * 2 * Math.PI) * 0.02, 0, 0],
    pelvis: { bow: 0.03, lean: 0, turn: -0.08 * swing * vigour },
    back: { bow: 0.03, lean: 0, turn: 0.17 * swing * vigour },
    gaze: { nod: habit.reading ? 0.5 : 0.06, turn: habit.gaze * 0.5 - 0.08 * swing * vigour, tilt: 0 },
    legs: [limb(phase), limb(phase + 0.5)],
    arms: [left, right],
    phone: habit.reading,
  }
}

function pushing(body: Body, phase: number, handle: number, habit: Habit): Posture {
  const reach: ArmGoal = {
    wrist: [0.2, handle - (body.hip + body.toShoulders) * 0.97, 0.42],
    elbow: [0.5, -1, -0.5],
  }
  return {
    ...walking(body, phase, { ...habit, vigour: habit.vigour * 0.85, reading: false }),
    back: { bow: 0.14, lean: 0, turn: 0 },
    pelvis: { bow: 0.1, lean: 0, turn: 0 },
    arms: both(reach),
  }
}

function sweeping(body: Body, phase: number, habit: Habit): Posture {
  const swing = Math.sin(phase * 2 * Math.PI)
  return {
    ...standing(body, phase, habit, 'hanging'),
    pelvis: { bow: 0.12, lean: 0, turn: 0.1 * swing },
    back: { bow: 0.3, lean: 0, turn: 0.25 * swing },
    gaze: { nod: 0.5, turn: 0.2 * swing, tilt: 0 },
    legs: [
      { hip: 0.28, knee: 0.2, ankle: -0.02, spread: 0.06 },
      { hip: -0.02, knee: 0.12, ankle: 0.12, spread: 0.06 },
    ],
    arms: [{ wrist: [-0.02, -0.24, 0.3] }, { wrist: [0.04, -0.5, 0.34] }],
  }
}

function standing(body: Body, phase: number, habit: Habit, stance: Habit['stance']): Posture {
  const sway = Math.sin(phase * 2 * Math.PI)
  const { leans } = habit
  const heavy: LegGoal = { hip: 0.0, knee: 0.02, ankle: 0.03, spread: 0.015 }
  const free: LegGoal = { hip: 0.2, knee: 0.26, ankle: 0.05, spread: 0.1 }
  return {
    shift: [leans * (0.03 + 0.006 * sway), 0, 0],
    pelvis: { bow: 0, lean: -leans * 0.06, turn: -leans * 0.05 },
    back: { bow: stance === 'phone' ? 0.09 : 0.02, lean: leans * 0.075, turn: 0.04 * sway },
    gaze: {
      nod: stance === 'phone' ? 0.55 : 0.08,
      turn: stance === 'phone' ? 0 : habit.gaze + 0.1 * sway,
      tilt: 0.03 * leans,
    },
    legs: leans > 0 ? [heavy, free] : [free, heavy],
    arms: stanceArms(body, stance, habit),
    phone: stance === 'phone' && habit.burdened !== 'left',
  }
}

function stanceArms(body: Body, stance: Habit['stance'], habit: Habit): readonly [ArmGoal, ArmGoal] {
  const h = body.height
  const wide = body.girth * 0.075 * h
  switch (stance) {
    case 'crossed':
      return [
        { wrist: [-0.05 * h, -0.125 * h, 0.115 * h * body.girth], elbow: [0.5, -1, 0.3] },
        { wrist: [-0.045 * h, -0.15 * h, 0.1 * h * body.girth], elbow: [0.5, -1, 0.3] },
      ]
    case 'phone':
      return [
        habit.burdened === 'left' ? BURDENED : PHONE,
        habit.burdened === 'right' ? BURDENED : { wrist: [0.02, -0.28, 0.27] },
      ]
    case 'pockets':
      return both({ wrist: [0.045 * h + wide, -0.245 * h, 0.05 * h], elbow: [0.7, -0.6, -0.7] })
    case 'behind':
      return both({ wrist: [-0.01, -0.25 * h, -0.095 * h * body.girth], elbow: [0.9, -0.6, -0.5] })
    case 'hips':
      return [HANGING, { wrist: [0.03 * h + wide, -0.2 * h, 0.03 * h], elbow: [1, -0.2, -0.4] }]
    case 'front':
      return both({ wrist: [0.015, -0.24 * h, 0.095 * h * body.girth], elbow: [0.8, -1, -0.3] })
    case 'hanging':
      return [habit.burdened === 'left' ? BURDENED : HANGING, habit.burdened === 'right' ? BURDENED : HANGING]
  }
}

function talking(body: Body, phase: number, habit: Habit): Posture {
  const beat = Math.sin(phase * 2 * Math.PI)
  const gesture: ArmGoal = {
    lift: degrees(22 + 10 * beat),
    away: degrees(14 + 6 * beat),
    bend: degrees(85 + 20 * Math.sin(phase * 4 * Math.PI)),
    inwards: degrees(20 - 25 * beat),
  }
  const stand = standing(body, phase, habit, habit.stance)
  return {
    ...stand,
    gaze: { nod: 0.05 + 0.06 * beat, turn: habit.gaze + 0.15 * beat, tilt: 0.05 * habit.leans },
    arms: habit.leans > 0 ? [gesture, stand.arms[1]] : [stand.arms[0], gesture],
  }
}

function sitting(body: Body, phase: number, seat: number, habit: Habit): Posture {
  const sway = Math.sin(phase * 2 * Math.PI)
  const height = seat + 0.05 * body.height
  // The lower the seat, the further the feet, until the legs are stretched.
  const ahead =
    Math.sqrt(Math.max(0, (body.thigh * 0.98) ** 2 - (body.ankle + body.shin - height) ** 2)) +
    (habit.leans > 0 ? 0.06 : -0.04)
  const low = Math.max(0, Math.min(1, (0.42 - seat) / 0.3))
  const width = body.hips * (1.5 + low)
  const ankle = (hand: number, more: number): LegGoal => ({
    ankleAt: [hand * width, body.ankle, -(ahead + more)],
    out: 0.15 + low * 0.15,
  })
  const phone = habit.stance === 'phone'
  const h = body.height
  const knees: ArmGoal = { wrist: [0.08 * h, -0.22 * h, 0.2 * h], elbow: [0.9, -1, -0.3] }
  const lap: ArmGoal = { wrist: [0.02 * h, -0.24 * h, 0.15 * h] }
  return {
    height,
    shift: [0, 0, 0],
    pelvis: { bow: -0.05 + low * 0.1, lean: 0, turn: 0 },
    back: { bow: 0.2 + low * 0.25 + 0.02 * sway, lean: 0.02 * habit.leans, turn: 0 },
    gaze: { nod: phone ? 0.5 : -0.1, turn: phone ? 0 : habit.gaze, tilt: 0 },
    legs: [ankle(1, habit.leans * 0.05), ankle(-1, -habit.leans * 0.05)],
    phone,
    arms: phone
      ? both(PHONE)
      : habit.stance === 'crossed'
        ? [lap, lap]
        : [knees, habit.leans > 0 ? knees : lap],
  }
}

function squatting(body: Body, phase: number, habit: Habit): Posture {
  const h = body.height
  const work = Math.sin(phase * 2 * Math.PI)
  return {
    height: 0.155 * h,
    shift: [0, 0, -0.08 * h],
    pelvis: { bow: 0.35, lean: 0, turn: 0 },
    back: { bow: 0.42, lean: 0, turn: 0.08 * work },
    gaze: { nod: habit.stance === 'phone' ? 0.1 : -0.3, turn: habit.gaze * 0.6, tilt: 0 },
    legs: [
      { ankleAt: [0.085 * h, body.ankle, 0], out: 0.42 },
      { ankleAt: [-0.085 * h, body.ankle, 0], out: 0.42 },
    ],
    arms: [
      { wrist: [0.03 * h, -0.15 * h, 0.2 * h], elbow: [0.8, -0.9, 0.4] },
      { wrist: [0.06 * h, -0.17 * h + 0.02 * work, 0.21 * h], elbow: [0.8, -0.9, 0.4] },
    ],
  }
}

function bending(body: Body, depth: number, habit: Habit): Posture {
  const stand = standing(body, 0, habit, 'hanging')
  return {
    ...stand,
    pelvis: { bow: 0.75 * depth, lean: 0, turn: 0 },
    back: { bow: 0.75 * depth, lean: 0, turn: 0 },
    gaze: { nod: -0.15 * depth, turn: 0, tilt: 0 },
    shift: [0, 0, -0.12 * depth],
    legs: [
      { hip: 0.1 + 0.3 * depth, knee: 0.05 + 0.6 * depth, ankle: 0.25 * depth, spread: 0.05 },
      { hip: 0.3 * depth, knee: 0.55 * depth, ankle: 0.25 * depth, spread: 0.06 },
    ],
    arms: both({ lift: 1.3 * depth, away: 0.06, bend: 0.25, inwards: 0.4 }),
  }
}
