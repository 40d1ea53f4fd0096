import type { Place, Placed } from '../engine/placed.ts'
import { dot, plus } from '../engine/vector.ts'
import { type View, viewFrom } from '../engine/view.ts'
import { between, chance, pick, type Random } from '../things/making/chance.ts'
import type { Strip } from './strips.ts'

/** Who hangs up a camera looks through it, and turns it until it sees what it is for. */
const TRIES = 20
const ENOUGH_GROUND = 0.55
const SEEN_M = 24

/** Where a camera hangs: mostly high on a pole or a house, sometimes as low as who carries it. */
export function chooseView(strips: readonly Strip[], random: Random): View {
  const walks = strips.filter(({ kind }) => kind === 'walk')
  let best = someView(walks, random)
  let most = groundShare(best, walks)
  for (let i = 0; i < TRIES && most < ENOUGH_GROUND; i++) {
    const view = someView(walks, random)
    const share = groundShare(view, walks)
    if (share > most) [best, most] = [view, share]
  }
  return best
}

function someView(walks: readonly Strip[], random: Random): View {
  const [own, watched] = [pickOf(random, walks), pickOf(random, walks)]
  const low = chance(random, 0.25)
  const height = low ? between(random, 1.4, 2.8) : between(random, 3, 8)
  const edge = between(random, 0.1, Math.min(1.5, (own.far - own.near) / 2))
  const z = chance(random, 0.5) ? own.near + edge : own.far - edge
  const away = (low ? between(random, 4, 12) : between(random, 4, 15)) + (own === watched ? 0 : 4)
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

/** Of a picture's lower two thirds, how much is ground that people walk on, near enough to be seen well. */
function groundShare(view: View, walks: readonly Strip[]): number {
  const high = (view.width * 9) / 16
  let hits = 0
  let rays = 0
  for (let row = 0; row < 6; row++) {
    for (let column = -4; column <= 4; column++) {
      rays += 1
      const across = plus(view.ahead, view.right, (column / 9) * view.width)
      const ray = plus(across, view.up, high * (0.16 - 0.65 * (row / 6)))
      if (ray[1] >= 0) continue
      const at = plus(view.eye, ray, -view.eye[1] / ray[1])
      const near = Math.sqrt(dot(ray, ray)) * (-view.eye[1] / ray[1]) < SEEN_M
      if (near && walks.some((walk) => at[2] > walk.near && at[2] < walk.far)) hits += 1
    }
  }
  return hits / rays
}

function pickOf(random: Random, [first, ...rest]: readonly Strip[]): Strip {
  if (!first) throw new RangeError('nobody can walk in this street')
  return pick(random, [first, ...rest])
}

/** Nobody hangs up a camera behind a tree. */
const CLEARED_M = 6

/** Without what stands right before the lens. */
export function clearedFor(view: View, still: readonly Placed[]): Placed[] {
  return still.filter(({ place }) => !hides(view, place))
}

function hides({ eye, ahead }: View, { x, z }: Place): boolean {
  if (x === 0 && z === 0) return false
  const [dx, dz] = [x - eye[0], z - eye[2]]
  const far = Math.hypot(dx, dz)
  const flat = Math.hypot(ahead[0], ahead[2])
  return far < CLEARED_M && (far < 2 || (dx * ahead[0] + dz * ahead[2]) / (far * flat) > 0.3)
}
