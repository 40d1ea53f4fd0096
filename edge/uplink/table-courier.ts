import { headersOf } from '@ganzhi/contracts/record-key'
import { laneSubject } from '@ganzhi/contracts/subjects'
import type { Outbox } from '../outbox/outbox.ts'
import type { Link } from './link.ts'
import type { UplinkCounters } from './uplink-counters.ts'

/** Receipts tell several times a second what is needed; one table in so long is enough. */
const AGAIN_MS = 2_000

/** Sends point tables: once a connection before the first batch that uses one, and whenever the cloud needs it. */
export class TableCourier {
  readonly #outbox: Pick<Outbox, 'table'>
  readonly #gateway: string
  readonly #counters: UplinkCounters
  readonly #sent = new Map<string, number>()

  constructor(outbox: Pick<Outbox, 'table'>, gateway: string, counters: UplinkCounters) {
    this.#outbox = outbox
    this.#gateway = gateway
    this.#counters = counters
  }

  newConnection(): void {
    this.#sent.clear()
  }

  /** In front of a batch, so that the stream has them in this order. */
  before(hash: string, link: Link, now: number): void {
    if (!this.#sent.has(hash)) this.#send(hash, link, now)
  }

  /** Returns false when the outbox does not have the table. */
  needed(hash: string, link: Link, now: number): boolean {
    const sentAt = this.#sent.get(hash)
    if (sentAt !== undefined && now - sentAt < AGAIN_MS) return true
    return this.#send(hash, link, now)
  }

  #send(hash: string, link: Link, now: number): boolean {
    const bytes = this.#outbox.table(hash)
    if (!bytes) return false
    this.#sent.set(hash, now)
    this.#counters.tables += 1
    const headers = headersOf({ kind: 'table', gateway: this.#gateway, sha256: hash })
    link.publish(laneSubject(this.#gateway, 'telemetry'), headers, bytes, (outcome) => {
      if (outcome.kind === 'refused') this.#sent.delete(hash)
    })
    return true
  }
}
