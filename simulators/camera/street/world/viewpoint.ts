import { type View, viewFrom } from '../engine/view.ts'
import { between, chance, pick, type Random } from '../things/making/chance.ts'
import type { Strip } from './strips.ts'

/** Where a camera hangs: mostly high on a pole or a house, sometimes as low as who carries it. */
export function chooseView(strips: readonly Strip[], random: Random): View {
  const walks = strips.filter(({ kind }) => kind === 'walk')
  const [own, watched] = [pickOf(random, walks), pickOf(random, walks)]
  const low = chance(random, 0.25)
  const height = low ? between(random, 1.4, 2.8) : between(random, 3, 8)
  const edge = between(random, 0, 0.6)
  const z = chance(random, 0.5) ? own.near + edge : own.far - edge
  const away = (low ? between(random, 5, 14) : between(random, 5, 17)) + (own === watched ? 0 : 4)
  const target = {
    x: away * (chance(random, 0.5) ? 1 : -1) * between(random, 0.35, 1),
    z: between(random, watched.near, watched.far),
  }
  const far = Math.hypot(target.x, target.z - z)
  const pitch = Math.atan2(height - (low ? between(random, 0.6, 1.5) : 0.5), far)
  return viewFrom({
    eye: [0, own.height + height, z],
    yaw: Math.atan2(target.x, target.z - z),
    pitch: pitch * between(random, 0.65, 1),
    roll: between(random, -0.04, 0.04),
    angle: between(random, 0.75, 1.6),
  })
}

function pickOf(random: Random, [first, ...rest]: readonly Strip[]): Strip {
  if (!first) throw new RangeError('nobody can walk in this street')
  return pick(random, [first, ...rest])
}
