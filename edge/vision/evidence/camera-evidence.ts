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

export interface EvidenceOptions {
  readonly outbox: Pick<Outbox, 'append'>
  readonly privacy: Privacy
  readonly clock: Clock
  readonly log: Logger
}

/** What was looked at. */
export interface Looked {
  readonly frame: Frame
  readonly detections: readonly Detection[]
}

type Ref = Static<typeof EvidenceRef>
type Role = Ref['role']

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

  /** Uses the frame's pixels before it returns. */
  see(looked: Looked): void {
    const { at } = looked.frame
    if (at >= this.#keptAt && at - this.#keptAt < EVERY_MS) return
    this.#keptAt = at
    this.#draw(looked).then(
      (jpeg) => this.#recent.add({ at, jpeg }),
      (err: unknown) => this.#options.log.warn({ err }, 'a picture could not be kept'),
    )
  }

  /** The pictures of an event, accepted by the disk or on their way to it. Uses the frame's pixels before it returns. */
  show(event: SceneEvent, looked: Looked): Promise<Ref[]> {
    const at = looked.frame.at
    if (event.type.endsWith('.started')) {
      const [plain, marked] = [this.#draw(looked), this.#draw(looked, marksOf(event, looked.frame))]
      const before = this.#recent.before(Date.parse(event.data.begin))
      return this.#give(async () => [
        ...(before ? [{ ...before, role: 'before' as const }] : []),
        { at, role: 'at', jpeg: await plain },
        { at, role: 'at', jpeg: await marked },
      ])
    }
    if (event.data.reason !== 'cleared') return Promise.resolve([])
    const after = this.#draw(looked)
    return this.#give(async () => [{ at, role: 'after', jpeg: await after }])
  }

  async #draw({ frame, detections }: Looked, marks: readonly Mark[] = []): Promise<Uint8Array> {
    const people = detections.filter(({ label }) => label === 'person')
    const copy = privateCopy(frame, people, this.#options.privacy)
    // A gateway in which nothing happens has not the memory of what draws.
    const { drawMarked } = await import('@ganzhi/models/marked-frame')
    return drawMarked(copy, { marks, lines: [] })
  }

  async #give(take: () => Promise<readonly (Picture & { readonly role: Role })[]>): Promise<Ref[]> {
    const { outbox, clock, log } = this.#options
    const now = clock.elapsed()
    this.#given = this.#given.filter((at) => now - at < HOUR_MS)
    const pictures = await take()
    if (this.#given.length + pictures.length > MOST_AN_HOUR) {
      log.warn({ most: MOST_AN_HOUR }, 'an event goes without pictures: there were too many within the hour')
      return []
    }
    this.#given.push(...pictures.map(() => now))
    const refs: Ref[] = []
    const waiting: Promise<unknown>[] = []
    for (const { jpeg, at, role } of pictures) {
      const { sha256, records } = encodeEvidence(jpeg, { contentType: TYPE, at })
      const ref: Ref = { sha256, role, contentType: TYPE, bytes: jpeg.length }
      refs.push(ref)
      const appended = Promise.all(records.map((record) => outbox.append('evidence', record)))
      waiting.push(
        appended.catch((err: unknown) => {
          log.warn({ err, sha256 }, 'the disk does not take a picture')
          refs.splice(refs.indexOf(ref), 1)
        }),
      )
    }
    const { promise: patience, resolve } = Promise.withResolvers<void>()
    const callOff = clock.after(PATIENCE_MS, resolve)
    await Promise.race([Promise.all(waiting), patience])
    callOff()
    return refs
  }
}

function marksOf({ data: { things } }: SceneEvent, { width, height }: Frame): Mark[] {
  return things.map(({ label, score, box: [x1, y1, x2, y2] }) => ({
    box: [x1 * width, y1 * height, x2 * width, y2 * height],
    kind: label,
    text: `${label} ${score.toFixed(2)}`,
  }))
}
