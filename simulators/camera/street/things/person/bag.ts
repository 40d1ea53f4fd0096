import { along, type Frame, frameAt, ORIGIN, within } from '../making/frame.ts'
import { loft, ringAt, stick } from '../making/loft.ts'
import { placed, type Shape } from '../making/shape.ts'
import { mix, plus, type Vector } from '../making/vector.ts'
import type { Body } from './body.ts'
import type { Skeleton } from './skeleton.ts'
import { sizeAt } from './trunk.ts'

export type Bag = 'school' | 'rucksack' | 'handbag' | 'crossbody' | 'carrier' | 'shopping'

/** Which arm a bag keeps from swinging, if any. */
export function burdenOf(bag: Bag): 'left' | 'right' | undefined {
  return bag === 'carrier' || bag === 'shopping' ? 'right' : bag === 'handbag' ? 'left' : undefined
}

export function bag(body: Body, skeleton: Skeleton, kind: Bag, ease: number): Shape[] {
  const { chest, arms, pelvis } = skeleton
  const h = body.height
  switch (kind) {
    case 'school':
    case 'rucksack': {
      const child = kind === 'school'
      const [wide, tall, deep] = child ? [0.115 * h, 0.27 * h, 0.07 * h] : [0.09 * h, 0.26 * h, 0.055 * h]
      const back = sizeAt(body, 0.7)[1] + ease + deep * 0.85
      const pack = pillow(wide, tall, deep)
      const straps = ([1, -1] as const).map((hand) => {
        const front = sizeAt(body, 0.8)[1] + ease
        const at = (up: number, ahead: number) => within(chest, hand * 0.055 * h, up * h, ahead)
        return loft(
          [
            ringAt(at(-0.13, front), chest.up, chest.side, 0.014 * h, 0.006),
            ringAt(at(-0.02, front * 0.95), chest.up, chest.side, 0.014 * h, 0.006),
            ringAt(at(0.022, 0), chest.front, chest.side, 0.014 * h, 0.01),
          ],
          { sides: 4 },
        )
      })
      return [placed(pack, { ...chest, at: within(chest, 0, 0.01 * h - tall, -back) }), ...straps]
    }
    case 'crossbody': {
      const at = within(pelvis, 0.1 * h * body.girth + ease, -0.02 * h, 0.03 * h)
      const strap = stick(
        plus(at, pelvis.up, 0.1 * h),
        within(chest, -0.06 * h, 0.02 * h, sizeAt(body, 1)[1] + ease),
        0.008,
        4,
      )
      return [placed(pillow(0.03 * h, 0.12 * h, 0.07 * h), { ...pelvis, at }), strap]
    }
    case 'handbag': {
      // On the shoulder, its strap under the arm.
      const from = within(chest, 0.085 * h, 0.01 * h + ease, 0)
      const at = within(chest, 0.115 * h * body.girth + ease + 0.035 * h, -0.3 * h, -0.01 * h)
      return [
        placed(pillow(0.035 * h, 0.13 * h, 0.095 * h), { ...chest, at }),
        stick(plus(at, chest.up, 0.12 * h), from, 0.009, 4),
      ]
    }
    case 'carrier':
    case 'shopping': {
      const arm = arms[1]
      const grip = mix(arm.end, arm.tip, 0.75)
      const big = kind === 'shopping' ? 1.25 : 1
      const tall = 0.2 * h * big
      const frame: Frame = {
        ...frameAt(plus(grip, [0, 1, 0], -tall - 0.07 * h)),
        side: pelvis.side,
        front: pelvis.front,
      }
      const level = along(frame.at, [0, 1, 0], pelvis.front)
      const top = (ahead: number): Vector => within(level, 0, tall * 0.95, ahead * h)
      return [
        placed(pillow(0.035 * h * big, tall, 0.075 * h * big), level),
        stick(top(0.035), grip, 0.006, 4),
        stick(top(-0.035), grip, 0.006, 4),
      ]
    }
  }
}

/** Soft and boxy, standing on its bottom. */
function pillow(halfWidth: number, height: number, halfDepth: number): Shape {
  const ring = (share: number, wide: number, deep: number) =>
    ringAt([0, share * height, 0], ORIGIN.up, ORIGIN.side, wide * halfWidth, deep * halfDepth)
  return loft(
    [ring(0, 0.9, 0.8), ring(0.12, 1, 1), ring(0.6, 1, 1), ring(0.88, 0.9, 0.75), ring(1, 0.7, 0.4)],
    { sides: 8, square: 3.2 },
  )
}
