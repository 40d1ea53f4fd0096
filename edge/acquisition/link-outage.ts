import { type ErrorDocument, type GanzhiError, errorDocument } from '@ganzhi/contracts/error'
import type { Clock } from '@ganzhi/device-drivers/clock'
import type { LinkEvent } from '@ganzhi/device-drivers/driver'
import { notHeardYet } from './actor-errors.ts'

/** Nothing is heard over a link. */
export interface Outage {
  /** ms since 1970. */
  readonly since: number
  readonly error: ErrorDocument
}

/** Heard for so long without a failure, a link is up again: one that comes and goes is down. */
const STEADY_MS = 10_000

/** Whether a link is down, since when, and why. It is so until it is heard for the first time. */
export class LinkOutage {
  readonly #clock: Pick<Clock, 'now' | 'elapsed'>
  readonly #onBegun: () => void
  #last: Outage
  /** For how long it has to be heard. */
  #steadyMs = 0
  /** Steady ms. */
  #heardSince: number | undefined

  constructor(clock: Pick<Clock, 'now' | 'elapsed'>, onBegun: () => void) {
    this.#clock = clock
    this.#onBegun = onBegun
    this.#last = { since: clock.now(), error: errorDocument(notHeardYet()) }
  }

  get current(): Outage | undefined {
    const heardFor = this.#clock.elapsed() - (this.#heardSince ?? Infinity)
    return heardFor >= this.#steadyMs ? undefined : this.#last
  }

  /** What the driver says of the link, where one is open. */
  told(event: LinkEvent, link: { readonly reads?: unknown } | undefined): void {
    // Where devices are asked, it is their answers that tell.
    if (event.kind === 'up' && !link?.reads) this.heard()
    // A connection that is renewed in passing was never down.
    if (event.kind === 'down' && (event.retryInMs > 0 || !link)) this.begin(event.error)
  }

  begin(error: GanzhiError): void {
    const before = this.current
    this.#heardSince = undefined
    this.#steadyMs = STEADY_MS
    this.#last = { since: before?.since ?? this.#clock.now(), error: errorDocument(error) }
    if (!before) this.#onBegun()
  }

  heard(): void {
    this.#heardSince ??= this.#clock.elapsed()
  }
}
