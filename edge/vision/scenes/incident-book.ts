import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import { decodeEventsRecord, encodeEvent } from '@ganzhi/contracts/event'
import type { Epoch } from '@ganzhi/contracts/record-key'
import { SceneEvent } from '@ganzhi/contracts/scene-event'
import { check, schemaFaults } from '@ganzhi/contracts/schema'
import { type Clock, sleep } from '@ganzhi/device-drivers/clock'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Disk } from '../../outbox/disk.ts'
import type { Outbox } from '../../outbox/outbox.ts'
import { serial } from '../../outbox/serial.ts'
import { readWhole, replaceWhole } from '../../outbox/whole-file.ts'
import { isOver } from './scene-events.ts'
import type { Remembered } from './static-layer.ts'

export interface BookOptions {
  readonly dir: string
  readonly disk: Disk
  readonly outbox: Pick<Outbox, 'append' | 'lanes' | 'read'>
  readonly clock: Clock
  readonly log: Logger
}

/** How far the outbox has been read, or written by us. */
interface Position {
  readonly epoch: Epoch
  readonly seq: number
}

interface Page {
  readonly event: SceneEvent
  readonly remembered?: readonly Remembered[]
}

/** What goes with an event. */
export interface Beside {
  /** As it was, where none is given. */
  readonly remembered?: readonly Remembered[] | undefined
  /** Its pictures; the event waits for them. */
  readonly evidence?: Promise<NonNullable<SceneEvent['evidence']>>
}

const FILE = 'incidents.json'
const PIECE_BYTES = 1024 * 1024
const AGAIN_MS = 1_000
const FAREWELL_MS = 2_000
/** As long as a cool-down may be. */
const KEEP_ENDED_MS = 86_400_000

/**
 * The last event of each zone, which is all that is known of its incident. The outbox accepts an event, and that is the
 * one commit; the file beside it only spares reading the outbox from its beginning, and outlives what the outbox lets go of.
 */
export class IncidentBook implements AsyncDisposable {
  readonly #options: BookOptions
  /** As accepted. */
  readonly #pages = new Map<string, Page>()
  /** As told; the disk may not have it yet. */
  readonly #telling = new Map<string, SceneEvent>()
  readonly #underWay = new Set<Promise<void>>()
  readonly #stop = new AbortController()
  readonly #inOrder = serial()
  #position: Position | undefined

  private constructor(options: BookOptions) {
    this.#options = options
  }

  static async open(options: BookOptions): Promise<IncidentBook> {
    const book = new IncidentBook(options)
    await options.disk.makeDir(options.dir)
    await book.#readFile()
    await book.#readOutbox()
    await book.#writeFile()
    return book
  }

  last(key: string): SceneEvent | undefined {
    return this.#telling.get(key) ?? this.#pages.get(key)?.event
  }

  /** Whether the last event is still on its way to the disk. Then none may follow it. */
  isTelling(key: string): boolean {
    return this.#telling.has(key)
  }

  remembered(key: string): readonly Remembered[] {
    return this.#pages.get(key)?.remembered ?? []
  }

  /** Of incidents that are not over. */
  get open(): ReadonlyMap<string, SceneEvent> {
    const events = [...this.#pages].map(([key, { event }]) => [key, event] as const)
    return new Map([...events, ...this.#telling].filter(([, event]) => !isOver(event)))
  }

  /** Resolves when the event is accepted, however long the disk is away; rejects when the book is closed before that. */
  async tell(event: SceneEvent, beside: Beside = {}): Promise<void> {
    const key = keyOf(event)
    this.#telling.set(key, event)
    const telling = this.#accept(key, event, beside)
    this.#underWay.add(telling)
    try {
      await telling
    } finally {
      this.#underWay.delete(telling)
      this.#telling.delete(key)
    }
  }

  /** What is being told is accepted by then, or never will be. */
  async told(): Promise<void> {
    await Promise.allSettled(this.#underWay)
  }

  /** What is being told has a moment to arrive. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { promise: patience, resolve } = Promise.withResolvers<void>()
    const callOff = this.#options.clock.after(FAREWELL_MS, resolve)
    await Promise.race([this.told(), patience])
    callOff()
    this.#stop.abort(new Error('the agent has stopped'))
    await this.#inOrder(() => Promise.resolve())
  }

  async #accept(key: string, event: SceneEvent, { remembered, evidence }: Beside): Promise<void> {
    const refs = (await evidence) ?? []
    const told = { ...event, ...(refs.length > 0 && { evidence: refs }) }
    const body = encodeEvent(check(SceneEvent, told, 'scene event'))
    await this.#inOrder(async () => {
      this.#position = await this.#append(body)
      this.#pages.set(key, pageOf(told, remembered ?? this.remembered(key)))
      await this.#writeFile()
    })
  }

  async #append(body: Uint8Array): Promise<Position> {
    const { outbox, clock, log } = this.#options
    for (;;) {
      this.#stop.signal.throwIfAborted()
      try {
        const { epoch, seq } = await outbox.append('events', body)
        return { epoch, seq }
      } catch (error) {
        if (!isGanzhiError(error) || !error.retryable) throw error
        log.warn({ err: error }, 'an event of a scene waits for the disk')
        await sleep(clock, AGAIN_MS, this.#stop.signal)
      }
    }
  }

  async #readFile(): Promise<void> {
    const { dir, disk, log } = this.#options
    const bytes = await readWhole(disk, join(dir, FILE))
    if (!bytes) return
    try {
      const { position, pages } = JSON.parse(String(bytes), revivePatch) as {
        position?: Position
        pages: Page[]
      }
      for (const page of pages) this.#pages.set(keyOf(check(SceneEvent, page.event, FILE)), page)
      this.#position = position
    } catch (err) {
      log.error({ err }, 'what is known of incidents can not be read, and is gathered from the outbox')
      this.#pages.clear()
    }
  }

  /** What was accepted after the file was written: at most one event after a kill, all of it without the file. */
  async #readOutbox(): Promise<void> {
    const { outbox } = this.#options
    const lanes = outbox.lanes().filter(({ lane }) => lane === 'events')
    const from = Math.max(
      0,
      lanes.findIndex(({ epoch }) => epoch === this.#position?.epoch),
    )
    for (const { epoch, first, head } of lanes.slice(from)) {
      let next = epoch === this.#position?.epoch ? Math.max(first, this.#position.seq + 1) : first
      while (next <= head) {
        const records = await outbox.read('events', epoch, next, { maxBytes: PIECE_BYTES })
        for (const { body } of records) this.#learn(body)
        next = (records.at(-1)?.seq ?? head) + 1
      }
      if (head > 0) this.#position = { epoch, seq: head }
    }
  }

  #learn(body: Uint8Array): void {
    const event = sceneEventIn(body)
    if (!event) return
    const key = keyOf(event)
    this.#pages.set(key, pageOf(event, this.remembered(key)))
  }

  /** A failure costs some reading at the next start. */
  async #writeFile(): Promise<void> {
    const { dir, disk, clock, log } = this.#options
    for (const [key, { event }] of this.#pages) {
      if (isOver(event) && clock.now() - Date.parse(event.time) > KEEP_ENDED_MS) this.#pages.delete(key)
    }
    const kept = { position: this.#position, pages: [...this.#pages.values()] }
    try {
      await replaceWhole(disk, join(dir, FILE), Buffer.from(JSON.stringify(kept, packPatch)))
    } catch (err) {
      log.warn({ err }, 'what is known of incidents could not be written down')
    }
  }
}

/** Of what is over nothing need be known again. */
function pageOf(event: SceneEvent, remembered: readonly Remembered[]): Page {
  return { event, ...(remembered.length > 0 && !isOver(event) && { remembered }) }
}

/** Camera, scene, zone: one incident at a time. */
export function keyOf({ subject, trace, data }: SceneEvent): string {
  return zoneKey(subject, trace.scene.id, data.zone, data.variant)
}

export function zoneKey(camera: string, scene: string, zone: string, variant: string | undefined): string {
  return [camera, scene, zone, ...(variant === undefined ? [] : [variant])].join(' ')
}

function sceneEventIn(body: Uint8Array): SceneEvent | undefined {
  try {
    const record = decodeEventsRecord(body)
    const isOne = record.kind === 'event' && schemaFaults(SceneEvent, record.event).length === 0
    return isOne ? (record.event as SceneEvent) : undefined
  } catch (error) {
    if (error instanceof GanzhiError) return undefined
    throw error
  }
}

/** Of a patch, whole steps are enough. */
function packPatch(_key: string, value: unknown): unknown {
  if (!(value instanceof Float32Array)) return value
  return { patch: Buffer.from(Int16Array.from(value).buffer).toString('base64') }
}

function revivePatch(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('patch' in value)) return value
  const bytes = Buffer.from(String(value.patch), 'base64')
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i))
}
