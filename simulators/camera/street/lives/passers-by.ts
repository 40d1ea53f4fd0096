import { keyOf, randomStream } from '../../../signal.ts'
import { between, chance, pick, type Random } from '../things/making/chance.ts'
import { person } from '../things/person/person.ts'
import type { Strip } from '../world/strips.ts'
import type { Actor } from './actor.ts'
import { type Point, type Way, wayThrough } from './way.ts'

export interface PassersByOptions {
  readonly strips: readonly Strip[]
  readonly count: number
  /** About which they walk. */
  readonly middle: Point
  /** After which all begins again. */
  readonly loopS: number
  readonly seed: number
}

/** Beyond the front of a house nobody is seen. */
const INDOORS_M = 0.6

/** They come out of a door, walk along the pavement and go into another, as long as a loop lasts. */
export function passersBy({ strips, count, middle, loopS, seed }: PassersByOptions): Actor[] {
  return Array.from({ length: count }, (_, i): Actor => {
    const random = randomStream(keyOf(seed, 'passer-by', i))
    const who = person(random)
    const speed = between(random, 0.9, 1.5)
    const way = wayOf(strips, random, middle, speed * loopS)
    const phase = random()
    const height = heightOf(strips, way)
    return {
      at(ms) {
        const share = (phase + ms / 1_000 / loopS) % 1
        const gone = share * way.lengthM
        const { x, z, turn } = way.at(gone)
        const thing = who.thing({ doing: 'walking', phase: gone / who.stride })
        return { thing, place: { x, y: height, z, turn }, id: 1_000 + i }
      },
    }
  })
}

function wayOf(strips: readonly Strip[], random: Random, middle: Point, lengthM: number): Way {
  const walks = strips.filter((strip, i) => strip.kind === 'walk' && doorsOf(strips, i).length > 0)
  const strip = pick(random, walks as [Strip, ...Strip[]])
  const doors = doorsOf(strips, strips.indexOf(strip))
  const door = pick(random, doors as [number, ...number[]])
  const z = strip.near + (strip.far - strip.near) * between(random, 0.3, 0.72)
  const along = Math.max(2, lengthM - 2 * Math.abs(z - door)) * (chance(random, 0.5) ? 1 : -1)
  const from = middle.x - along / 2 + between(random, -4, 4)
  const bend = Math.sign(along) * 0.8
  return wayThrough([
    { x: from, z: door },
    { x: from + bend, z },
    { x: from + along - bend, z: z + between(random, -0.4, 0.4) },
    { x: from + along, z: door },
  ])
}

/** The fronts of houses next to it, and a step further in. */
function doorsOf(strips: readonly Strip[], i: number): number[] {
  const [before, strip, beyond] = [strips[i - 1], strips[i], strips[i + 1]]
  if (!strip) return []
  return [
    ...(before?.kind === 'houses' ? [strip.near - INDOORS_M] : []),
    ...(beyond?.kind === 'houses' ? [strip.far + INDOORS_M] : []),
  ]
}

function heightOf(strips: readonly Strip[], way: Way): number {
  const { z } = way.at(way.lengthM / 2)
  return strips.find(({ near, far }) => z >= near && z <= far)?.height ?? 0
}
