import type { SceneEvent } from '@ganzhi/contracts/scene-event'
import type { EventCodeTable } from '@ganzhi/firmware-config/event-codes'
import type { PlacedScene } from '@ganzhi/firmware-config/scenes/placed-scene'
import { isWatched } from '@ganzhi/firmware-config/scenes/schedule'
import type { Sight } from '../camera-pipeline.ts'
import { CameraEvidence, type EvidenceOptions } from '../evidence/camera-evidence.ts'
import type { CameraState } from '../sources/camera-state.ts'
import { type IncidentBook, zoneKey } from './incident-book.ts'
import { type Measure, openMeasure } from './measure.ts'
import { type Matter, mattersOf, type Reading } from './reading.ts'
import { type EventSource, firstEvent, type Happening, isOver, lastingOf, nextEvent } from './scene-events.ts'
import { thingsOf } from './thing.ts'
import { ulid } from './ulid.ts'
import { LOOKS_APART_MS, newZone, watchZone, type ZoneState } from './zone-watch.ts'

export interface WatchOptions extends EvidenceOptions {
  readonly source: EventSource
  readonly scenes: readonly PlacedScene[]
  readonly book: IncidentBook
  readonly codes: readonly EventCodeTable[]
  readonly random: (bytes: number) => Uint8Array
  readonly closed: (watch: CameraWatch) => void
}

/** A camera that comes back within so long was not away. */
const AWAY_AFTER_MS = 10_000
/** Without a look for so long it is blind, whatever it says: its model is down, or the gateway has no time for it. */
const UNSEEN_AFTER_MS = 60_000
const TICK_MS = 5_000

interface Running {
  readonly placed: PlacedScene
  readonly measure: Measure
}

interface Watched {
  readonly running: Running
  readonly zone: Reading['zone']
  readonly key: string
  state: ZoneState
  pending: boolean
}

/** The scenes of one camera as one model sees them. */
export class CameraWatch implements Disposable {
  readonly #options: WatchOptions
  readonly #running: readonly Running[]
  readonly #evidence: CameraEvidence
  readonly #zones = new Map<string, Watched>()
  /** When the newest frame was taken, ms since 1970. */
  #seenAt: number
  /** On the steady clock. */
  #lookedAt: number
  /** Since when its pictures say nothing, on the steady clock. */
  #awaySince: number | undefined
  #stopTicking: () => void = () => {}

  constructor(options: WatchOptions) {
    const { scenes, book, clock } = options
    this.#options = options
    this.#seenAt = clock.now()
    this.#lookedAt = clock.elapsed()
    const clipSeconds = Math.max(0, ...scenes.map(({ clip }) => clip?.seconds ?? 0))
    this.#evidence = new CameraEvidence({ ...options, clipSeconds })
    this.#running = scenes.map((placed) => {
      const matters = mattersOf(placed).map((matter) => ({ ...matter, key: this.#keyOf(placed, matter) }))
      const remembered = matters.flatMap(({ key }) => book.remembered(key))
      const running = { placed, measure: openMeasure(placed, remembered) }
      for (const { key, zone } of matters) this.#zones.set(key, this.#begin(running, zone, key))
      return running
    })
    this.#tickLater()
  }

  /** Those it watches. */
  get keys(): ReadonlySet<string> {
    return new Set(this.#zones.keys())
  }

  /** Whether something may begin or end soon: then looks are worth more than usually in a picture in which nothing moves. */
  get attentive(): boolean {
    return this.#zones
      .values()
      .some(({ state, pending }) => state.doubt !== undefined || (pending && !state.incident))
  }

  cameraIs({ kind }: Pick<CameraState, 'kind'>): void {
    const away = kind !== 'live' && kind !== 'connecting'
    this.#awaySince = away ? (this.#awaySince ?? this.#options.clock.elapsed()) : undefined
  }

  /** Uses the frame's pixels before it returns, and not after. */
  see(sight: Sight): void {
    if (this.#awaySince !== undefined) return
    const { frame, detections, tracks } = sight
    const passedMs = Math.min(LOOKS_APART_MS, Math.max(0, frame.at - this.#seenAt))
    this.#seenAt = frame.at
    this.#lookedAt = this.#options.clock.elapsed()
    const things = thingsOf(detections, frame)
    const following = tracks.all
      .filter(({ confirmed, seenAt }) => confirmed && seenAt === tracks.at)
      .map((each) => ({ ...(thingsOf([each], frame)[0] as Reading['things'][number]), id: each.id }))
    void this.#evidence.see(sight)
    for (const { placed, measure } of this.#running) {
      const readings = measure.look({ frame, things, tracks: following, passedMs })
      for (const reading of readings) {
        const watched = this.#zones.get(this.#keyOf(placed, reading))
        if (watched) this.#look(watched, frame.at, { reading, sight })
      }
    }
  }

  [Symbol.dispose](): void {
    this.#stopTicking()
    this.#options.closed(this)
  }

  #keyOf({ scene }: PlacedScene, { zone, variant }: Matter): string {
    return zoneKey(this.#options.source.camera, scene.id, zone.id, variant)
  }

  #begin(running: Running, zone: Reading['zone'], key: string): Watched {
    const { book, clock } = this.#options
    const last = book.last(key)
    const now = clock.now()
    return {
      running,
      zone,
      key,
      state: last ? stateAfter(last, running.placed, now) : newZone(now),
      pending: false,
    }
  }

  #tickLater(): void {
    this.#stopTicking = this.#options.clock.after(TICK_MS, () => {
      this.#tickLater()
      const now = this.#options.clock.elapsed()
      const awayMs = now - (this.#awaySince ?? now)
      if (awayMs >= AWAY_AFTER_MS || now - this.#lookedAt >= UNSEEN_AFTER_MS) this.#goBlind()
    })
  }

  #goBlind(): void {
    const now = this.#options.clock.now()
    for (const watched of this.#zones.values()) this.#look(watched, now, undefined)
  }

  #look(watched: Watched, at: number, seen: Seen | undefined): void {
    const { placed } = watched.running
    const schedule = watched.zone.schedule ?? placed.schedule
    const step = watchZone(
      watched.state,
      {
        at,
        reading: seen?.reading,
        watched: schedule === undefined || isWatched(schedule, at),
        mayTell: !this.#options.book.isTelling(watched.key),
      },
      placed.scene.timing,
    )
    watched.state = step.state
    watched.pending = seen?.reading.pending ?? false
    if (step.told) void this.#tell(watched, { at, ...step.told }, seen)
  }

  async #tell(watched: Watched, happening: Happening, seen: Seen | undefined): Promise<void> {
    try {
      const event = this.#eventOf(watched, happening, seen)
      if (!event) return
      const { clip } = watched.running.placed
      const evidence = seen && this.#evidence.show(event, seen.sight, clip?.seconds)
      await this.#options.book.tell(event, {
        remembered: seen?.reading.remembered,
        ...(evidence && { evidence }),
      })
    } catch (err) {
      this.#options.log.error({ err }, 'an event of a scene is not told')
    }
  }

  #eventOf(
    { key, running: { placed } }: Watched,
    happening: Happening,
    seen: Seen | undefined,
  ): SceneEvent | undefined {
    const { book, clock, random, source, codes } = this.#options
    const facts = seen && { reading: seen.reading, model: seen.sight.model, placed }
    if (happening.change.phase === 'started') {
      return facts && firstEvent(ulid(clock.now(), random), happening, { ...facts, source, codes })
    }
    const last = book.last(key)
    return last && nextEvent(last, happening, facts)
  }
}

interface Seen {
  readonly sight: Sight
  readonly reading: Reading
}

function stateAfter(last: SceneEvent, { scene: { timing } }: PlacedScene, now: number): ZoneState {
  const at = Date.parse(last.time)
  if (!isOver(last)) return { at, coolingMs: 0, incident: lastingOf(last) }
  const coolMs = timing.coolDownSeconds * 1_000
  return { at: now, coolingMs: Math.min(coolMs, Math.max(0, coolMs - (now - at))) }
}
