import { towards } from '../engine/placed.ts'
import { between, chance, pick, type Random, weighted } from '../things/making/chance.ts'
import { person } from '../things/person/person.ts'
import type { Kind } from '../things/person/outfit.ts'
import type { Pose } from '../things/person/pose.ts'
import type { Strip } from '../world/strips.ts'
import { put, type Site, someStrip } from './site.ts'
import type { Spot } from './spots.ts'

/** How much ground one person needs. */
const BODY_M = 0.32

/** Alone, in pairs, and as many at one place as a crowd is. */
export function addPeople(site: Site, count: number): void {
  const { random, spots } = site
  for (let left = count; left > 0;) {
    const strip = chance(random, 0.06) ? someStrip(site, 'road') : someStrip(site, 'walk')
    const size = Math.min(
      left,
      weighted(random, { 1: 6, 2: 3, 3: 1, 4: 0.4, 9: 0.5, 16: 0.2 }) as unknown as number,
    )
    left -= size
    const spot = strip && spots.find(strip, BODY_M)
    if (!spot) continue
    if (size < 4) addCompany(site, strip, spot, size)
    else addCrowd(site, strip, spot, size)
  }
}

/** Who walks together walks side by side. */
function addCompany(site: Site, strip: Strip, spot: Spot, size: number): void {
  const { random } = site
  const walking = chance(random, 0.65)
  const along = chance(random, 0.8)
  const heading = along
    ? towards(chance(random, 0.5) ? 1 : -1, between(random, -0.3, 0.3))
    : random() * 2 * Math.PI
  for (let i = 0; i < size; i++) {
    const at = i === 0 ? spot : besideOf(site, strip, spot, heading, i)
    if (!at) continue
    const turn = walking ? heading + between(random, -0.15, 0.15) : random() * 2 * Math.PI
    addOne(site, at, turn, walking ? walkingPose(random) : restingPose(random))
  }
}

function besideOf(
  { spots, random }: Site,
  strip: Strip,
  { x, z }: Spot,
  heading: number,
  i: number,
): Spot | undefined {
  const far = i * between(random, 0.55, 0.8)
  return spots.tryAt(x + Math.cos(heading) * far, z - Math.sin(heading) * far, 0.2, strip)
}

/** Around something to see, most of them looking at it. */
function addCrowd(site: Site, strip: Strip, middle: Spot, size: number): void {
  const { random, spots } = site
  const reach = 0.5 * Math.sqrt(size)
  for (let i = 0; i < size; i++) {
    const [angle, far] = [random() * 2 * Math.PI, reach * Math.sqrt(random())]
    const at = spots.tryAt(middle.x + Math.cos(angle) * far, middle.z + Math.sin(angle) * far, 0.22, strip)
    if (!at) continue
    const turn = chance(random, 0.7) ? towards(middle.x - at.x, middle.z - at.z) : random() * 2 * Math.PI
    addOne(site, at, turn, restingPose(random))
  }
}

export function addOne(site: Site, at: Spot, turn: number, pose: Pose, kind?: Kind): void {
  const { random, weather } = site
  const handsFree = pose.doing === 'walking' || pose.doing === 'standing'
  const umbrella = handsFree && chance(random, weather.light.wetness > 0 ? 0.7 : 0.04)
  put(site, person(random, kind ?? someKind(random)).thing(pose, umbrella), at, turn)
}

function someKind(random: Random): Kind {
  return weighted(random, {
    'passer-by': 10,
    child: 1.2,
    elder: 1.8,
    sweeper: 0.3,
    officer: 0.3,
    courier: 0.5,
  })
}

function walkingPose(random: Random): Pose {
  const doing = chance(random, 0.06) ? 'carrying' : 'walking'
  return { doing, phase: random() }
}

function restingPose(random: Random): Pose {
  if (chance(random, 0.05)) return { doing: 'bending', depth: random() }
  const doing = pick(random, [
    'standing',
    'standing',
    'talking',
    'talking',
    'phoning',
    'squatting',
  ] as const) as 'standing'
  return { doing, phase: random() }
}
