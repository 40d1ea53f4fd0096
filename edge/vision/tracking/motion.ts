import type { Box } from '@ganzhi/models/detection'

/** Where a number is, how fast it changes a second, and how sure both are (a Kalman filter of constant velocity). */
interface Axis {
  readonly at: number
  readonly velocity: number
  readonly atVariance: number
  readonly bothVariance: number
  readonly velocityVariance: number
}

/** A box in motion: its middle, width and height, each with its speed. */
export interface Motion {
  readonly x: Axis
  readonly y: Axis
  readonly width: Axis
  readonly height: Axis
}

// All in sizes of the thing, so that near and far, large and small pictures are alike.
const SEEN_WRONG_BY = 0.06
const SPEED = 0.8
const SPEED_CHANGE = 0.6
/** A thing grows and shrinks slower than it moves. */
const GROWTH = 0.25
/** What is not seen is not thought to walk on for ever. */
const SLOWS_WITHIN_S = 1.5
/** After so long nothing is known of its motion any more. */
const LOST_AFTER_S = 3

export function sizeOf([x1, y1, x2, y2]: Box): number {
  return Math.max(1, Math.sqrt((x2 - x1) * (y2 - y1)))
}

function measured([x1, y1, x2, y2]: Box) {
  return { x: (x1 + x2) / 2, y: (y1 + y2) / 2, width: x2 - x1, height: y2 - y1 }
}

export function beginMotion(box: Box): Motion {
  const { x, y, width, height } = measured(box)
  const size = sizeOf(box)
  const axis = (at: number, share: number): Axis => ({
    at,
    velocity: 0,
    atVariance: (SEEN_WRONG_BY * size) ** 2,
    bothVariance: 0,
    velocityVariance: (SPEED * share * size) ** 2,
  })
  return { x: axis(x, 1), y: axis(y, 1), width: axis(width, GROWTH), height: axis(height, GROWTH) }
}

/** Where it is thought to be after so many seconds. */
export function moveOn(motion: Motion, later: number): Motion {
  const seconds = Math.min(later, LOST_AFTER_S)
  const size = sizeOf(boxOf(motion))
  const goneOn = SLOWS_WITHIN_S * (1 - Math.exp(-seconds / SLOWS_WITHIN_S))
  const keeps = Math.exp(-seconds / SLOWS_WITHIN_S)
  const axis = (each: Axis, share: number): Axis => {
    const change = (SPEED_CHANGE * share * size) ** 2
    const { atVariance, bothVariance, velocityVariance } = each
    return {
      at: each.at + each.velocity * goneOn,
      velocity: each.velocity * keeps,
      atVariance:
        atVariance + 2 * goneOn * bothVariance + goneOn ** 2 * velocityVariance + (change * seconds ** 3) / 3,
      bothVariance: keeps * (bothVariance + goneOn * velocityVariance) + (change * seconds ** 2) / 2,
      velocityVariance: keeps ** 2 * velocityVariance + change * seconds,
    }
  }
  return {
    x: axis(motion.x, 1),
    y: axis(motion.y, 1),
    width: axis(motion.width, GROWTH),
    height: axis(motion.height, GROWTH),
  }
}

export function correct(motion: Motion, box: Box): Motion {
  const seen = measured(box)
  const noise = (SEEN_WRONG_BY * sizeOf(box)) ** 2
  const axis = (each: Axis, at: number): Axis => {
    const variance = each.atVariance + noise
    const gain = each.atVariance / variance
    const velocityGain = each.bothVariance / variance
    return {
      at: each.at + gain * (at - each.at),
      velocity: each.velocity + velocityGain * (at - each.at),
      atVariance: (1 - gain) * each.atVariance,
      bothVariance: (1 - gain) * each.bothVariance,
      velocityVariance: each.velocityVariance - velocityGain * each.bothVariance,
    }
  }
  return {
    x: axis(motion.x, seen.x),
    y: axis(motion.y, seen.y),
    width: axis(motion.width, seen.width),
    height: axis(motion.height, seen.height),
  }
}

/** How many standard deviations from where it was thought to be. */
export function surprise(motion: Motion, box: Box): number {
  const seen = measured(box)
  const noise = (SEEN_WRONG_BY * sizeOf(box)) ** 2
  const axis = (each: Axis, at: number) => (at - each.at) ** 2 / (each.atVariance + noise)
  return Math.sqrt(axis(motion.x, seen.x) + axis(motion.y, seen.y))
}

export function boxOf({ x, y, width, height }: Motion): Box {
  const halfWidth = Math.max(0.5, width.at / 2)
  const halfHeight = Math.max(0.5, height.at / 2)
  return [x.at - halfWidth, y.at - halfHeight, x.at + halfWidth, y.at + halfHeight]
}
