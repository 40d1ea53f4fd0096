import { type Frame, moved, within } from '../making/frame.ts'
import { type LoftForm, loft, type Ring } from '../making/loft.ts'
import type { Shape } from '../making/shape.ts'
import { cross, dot, minus, mix, plus, squareTo, times, unit } from '../making/vector.ts'
import type { Body } from './body.ts'
import type { Posture } from './pose.ts'
import { type Limb, type Skeleton, spineAt } from './skeleton.ts'

/** From the crotch to the neck: height on the trunk (0 hip joints, 1 shoulders), half width and depth for him and her. */
const OUTLINE = [
  [-0.16, 0.086, 0.09, 0.066, 0.07],
  [0, 0.095, 0.102, 0.07, 0.076],
  [0.16, 0.09, 0.09, 0.065, 0.065],
  [0.32, 0.084, 0.073, 0.06, 0.054],
  [0.62, 0.096, 0.085, 0.068, 0.068],
  [0.85, 0.104, 0.092, 0.062, 0.056],
  [0.99, 0.106, 0.094, 0.048, 0.042],
  [1.07, 0.068, 0.06, 0.042, 0.036],
  [1.12, 0.038, 0.034, 0.038, 0.034],
] as const

interface TrunkForm extends LoftForm {
  /** Heights on the trunk. */
  readonly from: number
  readonly to: number
  /** How far off the skin, in metres, at the bottom and at the top. */
  readonly ease: readonly [hem: number, top: number]
}

export function trunk(body: Body, skeleton: Skeleton, posture: Posture, form: TrunkForm): Shape {
  const heights = [
    form.from,
    ...OUTLINE.map(([height]) => height).filter((at) => at > form.from + 0.03 && at < form.to - 0.03),
    form.to,
  ]
  const rings = heights.map((height): Ring => {
    const [width, depth] = sizeAt(body, height)
    const share = (height - form.from) / (form.to - form.from)
    const ease = form.ease[0] + (form.ease[1] - form.ease[0]) * share
    const frame = trunkFrame(body, skeleton.pelvis, posture, height)
    const belly = Math.max(0, 1 - Math.abs(height - 0.3) / 0.4) * (body.girth - 1) * 0.06 * body.height
    const bust =
      body.female && body.age !== 'child'
        ? Math.max(0, 1 - Math.abs(height - 0.68) / 0.2) * 0.012 * body.height
        : 0
    return {
      at: within(frame, 0, 0, belly + bust),
      side: times(frame.side, width + ease),
      front: times(frame.front, depth + ease),
    }
  })
  return loft(rings, { sides: 10, square: 2.35, ...form })
}

function trunkFrame(body: Body, pelvis: Frame, posture: Posture, height: number): Frame {
  if (height < 0) return moved(pelvis, within(pelvis, 0, height * body.toShoulders, 0))
  const frame = spineAt(body, pelvis, posture, Math.min(1, height))
  return height <= 1 ? frame : moved(frame, within(frame, 0, (height - 1) * body.toShoulders, 0))
}

export function sizeAt(body: Body, height: number): readonly [width: number, depth: number] {
  const after = OUTLINE.findIndex(([at]) => at >= height)
  const b = OUTLINE[after < 0 ? OUTLINE.length - 1 : after] ?? OUTLINE[0]
  const a = OUTLINE[Math.max(0, (after < 0 ? OUTLINE.length : after) - 1)] ?? OUTLINE[0]
  const share = b[0] === a[0] ? 0 : Math.min(1, Math.max(0, (height - a[0]) / (b[0] - a[0])))
  const [w, d] = body.female && body.age !== 'child' ? [2, 4] : [1, 3]
  const at = (k: 1 | 2 | 3 | 4) => (a[k] + (b[k] - a[k]) * share) * body.height
  const soft = height > 0.9 ? 0.3 : height > 0.5 ? 0.8 : 1.3
  return [at(w as 1) * body.girth ** (soft * 0.8), at(d as 3) * body.girth ** (soft * 1.3)]
}

interface SkirtForm {
  /** How far down the legs: 1 is the knee, 2 the ankle. */
  readonly length: number
  /** From which height on the trunk. */
  readonly from: number
  readonly ease: number
  /** What is added at the hem, in metres. */
  readonly flare: number
}

/** Cloth that goes round both legs, wherever they are. */
export function skirt(body: Body, skeleton: Skeleton, posture: Posture, form: SkirtForm): Shape {
  const { pelvis } = skeleton
  const rings: Ring[] = [form.from, form.from * 0.5, 0.02].map((height) => {
    const frame = trunkFrame(body, pelvis, posture, height)
    const [width, depth] = sizeAt(body, height)
    return {
      at: frame.at,
      side: times(frame.side, width + form.ease),
      front: times(frame.front, depth + form.ease),
    }
  })
  const levels =
    form.length > 1 ? [0.35, 0.7, 1, (1 + form.length) / 2, form.length] : [0.35, 0.7, form.length]
  for (const level of levels) {
    const flare = form.ease + form.flare * (level / form.length)
    rings.push(ringRound(body, skeleton, level, flare))
  }
  return loft(rings.reverse(), { sides: 12, square: 2.2, open: 'start' })
}

function ringRound(body: Body, { pelvis, legs }: Skeleton, level: number, ease: number): Ring {
  const [left, right] = legs.map((limb) => pointOf(limb, level)) as [Limb['root'], Limb['root']]
  const at = mix(left, right, 0.5)
  const hips = mix(legs[0].root, legs[1].root, 0.5)
  const knees = mix(legs[0].joint, legs[1].joint, 0.5)
  const ankles = mix(legs[0].end, legs[1].end, 0.5)
  const thighs = unit(minus(hips, knees))
  const shins = unit(minus(knees, ankles))
  const up = unit(
    mix(mix(pelvis.up, thighs, Math.min(1, level * 2)), shins, Math.max(0, Math.min(1, (level - 0.8) / 0.5))),
  )
  const side = squareTo(up, pelvis.side)
  const front = cross(up, side)
  const between = minus(left, right)
  const radius = body.height * (level < 1 ? 0.055 - level * 0.017 : 0.038 - (level - 1) * 0.014) * body.girth
  return {
    at: plus(at, front, 0),
    side: times(side, Math.abs(dot(between, side)) / 2 + radius + ease),
    front: times(front, Math.abs(dot(between, front)) / 2 + radius + ease * 0.8),
  }
}

function pointOf(limb: Limb, level: number): Limb['root'] {
  return level <= 1 ? mix(limb.root, limb.joint, level) : mix(limb.joint, limb.end, Math.min(1, level - 1))
}
