import type { Mesh } from '../../engine/mesh.ts'
import { between, pick, type Random } from '../making/chance.ts'
import { box } from '../making/box.ts'
import { along, moved } from '../making/frame.ts'
import { loft, ringAt, stick } from '../making/loft.ts'
import { paint } from '../making/paint.ts'
import { meshOf, placed } from '../making/shape.ts'
import { minus, mix, plus, unit } from '../making/vector.ts'
import type { Skeleton } from './skeleton.ts'

/** From the upper hand through the lower one to the ground. */
export function broom({ arms, chest }: Skeleton): Mesh[] {
  const upper = mix(arms[0].end, arms[0].tip, 0.5)
  const lower = mix(arms[1].end, arms[1].tip, 0.5)
  const down = unit(minus(lower, upper))
  const reach = down[1] < -0.1 ? lower[1] / -down[1] : 0.8
  const tip = plus(lower, down, Math.min(1.2, reach))
  const neck = plus(tip, down, -0.42)
  const brush = [
    ringAt(tip, down, chest.side, 0.19, 0.05),
    ringAt(plus(neck, down, 0.12), down, chest.side, 0.1, 0.05),
    ringAt(neck, down, chest.side, 0.025),
  ]
  return [
    meshOf({ colour: paint('#b08a52') }, stick(plus(upper, down, -0.25), neck, 0.013)),
    meshOf({ colour: paint('#8a7a3c') }, loft(brush.reverse())),
  ]
}

/** A box before the belly. */
export function load(random: Random): (skeleton: Skeleton) => Mesh[] {
  const [width, height, depth] = [
    between(random, 0.3, 0.5),
    between(random, 0.2, 0.4),
    between(random, 0.25, 0.36),
  ]
  const material = { colour: paint(pick(random, ['#b58a5a', '#a87c4c', '#c9a26c', '#d8d8d4', '#3f6fb0'])) }
  return ({ arms, chest }) => {
    const hands = mix(mix(arms[0].end, arms[1].end, 0.5), mix(arms[0].tip, arms[1].tip, 0.5), 0.6)
    const level = along(hands, [0, 1, 0], chest.front)
    return [meshOf(material, placed(box(width, height, depth), moved(level, plus(hands, [0, 1, 0], -0.06))))]
  }
}
