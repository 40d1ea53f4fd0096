import type { PointTable } from '@ganzhi/contracts/point-table'
import type { Reading } from '@ganzhi/contracts/reading'
import { type Clock, sleep } from '@ganzhi/device-drivers/clock'
import type { Logger } from 'pino'
import { atMostEvery } from './at-most-every.ts'

/** Takes a batch for good, or rejects and has taken nothing of it. */
export type Sink = (table: PointTable, readings: Reading[]) => Promise<void>

export interface CollectorOptions {
  readonly sink: Sink
  telemetryMs: number
  /** Readings that wait for the sink, a table; never less than two a point. */
  readonly maxPending: number
  readonly clock: Clock
  readonly log: Logger
}

const LOG_MS = 60_000

/** Readings on their way to the sink. While it is slow or refuses, they wait; when too many wait, the newest of each point are kept. */
export class Collector {
  readonly #options: CollectorOptions
  readonly #queues: Queue[] = []
  readonly #sayFailed: ReturnType<typeof atMostEvery>
  readonly #sayLost: ReturnType<typeof atMostEvery>
  #lost = 0

  constructor(options: CollectorOptions) {
    this.#options = { ...options }
    this.#sayFailed = atMostEvery(options.clock, LOG_MS)
    this.#sayLost = atMostEvery(options.clock, LOG_MS)
  }

  /** Readings that were dropped since the start. */
  get lost(): number {
    return this.#lost
  }

  get pending(): number {
    return this.#queues.reduce((sum, { pending }) => sum + pending.length, 0)
  }

  /** Its number is the next, from 0. */
  addTable(table: PointTable): void {
    this.#queues.push({ table, pending: [], sending: undefined, failing: false })
  }

  pace(telemetryMs: number): void {
    this.#options.telemetryMs = telemetryMs
  }

  add(table: number, reading: Reading): void {
    const queue = this.#queues[table]
    if (!queue) return
    queue.pending.push(reading)
    this.#bound(queue)
  }

  /** Hands on what has come together, every `telemetryMs` until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    while (!signal.aborted) {
      await sleep(clock, this.#options.telemetryMs, signal).catch(() => {})
      for (const queue of this.#queues) void this.#send(queue)
    }
  }

  /** One last try for what waits; what the sink refuses even now is lost, and said to be. */
  async close(): Promise<void> {
    for (const queue of this.#queues) {
      await queue.sending
      await this.#send(queue)
      if (queue.pending.length > 0) this.#drop(queue.pending.splice(0).length, queue)
    }
  }

  /** One batch of a table at a time: the next one waits, and grows. */
  #send(queue: Queue): Promise<void> {
    if (queue.sending || queue.pending.length === 0) return queue.sending ?? Promise.resolve()
    const batch = queue.pending
    queue.pending = []
    queue.sending = this.#offer(queue, batch).finally(() => (queue.sending = undefined))
    return queue.sending
  }

  async #offer(queue: Queue, batch: Reading[]): Promise<void> {
    const { sink, log } = this.#options
    try {
      await sink(queue.table, batch)
      if (queue.failing) log.info({ waited: batch.length }, 'readings are taken again')
      queue.failing = false
    } catch (err) {
      queue.failing = true
      queue.pending = batch.concat(queue.pending)
      this.#bound(queue)
      this.#sayFailed((heldBack) => log.warn({ err, heldBack }, 'readings are not taken; they wait'))
    }
  }

  #bound(queue: Queue): void {
    const limit = Math.max(this.#options.maxPending, 2 * queue.table.points.length)
    if (queue.pending.length <= limit) return
    const newest = new Map<number, Reading>()
    for (const reading of queue.pending) {
      newest.delete(reading.slot)
      newest.set(reading.slot, reading)
    }
    this.#drop(queue.pending.length - newest.size, queue)
    queue.pending = [...newest.values()]
  }

  #drop(count: number, { table }: Queue): void {
    this.#lost += count
    const { log } = this.#options
    const lost = this.#lost
    this.#sayLost(() => log.error({ count, lost, points: table.points.length }, 'readings were dropped'))
  }
}

interface Queue {
  readonly table: PointTable
  pending: Reading[]
  sending: Promise<void> | undefined
  failing: boolean
}
