import type { Size } from '../engine/buffers.ts'
import type { Placed } from '../engine/placed.ts'
import type { View } from '../engine/view.ts'
import { chance, type Random } from '../things/making/chance.ts'
import type { Weather } from '../weather/weather.ts'
import type { Strip } from '../world/strips.ts'
import { addClutter } from './clutter.ts'
import { addPeople } from './people.ts'
import { addBins, addGarbage } from './rubbish.ts'
import type { Site } from './site.ts'
import { Spots } from './spots.ts'
import { addTwoWheelers, addVehicles } from './traffic.ts'
import { addStalls } from './trade.ts'

export interface PopulateOptions {
  readonly strips: readonly Strip[]
  readonly view: View
  readonly size: Size
  readonly weather: Weather
  readonly random: Random
}

/** Only what stands at the edges of a street, out of people's way. */
export function park({ strips, view, size, weather, random }: PopulateOptions): Placed[] {
  const site: Site = { strips, weather, random, spots: new Spots(view, size, random), placed: [] }
  if (strips.some(({ kind }) => kind === 'road')) {
    addVehicles(site, Math.floor(4 * random()), { parked: 1, onRoad: 1 })
  }
  addBins(site, Math.floor(3 * random()))
  return site.placed
}

/** Who and what is in a street at some moment. */
export function populate({ strips, view, size, weather, random }: PopulateOptions): Placed[] {
  const site: Site = { strips, weather, random, spots: new Spots(view, size, random), placed: [] }
  const some = (share: number, most: number) =>
    chance(random, share) ? Math.ceil(most * random() ** 1.5) : 0
  addStalls(site, some(0.65, 5))
  addBins(site, some(0.6, 3))
  addGarbage(site, some(0.6, 6))
  addClutter(site, some(0.7, 6))
  addVehicles(site, some(0.75, 7))
  addTwoWheelers(site, some(0.6, 9))
  addPeople(site, some(0.93, 34))
  return site.placed
}
