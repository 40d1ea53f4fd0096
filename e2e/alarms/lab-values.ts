import type { CloudEvent } from '@ganzhi/contracts/cloud-event'

import type { Contents, HandedReading } from '../faults/load/workload.ts'
import type { Random } from '../faults/random.ts'
import { CROWD, LIMIT, SMOKE } from './lab-rules.ts'

/** What the devices of one gateway tell, one submission after the other. */
export interface LabValues {
  /** `now` is what the gateway believes to be the time, ms since 1970. Without events where nothing is to happen. */
  next(now: number, happens: boolean): Contents[]
}

interface Device {
  readonly name: string
  level: number
  flow: number
  /** A device tells no two things of one time, even where a clock was set back. */
  readonly told: Set<number>
  crowd: { readonly incident: string; readonly since: number } | undefined
  /** For so many turns more it tells nothing, or nothing that can be used. */
  mute: number
  isBad: boolean
}

/** Kept back by the devices themselves, until `due`. */
interface Late {
  readonly due: number
  readonly contents: Contents
}

const DEVICES = ['meter-1', 'meter-2', 'meter-3']
/** What is late is judged again, and would mend what was judged wrongly before: of it nothing is late by itself. */
const PUNCTUAL = 'meter-3'
const PROPERTIES = ['level', 'flow'] as const
/** Of one gateway. */
export const POINTS = DEVICES.length * PROPERTIES.length
/** Most times are multiples of it, so that many things fall on one moment. */
const UNIT_MS = 100
const LATE_S = [1, 60] as const
const LATE_SHARE = 0.12
/** A turn is half a second and more. */
const MUTE_TURNS = [6, 18] as const

export function openLabValues(random: Random, gateway: string): LabValues {
  const devices = DEVICES.map((name): Device => ({
    name,
    level: 7,
    flow: 9,
    told: new Set(),
    crowd: undefined,
    mute: 0,
    isBad: false,
  }))
  let late: Late[] = []
  let events = 0

  const readingsOf = (device: Device, at: number): HandedReading[] => {
    device.level = wander(device.level, random)
    device.flow = wander(device.flow, random)
    return PROPERTIES.flatMap((property): HandedReading[] => {
      if (random.chance(0.15)) return []
      const point = { device: device.name, property, type: 'float' } as const
      if (random.chance(0.03) || device.mute > 0)
        return [{ point, at, quality: 'bad-comm' as const, value: null }]
      const value = random.chance(0.02) ? Number.NaN : device[property]
      return [{ point, at, quality: 'good' as const, value }]
    })
  }
  const eventOf = (device: Device, type: string, phase: string, incident: string, at: number): Contents => ({
    lane: 'events',
    event: {
      specversion: '1.0',
      id: `${incident}.${phase}.0`,
      source: `/lab/${gateway}/${device.name}`,
      type: `${type}.${phase}`,
      subject: device.name,
      time: new Date(at).toISOString(),
      incident,
      confidence: 1,
      data: {},
    } satisfies CloudEvent,
  })
  const eventsOf = (device: Device, at: number): Contents[] => {
    const told: Contents[] = []
    // None ends before it began, where a clock was set back.
    if (random.chance(0.1) && at > (device.crowd?.since ?? 0)) {
      const phase = device.crowd === undefined ? 'started' : 'ended'
      const incident = device.crowd?.incident ?? ulid(random)
      device.crowd = phase === 'started' ? { incident, since: at } : undefined
      told.push(eventOf(device, CROWD, phase, incident, at))
    }
    if (random.chance(0.08)) told.push(eventOf(device, SMOKE, 'started', ulid(random), at))
    return told
  }

  return {
    next(now, happens) {
      const readings: HandedReading[] = []
      const told: Contents[] = []
      for (const device of devices) {
        if (device.mute > 0) device.mute--
        else if (random.chance(0.01)) {
          device.mute = random.integer(...MUTE_TURNS)
          device.isBad = random.chance(0.5)
        }
        if (device.mute > 0 && !device.isBad) continue
        const at = freeMoment(device, now)
        const fresh = readingsOf(device, at)
        // At an odd time of its own: which comes first of a value and an event of one moment is not told by their records.
        const happened = happens ? eventsOf(device, at + 1 + (events++ % 50)) : []
        if (device.name !== PUNCTUAL && random.chance(LATE_SHARE)) {
          const due = now + 1_000 * random.integer(...LATE_S)
          if (fresh.length > 0) late.push({ due, contents: { lane: 'telemetry', readings: fresh } })
          late.push(...happened.map((contents) => ({ due, contents })))
          continue
        }
        readings.push(...fresh)
        told.push(...happened)
      }
      const due = late.filter((each) => each.due <= now)
      late = late.filter((each) => each.due > now)
      if (readings.length > 0) told.push({ lane: 'telemetry', readings })
      return [...due.map(({ contents }) => contents), ...told]
    },
  }
}

function freeMoment({ told }: Device, now: number): number {
  let at = Math.max(Math.floor(now / UNIT_MS) * UNIT_MS, 0)
  while (told.has(at)) at += UNIT_MS
  told.add(at)
  return at
}

/** In steps, so that limits are met exactly. */
function wander(value: number, random: Random): number {
  const next = value + random.integer(-3, 3) * 0.5 + (LIMIT - 1 - value) * 0.05
  return Math.min(15, Math.max(4, Math.round(next * 2) / 2))
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

function ulid(random: Random): string {
  return Array.from({ length: 26 }, () => CROCKFORD[random.integer(0, 31)]).join('')
}
