import { type Placed, towards } from '../engine/placed.ts'
import type { Thing } from '../engine/mesh.ts'
import type { Size } from '../engine/stage.ts'
import type { View } from '../engine/view.ts'
import { between, chance, pick, type Random } from '../things/making/chance.ts'
import { person } from '../things/person/person.ts'
import type { Weather } from '../weather/weather.ts'
import type { Strip } from '../world/strips.ts'
import { type Spot, Spots } from './spots.ts'

type Standing = 'walking' | 'standing' | 'talking' | 'phoning' | 'squatting'

export interface PopulateOptions {
  readonly strips: readonly Strip[]
  readonly view: View
  readonly size: Size
  readonly weather: Weather
  readonly random: Random
}

/** Who and what is in a street at some moment. */
export function populate({ strips, view, size, weather, random }: PopulateOptions): Placed[] {
  const spots = new Spots(view, size, random)
  const placed: Placed[] = []
  const walks = strips.filter(({ kind }) => kind === 'walk')
  const put = (thing: Thing, { x, y, z }: Spot, turn: number) =>
    void placed.push({ thing, place: { x, y, z, turn }, id: placed.length + 1 })

  const people = Math.round(34 * random() ** 1.6)
  for (let i = 0; i < people; i++) {
    const strip = pick(random, walks as [Strip, ...Strip[]])
    const spot = spots.find(strip, 0.35)
    if (!spot) continue
    const doing = pick<Standing>(random, [
      'walking',
      'walking',
      'walking',
      'standing',
      'talking',
      'phoning',
      'squatting',
    ])
    const sheltered = weather.light.wetness > 0 ? chance(random, 0.7) : chance(random, 0.04)
    const turn =
      doing === 'walking' && chance(random, 0.8)
        ? towards(chance(random, 0.5) ? 1 : -1, between(random, -0.3, 0.3))
        : random() * 6.28
    put(person(random).thing({ doing, phase: random() }, sheltered && doing === 'walking'), spot, turn)
  }
  return placed
}
