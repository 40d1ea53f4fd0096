import { along, type Frame, within } from '../making/frame.ts'
import { loft, type Ring, ringAt } from '../making/loft.ts'
import type { Shape } from '../making/shape.ts'
import { minus, mix, plus, unit, type Vector } from '../making/vector.ts'
import type { Body } from './body.ts'
import type { Limb } from './skeleton.ts'

/** Radii as shares of the height, at places along two bones: 1 is the elbow or knee, 2 the wrist or ankle. */
const LEG = [
  [-0.05, 0.05],
  [0.2, 0.053],
  [0.55, 0.046],
  [0.9, 0.036],
  [1.08, 0.034],
  [1.4, 0.034],
  [1.75, 0.024],
  [1.97, 0.021],
] as const
const ARM = [
  [-0.08, 0.016],
  [0.08, 0.03],
  [0.45, 0.028],
  [0.9, 0.0225],
  [1.1, 0.023],
  [1.4, 0.0215],
  [1.97, 0.0145],
] as const

interface SleeveForm {
  readonly from: number
  readonly to: number
  /** Off the skin, in metres, at the beginning and at the hem. */
  readonly ease: readonly [number, number]
  readonly sides?: number
  readonly swell?: (ring: number, corner: number) => number
}

export function leg(body: Body, limb: Limb, side: Vector, form: SleeveForm): Shape {
  return tube(body, limb, side, LEG, form, 1)
}

export function arm(body: Body, limb: Limb, side: Vector, form: SleeveForm): Shape {
  return tube(body, limb, side, ARM, form, 0.92)
}

function tube(
  body: Body,
  limb: Limb,
  side: Vector,
  profile: readonly (readonly [number, number])[],
  form: SleeveForm,
  flat: number,
): Shape {
  const places = [
    form.from,
    ...profile.map(([at]) => at).filter((at) => at > form.from + 0.04 && at < form.to - 0.04),
    form.to,
  ]
  const upper = unit(minus(limb.root, limb.joint))
  const lower = unit(minus(limb.joint, limb.end))
  const girth = (body.girth - 1) * 0.7 + 1
  const rings = places.map((place) => {
    const at =
      place <= 1
        ? plus(limb.joint, minus(limb.root, limb.joint), 1 - place)
        : mix(limb.joint, limb.end, place - 1)
    const direction = unit(mix(upper, lower, Math.min(1, Math.max(0, (place - 0.85) / 0.3))))
    const share = (place - form.from) / (form.to - form.from)
    const ease = form.ease[0] + (form.ease[1] - form.ease[0]) * share
    const radius = between(profile, place) * body.height * girth + ease
    return ringAt(at, direction, side, radius, radius / flat)
  })
  // From the hem up, so that the texture stands upright.
  return loft(rings.reverse(), { sides: form.sides ?? 7, ...(form.swell ? { swell: form.swell } : {}) })
}

function between(profile: readonly (readonly [number, number])[], place: number): number {
  for (let i = 1; i < profile.length; i++) {
    const [a, b] = [profile[i - 1], profile[i]]
    if (a && b && place <= b[0])
      return a[1] + (b[1] - a[1]) * Math.min(1, Math.max(0, (place - a[0]) / (b[0] - a[0])))
  }
  return profile.at(-1)?.[1] ?? 0
}

/** A hand, half closed. */
export function hand(body: Body, limb: Limb, front: Vector): Shape {
  const frame = along(limb.end, unit(minus(limb.tip, limb.end)), front)
  const h = body.height
  const ring = (up: number, ahead: number, width: number, depth: number): Ring => ({
    at: within(frame, 0, up * h, ahead * h),
    side: [frame.side[0] * width * h, frame.side[1] * width * h, frame.side[2] * width * h],
    front: [frame.front[0] * depth * h, frame.front[1] * depth * h, frame.front[2] * depth * h],
  })
  return loft(
    [
      ring(-0.006, 0, 0.014, 0.014),
      ring(0.022, 0, 0.013, 0.022),
      ring(0.05, 0.004, 0.012, 0.024),
      ring(0.072, 0.012, 0.011, 0.018),
    ],
    { sides: 5 },
  )
}

/** `heel` is the sole's height in metres. */
export function shoe(body: Body, limb: Limb, heel: number): Shape {
  const direction = unit(minus(limb.tip, limb.end))
  const up = unit(minus(limb.joint, limb.end))
  const foot: Frame = along(limb.end, direction, up)
  const h = body.height
  // Along the foot is the frame's up, over it is its front.
  const ring = (ahead: number, half: number, width: number): Ring => ({
    at: within(foot, 0, ahead * body.foot, -body.ankle + half * h),
    side: [foot.side[0] * width * h, foot.side[1] * width * h, foot.side[2] * width * h],
    front: [foot.front[0] * half * h, foot.front[1] * half * h, foot.front[2] * half * h],
  })
  const low = heel / h / 2
  return loft(
    [
      ring(-0.27, 0.017 + low, 0.017),
      ring(0.02, 0.029 + low, 0.024),
      ring(0.3, 0.019 + low, 0.028),
      ring(0.58, 0.014 + low, 0.029),
      ring(0.75, 0.01 + low, 0.017),
    ],
    { sides: 6, square: 2.8 },
  )
}
