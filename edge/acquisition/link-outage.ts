import { type ErrorDocument, type GanzhiError, errorDocument } from '@ganzhi/contracts/error'
import type { Clock } from '@ganzhi/device-drivers/clock'
import type { LinkEvent } from '@ganzhi/device-drivers/driver'

/** Nothing is heard over a link. */
export interface Outage {
  /** ms since 1970. */
  readonly since: number
  readonly error: ErrorDocument
}

/** Heard for so long without a failure, a link is up again: one that comes and goes is down. */
const STEADY_MS = 10_000

/** Whether a link is down, since when, and why. */
export class LinkOutage {
  readonly #clock: Pick<Clock, 'now' | 'elapsed'>
  readonly #onBegun: () => void
  #last: Outage | undefined
  /** Steady ms. */
  #heardSince: number | undefined

  constructor(clock: Pick<Clock, 'now' | 'elapsed'>, onBegun: () => void) {
    this.#clock = clock
    this.#onBegun = onBegun
  }

  get current(): Outage | undefined {
    const heardFor = this.#clock.elapsed() - (this.#heardSince ?? Infinity)
    return heardFor >= STEADY_MS ? undefined : this.#last
  }

  /** What the driver says of the link, where one is open. */
  told(event: LinkEvent, link: { readonly reads?: unknown } | undefined): void {
    // Where devices are asked, it is their answers that tell.
    if (event.kind === 'up' && !link?.reads) this.heard()
    // A connection that is renewed in passing was never down.
    if (event.kind === 'down' && (event.retryInMs > 0 || !link)) this.begin(event.error)
  }

  begin(error: GanzhiError): void {
    const isNew = this.current === undefined
    this.#heardSince = undefined
    if (!isNew) return
    this.#last = { since: this.#clock.now(), error: errorDocument(error) }
    this.#onBegun()
  }

  heard(): void {
    this.#heardSince ??= this.#clock.elapsed()
  }
}
