import type { Thing } from '../engine/mesh.ts'
import type { Placed } from '../engine/placed.ts'
import { pick, type Random } from '../things/making/chance.ts'
import type { Weather } from '../weather/weather.ts'
import type { Strip } from '../world/strips.ts'
import type { Spot, Spots } from './spots.ts'

/** A street that is being filled for one picture. */
export interface Site {
  readonly strips: readonly Strip[]
  readonly spots: Spots
  readonly weather: Weather
  readonly random: Random
  readonly placed: Placed[]
}

export function put({ placed }: Site, thing: Thing, { x, y, z }: Spot, turn: number): void {
  placed.push({ thing, place: { x, y, z, turn }, id: placed.length + 1 })
}

/** One of the strips of a kind, or nothing where there is none. */
export function someStrip({ strips, random }: Site, kind: Strip['kind']): Strip | undefined {
  const [first, ...rest] = strips.filter((strip) => strip.kind === kind)
  return first && pick(random, [first, ...rest])
}

/** A place that turns with what stands at a spot: so far to its right, and so far behind it. */
export function beside({ x, y, z }: Spot, turn: number, right: number, back: number): Spot {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
  return { x: x + right * cos + back * sin, y, z: z + back * cos - right * sin }
}
