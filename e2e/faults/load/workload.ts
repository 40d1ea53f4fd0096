import type { CloudEvent } from '@ganzhi/contracts/cloud-event'
import type { Point } from '@ganzhi/contracts/point-table'
import { QUALITIES, type Quality, type Value } from '@ganzhi/contracts/reading'
import type { Lane } from '@ganzhi/contracts/record-key'

import type { Item } from '../oracle/facts.ts'
import { eventItem, evidenceItem, readingItem } from '../oracle/items.ts'
import type { Random } from '../random.ts'

/** A reading as local programs hand it in: the point by name, not by slot. */
export interface HandedReading {
  readonly point: Point
  readonly at: number
  readonly quality: Quality
  readonly value: Value
}

export type Contents =
  | { readonly lane: 'telemetry'; readonly readings: readonly HandedReading[] }
  | { readonly lane: 'events'; readonly event: CloudEvent }
  | {
      readonly lane: 'evidence'
      readonly object: Buffer
      readonly contentType: string
      readonly at: number
    }

/** Somebody who hands in one thing after the other. */
export interface Source {
  readonly name: string
  readonly gateway: string
  next(): Contents
}

export interface SourceOptions {
  readonly gateway: string
  readonly name: string
  readonly lane: Lane
  readonly random: Random
  /** Wall clock, ms since 1970. */
  readonly now: () => number
  readonly shape?: LoadShape | undefined
}

/** How large submissions are, where it matters. */
export interface LoadShape {
  readonly readingsEach?: number
  readonly evidenceBytes?: number
}

const DEVICES = 5
const READINGS_EACH = 20
const CLOCK_SET_BACK_MS = 60_000

/** Every kind of point, on a few devices that no other source speaks of. */
export function openSource(options: SourceOptions): Source {
  const { gateway, name, lane, random, now, shape = {} } = options
  const devices = Array.from({ length: DEVICES }, (_, i) => `${gateway}-${name}-${i + 1}`)
  const points = devices.flatMap(pointsOf)
  const make: Record<Lane, () => Contents> = {
    telemetry: readingsOver(points, random, now, shape.readingsEach ?? READINGS_EACH),
    events: () => ({ lane: 'events', event: eventOf(devices[0] ?? '', random, now()) }),
    evidence: () => ({
      lane: 'evidence',
      object: random.bytes(random.integer(500, shape.evidenceBytes ?? 5_000)),
      contentType: 'image/jpeg',
      at: now(),
    }),
  }
  return { name, gateway, next: make[lane] }
}

export function itemsOf(gateway: string, contents: Contents): Item[] {
  switch (contents.lane) {
    case 'telemetry':
      return contents.readings.map(({ point, ...reading }) => readingItem({ gateway, ...point, ...reading }))
    case 'events':
      return [eventItem(gateway, contents.event)]
    case 'evidence':
      return [evidenceItem(contents.object, contents.contentType)]
  }
}

function pointsOf(device: string): Point[] {
  return [
    { device, property: 'temperature', type: 'float', decimals: 2 },
    { device, property: 'ratio', type: 'float' },
    { device, property: 'pulses', type: 'integer' },
    { device, property: 'pump', type: 'bool' },
    { device, property: 'state', type: 'text' },
    { device, property: 'report', type: 'json' },
  ]
}

/** Times of a point only ever rise, so that a point and a time name one reading. */
function readingsOver(points: Point[], random: Random, now: () => number, each: number): () => Contents {
  let turn = 0
  let last = 0
  return () => {
    const time = now()
    // A clock that was set back is believed: it is the gateway's business to keep things in order.
    last = time > last || last - time > CLOCK_SET_BACK_MS ? time : last + 1
    const readings = Array.from({ length: each }, (_, i): HandedReading => {
      if (i > 0 && i % points.length === 0) last++
      const point = points[turn++ % points.length] as Point
      const bad = random.chance(0.02)
      const quality = bad ? 'bad-comm' : random.chance(0.05) ? random.pick(QUALITIES) : 'good'
      return { point, at: last, quality, value: bad ? null : valueOf(point, random) }
    })
    return { lane: 'telemetry', readings }
  }
}

function valueOf({ type, decimals }: Point, random: Random): Value {
  switch (type) {
    case 'float':
      return decimals === undefined ? oddFloat(random) : random.integer(-5_000, 5_000) / 10 ** decimals
    case 'integer':
      return random.chance(0.1) ? 2n ** 60n + BigInt(random.integer(0, 1e6)) : random.integer(0, 1e9)
    case 'bool':
      return random.chance(0.5)
    case 'text':
      return random.pick(['运行', 'stopped', '', 'a "quoted" one', '\u{1F600}'])
    case 'json':
      return { codes: [random.integer(0, 99), null], text: random.pick(['好', '\u0000', '']) }
  }
}

const ODD_FLOATS = [NaN, Infinity, -Infinity, 1e300, -1e-300, 5e-324, 2 ** 53, 0] as const

function oddFloat(random: Random): number {
  return random.chance(0.9) ? random.fraction() * 1e6 : random.pick(ODD_FLOATS)
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

function eventOf(subject: string, random: Random, at: number): CloudEvent {
  const incident = Array.from({ length: 26 }, () => CROCKFORD[random.integer(0, 31)]).join('')
  return {
    specversion: '1.0',
    id: `${incident}.started.0`,
    source: `/lab/${subject}`,
    type: 'cn.ganzhi.lab.fault.started',
    subject,
    time: new Date(at).toISOString(),
    incident,
    confidence: random.integer(0, 100) / 100,
    data: { 人数: random.integer(0, 200) },
  }
}
