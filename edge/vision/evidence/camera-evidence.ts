import type { EvidenceRef } from '@ganzhi/contracts/cloud-event'
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
  readonly clock: Clock
  readonly log: Logger
}

type Ref = Static<typeof EvidenceRef>
type Role = Ref['role']

/** A picture that is still to be taken. */
interface Shot {
  readonly role: Role
  readonly take: () => Promise<Picture>
}

/** How often a picture is kept for later. */
const EVERY_MS = 5_000
/** A camera that sees things begin and end all day may show so many of them in an hour. */
const MOST_AN_HOUR = 120
const HOUR_MS = 3_600_000
/** An event goes with its pictures where the disk takes them within so long, else ahead of them. */
const PATIENCE_MS = 1_500
const TYPE = 'image/jpeg'

/** The pictures of one camera that show what its events tell. */
export class CameraEvidence {
  readonly #options: EvidenceOptions
  readonly #recent = new RecentPictures()
  /** When pictures were given out, on the steady clock. */
  #given: number[] = []
  #keptAt = -Infinity

  constructor(options: EvidenceOptions) {
    this.#options = options
  }

  /** Uses the frame's pixels before it returns; resolves when the picture is kept, where it is. */
  async see(looked: Looked): Promise<void> {
    const { at } = looked.frame
    if (at >= this.#keptAt && at - this.#keptAt < EVERY_MS) return
    this.#keptAt = at
    try {
      this.#recent.add(await this.#draw(this.#byAll(looked)))
    } catch (err) {
      this.#options.log.warn({ err }, 'a picture could not be kept')
    }
  }

  /** The pictures of an event, accepted by the disk or on their way to it. Uses the frame's pixels before it returns. */
  show(event: SceneEvent, sight: Looked): Promise<Ref[]> {
    const looked = this.#byAll(sight)
    if (event.type.endsWith('.started')) {
      const before = this.#recent.before(Date.parse(event.data.begin))
      return this.#give([
        ...(before ? [{ role: 'before' as const, take: () => Promise.resolve(before) }] : []),
        { role: 'at', take: () => this.#closest(looked) },
        // Boxes are right where they were found, and nowhere else.
        { role: 'at', take: () => this.#draw(looked, marksOf(event, looked.frame)) },
      ])
    }
    if (event.data.reason !== 'cleared') return Promise.resolve([])
    return this.#give([{ role: 'after', take: () => this.#closest(looked) }])
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
    const taken = shots.map(async ({ role, take }) => ({ role, ...(await take()) }))
    const refs: Ref[] = []
    const waiting: Promise<unknown>[] = []
    for (const shot of await Promise.allSettled(taken)) {
      if (shot.status === 'rejected')
        log.error({ err: shot.reason as unknown }, 'a picture could not be drawn')
      else waiting.push(this.#handOver(shot.value, refs))
    }
    const { promise: patience, resolve } = Promise.withResolvers<void>()
    const callOff = clock.after(PATIENCE_MS, resolve)
    await Promise.race([Promise.all(waiting), patience])
    callOff()
    return refs
  }

  /** Is among `refs` unless the disk refuses it. */
  async #handOver({ jpeg, at, role }: Picture & { readonly role: Role }, refs: Ref[]): Promise<void> {
    const { outbox, log } = this.#options
    const { sha256, records } = encodeEvidence(jpeg, { contentType: TYPE, at })
    const ref: Ref = { sha256, role, contentType: TYPE, bytes: jpeg.length }
    refs.push(ref)
    try {
      await Promise.all(records.map((record) => outbox.append('evidence', record)))
    } catch (err) {
      log.warn({ err, sha256 }, 'the disk does not take a picture')
      refs.splice(refs.indexOf(ref), 1)
    }
  }
}

function marksOf({ data: { things } }: SceneEvent, { width, height }: Frame): Mark[] {
  return things.map(({ label, score, box: [x1, y1, x2, y2] }) => ({
    box: [x1 * width, y1 * height, x2 * width, y2 * height],
    kind: label,
    text: `${label} ${score.toFixed(2)}`,
  }))
}
