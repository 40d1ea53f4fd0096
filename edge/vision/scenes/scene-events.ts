import type { SceneEvent, SceneEventData } from '@ganzhi/contracts/scene-event'
import { codesOf, type EventCodeTable } from '@ganzhi/firmware-config/event-codes'
import type { PlacedScene } from '@ganzhi/firmware-config/scenes/placed-scene'
import type { ModelIdentity } from '../detectors/model-identity.ts'
import type { Reading } from './reading.ts'
import type { Lasting, Told } from './zone-watch.ts'

/** A camera as its events name it. */
export interface EventSource {
  readonly gateway: string
  /** The device. */
  readonly camera: string
  readonly area?: string
  readonly place?: { readonly lon: number; readonly lat: number }
}

export interface Happening extends Told {
  readonly at: number
}

const MOST_THINGS = 32

/** The first event of an incident. */
export function firstEvent(
  incident: string,
  { at, change, incident: lasting }: Happening,
  seen: {
    readonly source: EventSource
    readonly placed: PlacedScene
    readonly reading: Reading
    readonly model: ModelIdentity
    readonly codes: readonly EventCodeTable[]
  },
): SceneEvent {
  const { source, placed, reading, model, codes } = seen
  const { scene, sha256 } = placed
  const { zone, variant } = reading
  const what = (variant !== undefined && scene.variants?.[variant]) || scene
  return {
    specversion: '1.0',
    id: `${incident}.${change.phase}.0`,
    source: `gz.v1.${source.gateway}`,
    type: `cn.ganzhi.vision.${what.event}.${change.phase}`,
    subject: source.camera,
    time: timeOf(at),
    datacontenttype: 'application/json',
    incident,
    ...(source.area !== undefined && { area: source.area }),
    ...(source.place && { place: source.place }),
    confidence: rounded(reading.score),
    codes: codesOf(codes, what.event),
    trace: { model: traceOf(model), scene: { id: scene.id, version: String(scene.version), sha256 } },
    data: {
      zone: zone.id,
      ...(variant !== undefined && { variant }),
      names: what.names,
      severity: scene.severity,
      reason: change.reason,
      ...lastingFacts(lasting),
      ...readingFacts(reading, placed),
    },
  }
}

/** What comes after `last`. Where nothing is seen it repeats what was. */
export function nextEvent(
  last: SceneEvent,
  { at, change, incident }: Happening,
  seen?: { readonly reading: Reading; readonly placed: PlacedScene; readonly model: ModelIdentity },
): SceneEvent {
  const { evidence: _, ...before } = last
  return {
    ...before,
    id: `${last.incident}.${change.phase}.${numberOf(last) + 1}`,
    type: last.type.replace(/[a-z]+$/, change.phase),
    time: timeOf(at),
    ...(seen && {
      confidence: rounded(change.phase === 'ended' ? last.confidence : seen.reading.score),
      trace: {
        model: traceOf(seen.model),
        scene: {
          ...last.trace.scene,
          sha256: seen.placed.sha256,
          version: String(seen.placed.scene.version),
        },
      },
    }),
    data: {
      ...last.data,
      reason: change.reason,
      ...lastingFacts(incident),
      ...(seen && readingFacts(seen.reading, seen.placed)),
    },
  }
}

/** An incident as its last event tells it, to go on from. */
export function lastingOf({ data }: SceneEvent): Lasting {
  return {
    begin: Date.parse(data.begin),
    seenMs: data.dwellSeconds * 1_000,
    unseenMs: data.unseenSeconds * 1_000,
    visibility: data.visibility,
    peak: data.peak,
    sinceToldMs: 0,
  }
}

export function isOver({ type }: SceneEvent): boolean {
  return type.endsWith('.ended')
}

function numberOf({ id }: SceneEvent): number {
  return Number(id.slice(id.lastIndexOf('.') + 1))
}

function lastingFacts({ begin, seenMs, unseenMs, visibility, peak }: Lasting) {
  return {
    begin: timeOf(begin),
    dwellSeconds: Math.round(seenMs / 100) / 10,
    unseenSeconds: Math.round(unseenMs / 100) / 10,
    visibility,
    peak,
  }
}

function readingFacts({ count, why, things }: Reading, { scene: { timing } }: PlacedScene) {
  const { confirmSeconds, hitRatio, clearSeconds } = timing
  const numbers = Object.entries({ ...why, confirmSeconds, hitRatio, clearSeconds })
  return {
    count,
    why: Object.fromEntries(numbers.map(([name, value]) => [name, rounded(value)])),
    things: things
      .toSorted((a, b) => b.score - a.score)
      .slice(0, MOST_THINGS)
      .map(({ label, score, box: [x1, y1, x2, y2] }) => ({
        label,
        score: rounded(score),
        box: [x1, y1, x2, y2].map((side) => rounded(Math.min(1, Math.max(0, side)))) as Box,
      })),
  }
}

type Box = SceneEventData['things'][number]['box']

function traceOf({ id, version, digest }: ModelIdentity) {
  return { id, version: String(version), ...(digest !== undefined && { sha256: digest }) }
}

function timeOf(at: number): string {
  return new Date(at).toISOString()
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
