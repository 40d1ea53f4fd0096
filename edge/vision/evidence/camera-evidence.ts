import type { EvidenceRef } from '@ganzhi/contracts/cloud-event'
import { GanzhiError } from '@ganzhi/contracts/error'
import { encodeEvidence } from '@ganzhi/contracts/evidence'
import type { SceneEvent } from '@ganzhi/contracts/scene-event'
import type { Clock } from '@ganzhi/device-drivers/clock'
import type { Privacy } from '@ganzhi/firmware-config/scenes/privacy'
import type { Detection } from '@ganzhi/models/detection'
import type { Frame } from '@ganzhi/models/frame'
import type { Mark } from '@ganzhi/models/marked-frame'
import type { Logger } from 'pino'
import type { Static } from 'typebox'
import type { Outbox } from '../../outbox/outbox.ts'
import { LatestPictures } from './latest-pictures.ts'
import { privateCopy } from './private-copy.ts'
import { type Picture, RecentPictures } from './recent-pictures.ts'

/** What was looked at. */
export interface Looked {
  readonly frame: Frame
  readonly detections: readonly Detection[]
}

export interface EvidenceOptions {
  readonly outbox: Pick<Outbox, 'append'>
  /** Everything leaves where nothing is said. */
  readonly privacy?: Privacy | undefined
  /** Whom any of the camera's models saw last, in its frames. */
  readonly people?: (() => readonly Detection[]) | undefined
  /** What the camera shows now, larger than its frames, and who is in it; undefined where it has nothing larger. Not waited for in vain. */
  readonly closer?: (() => Promise<Looked | undefined>) | undefined
  /** How far back clips go; none are kept for where it is not given. */
  readonly clipSeconds?: number | undefined
  /** MP4 of JPEGs, so many a second. */
  readonly film?: ((jpegs: readonly Uint8Array[], fps: number) => Promise<Uint8Array>) | undefined
  readonly clock: Clock
  readonly log: Logger
}

type Ref = Static<typeof EvidenceRef>
type Role = Ref['role']

/** A picture that is still to be taken. */
interface Shot {
  readonly role: Role
  readonly contentType?: string
  readonly take: () => Promise<Taken>
}

interface Taken {
  readonly at: number
  readonly bytes: Uint8Array
}

/** How often a picture is kept for later. */
const EVERY_MS = 5_000
/** A camera that sees things begin and end all day may show so many of them in an hour. */
const MOST_AN_HOUR = 120
const HOUR_MS = 3_600_000
/** An event goes with its pictures where the disk takes them within so long, else ahead of them. */
const PATIENCE_MS = 1_500
const TYPE = 'image/jpeg'
/** Frames come a little early or late. */
const DUE_EARLY = 0.9
const FILM = 'video/mp4'
/** Who walks is seen walking. */
const CLIP_EVERY_MS = 200

/** The pictures of one camera that show what its events tell. */
export class CameraEvidence {
  readonly #options: EvidenceOptions
  readonly #recent = new RecentPictures()
  /** When pictures were given out, on the steady clock. */
  #given: number[] = []
  readonly #latest: LatestPictures | undefined
  #keptAt = -Infinity
  #filmedAt = -Infinity
  #keeping: Promise<void> = Promise.resolve()

  constructor(options: EvidenceOptions) {
    this.#options = options
    if (options.clipSeconds) this.#latest = new LatestPictures(options.clipSeconds)
  }

  /** Uses the frame's pixels before it returns; resolves when the picture is kept, where it is. */
  see(looked: Looked): Promise<void> {
    const { at } = looked.frame
    const forLater = isDue(at, this.#keptAt, EVERY_MS)
    const forClip = this.#latest !== undefined && isDue(at, this.#filmedAt, CLIP_EVERY_MS)
    if (forLater) this.#keptAt = at
    if (forClip) this.#filmedAt = at
    return forLater || forClip ? (this.#keeping = this.#keep(looked, { forLater, forClip })) : this.#keeping
  }

  /**
   * The pictures of an event, accepted by the disk or on their way to it, and a clip of so many seconds. Uses the frame's
   * pixels before it returns.
   */
  show(event: SceneEvent, sight: Looked, clipSeconds = 0): Promise<Ref[]> {
    const looked = this.#byAll(sight)
    if (event.type.endsWith('.started')) {
      const before = this.#recent.before(Date.parse(event.data.begin))
      return this.#give([
        ...(before ? [{ role: 'before' as const, take: async () => taken(before) }] : []),
        { role: 'at', take: async () => taken(await this.#closest(looked)) },
        // Boxes are right where they were found, and nowhere else.
        { role: 'at', take: async () => taken(await this.#draw(looked, marksOf(event, looked.frame))) },
        ...(clipSeconds > 0
          ? [
              {
                role: 'clip' as const,
                contentType: FILM,
                take: () => this.#clip(clipSeconds, looked.frame.at),
              },
            ]
          : []),
      ])
    }
    if (event.data.reason !== 'cleared') return Promise.resolve([])
    return this.#give([{ role: 'after', take: async () => taken(await this.#closest(looked)) }])
  }

  async #keep(looked: Looked, { forLater, forClip }: Readonly<Record<'forLater' | 'forClip', boolean>>) {
    try {
      const picture = await this.#draw(this.#byAll(looked))
      if (forLater) this.#recent.add(picture)
      if (forClip) this.#latest?.add(picture)
    } catch (err) {
      this.#options.log.warn({ err }, 'a picture could not be kept')
    }
  }

  async #clip(seconds: number, at: number): Promise<Taken> {
    await this.#keeping
    const { film } = this.#options
    const pictures = this.#latest?.film({ from: at - seconds * 1_000, to: at, everyMs: CLIP_EVERY_MS }) ?? []
    if (!film || pictures.length < 2) {
      throw new GanzhiError('there are no pictures for a clip', { code: 'no-pictures', blame: 'outside' })
    }
    return { at, bytes: await film(pictures, 1_000 / CLIP_EVERY_MS) }
  }

  /** As the camera has it larger, else as it was looked at. */
  async #closest(looked: Looked): Promise<Picture> {
    const { closer, log } = this.#options
    const looking = closer?.().catch((err: unknown) => {
      log.info({ err }, 'no larger picture came')
      return undefined
    })
    const [own, larger] = await Promise.all([this.#draw(looked), looking])
    return larger && larger.frame.width > looked.frame.width ? await this.#draw(larger) : own
  }

  #byAll({ frame, detections }: Looked): Looked {
    return { frame, detections: [...detections, ...(this.#options.people?.() ?? [])] }
  }

  async #draw({ frame, detections }: Looked, marks: readonly Mark[] = []): Promise<Picture> {
    const people = detections.filter(({ label }) => label === 'person')
    const copy = privateCopy(frame, people, this.#options.privacy ?? {})
    // A gateway in which nothing happens has not the memory of what draws.
    const { drawMarked } = await import('@ganzhi/models/marked-frame')
    return { at: frame.at, jpeg: await drawMarked(copy, { marks, lines: [] }) }
  }

  async #give(shots: readonly Shot[]): Promise<Ref[]> {
    const { clock, log } = this.#options
    const now = clock.elapsed()
    this.#given = this.#given.filter((at) => now - at < HOUR_MS)
    if (this.#given.length + shots.length > MOST_AN_HOUR) {
      log.warn({ most: MOST_AN_HOUR }, 'an event goes without pictures: there were too many within the hour')
      return []
    }
    this.#given.push(...shots.map(() => now))
    const shown = shots.map(async ({ role, contentType = TYPE, take }) => {
      return { role, contentType, ...(await take()) }
    })
    const refs: Ref[] = []
    const waiting: Promise<unknown>[] = []
    for (const [i, shot] of (await Promise.allSettled(shown)).entries()) {
      if (shot.status === 'rejected') {
        log.warn({ err: shot.reason as unknown, role: shots[i]?.role }, 'an event goes without a picture')
      } else waiting.push(this.#handOver(shot.value, refs))
    }
    const { promise: patience, resolve } = Promise.withResolvers<void>()
    const callOff = clock.after(PATIENCE_MS, resolve)
    await Promise.race([Promise.all(waiting), patience])
    callOff()
    return refs
  }

  /** Is among `refs` unless the disk refuses it. */
  async #handOver(
    { bytes, at, role, contentType }: Taken & Pick<Ref, 'role' | 'contentType'>,
    refs: Ref[],
  ): Promise<void> {
    const { outbox, log } = this.#options
    const { sha256, records } = encodeEvidence(bytes, { contentType, at })
    const ref: Ref = { sha256, role, contentType, bytes: bytes.length }
    refs.push(ref)
    try {
      await Promise.all(records.map((record) => outbox.append('evidence', record)))
    } catch (err) {
      log.warn({ err, sha256 }, 'the disk does not take a picture')
      refs.splice(refs.indexOf(ref), 1)
    }
  }
}

function taken({ at, jpeg }: Picture): Taken {
  return { at, bytes: jpeg }
}

/** A clock that was set back begins anew. */
function isDue(at: number, last: number, everyMs: number): boolean {
  return at < last || at - last >= everyMs * DUE_EARLY
}

function marksOf({ data: { things } }: SceneEvent, { width, height }: Frame): Mark[] {
  return things.map(({ label, score, box: [x1, y1, x2, y2] }) => ({
    box: [x1 * width, y1 * height, x2 * width, y2 * height],
    kind: label,
    text: `${label} ${score.toFixed(2)}`,
  }))
}
