import type { Profile } from '@ganzhi/contracts/profile'
import { airAt } from './air-station.ts'
import { withIncidents } from './incidents.ts'
import { plainUnit } from './plain-unit.ts'
import { plausibleValues } from './plausible.ts'
import { readProfile } from './profile-file.ts'
import { profileUnit } from './profile-unit.ts'
import { wellAt } from './pump-well.ts'
import type { TrueValue, Unit } from './unit.ts'
import type { UnitChoice } from './unit-options.ts'

/** The units of one listener, or of one bus. */
export interface Place {
  /** Made when it is first asked for. */
  readonly unitOf: (id: number) => Unit | undefined
  /** What each unit says now. */
  readonly truth: () => readonly {
    readonly unit: number
    readonly values: Readonly<Record<string, TrueValue>>
  }[]
}

export interface Units {
  readonly ids: readonly number[]
  /** Their values differ from place to place. */
  at(place: number): Place
}

export async function makeUnits(choice: UnitChoice, now: () => number): Promise<Units> {
  const { at } = choice
  const makers = await makersFor(choice, at === undefined ? now : () => at)
  return {
    ids: [...makers.keys()],
    at(place) {
      const made = new Map<number, Unit>()
      const unitOf = (id: number) => {
        const unit = made.get(id) ?? makers.get(id)?.(place === 0 ? `${id}` : `${place}-${id}`)
        if (unit) made.set(id, unit)
        return unit
      }
      const truth = () => [...makers.keys()].map((unit) => ({ unit, values: unitOf(unit)?.truth() ?? {} }))
      return { unitOf, truth }
    },
  }
}

type Maker = (name: string) => Unit

async function makersFor(choice: UnitChoice, now: () => number): Promise<Map<number, Maker>> {
  const { devices, seed, registers, holes, profiles, limits, sparse, incidents } = choice
  const all = Array.from({ length: devices }, (_, i) => i + 1)
  if (registers !== undefined) {
    const map = { registers, limits, ...(holes === undefined ? {} : { holes }) }
    return new Map(all.map((id) => [id, () => plainUnit(map)]))
  }
  const shared = { now, limits, sparse }
  if (profiles.length === 0) {
    const [air, well] = await Promise.all([
      readProfile('ganzhi/air-station'),
      readProfile('ganzhi/pump-well'),
    ])
    const made = (profile: Profile, valuesAt: typeof airAt | typeof wellAt) => (name: string) => {
      const usual = (ms: number) => valuesAt(seed, name, ms)
      const valueAt = byProperty(incidents ? (ms) => withIncidents(name, usual(ms), ms) : usual)
      return profileUnit({ ...shared, profile, valueAt })
    }
    const [makeAir, makeWell] = [made(air, airAt), made(well, wellAt)]
    return new Map(all.map((id) => [id, id % 2 === 1 ? makeAir : makeWell]))
  }
  const makers = new Map<number, Maker>()
  for (const { profile, ids } of profiles) {
    const make = (name: string) =>
      profileUnit({ ...shared, profile, valueAt: plausibleValues(profile, seed, name) })
    for (const id of ids) makers.set(id, make)
  }
  return makers
}

/** One by one from a model that knows them only all together. */
function byProperty(valuesAt: (ms: number) => Readonly<Record<string, TrueValue>>) {
  let known: { ms: number; values: Readonly<Record<string, TrueValue>> } | undefined
  return (property: string, ms: number): TrueValue => {
    if (known?.ms !== ms) known = { ms, values: valuesAt(ms) }
    return known.values[property] ?? 0
  }
}
