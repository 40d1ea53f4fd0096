import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import type { Clock } from '@ganzhi/device-drivers/clock'
import type { Memory, PointResult } from '@ganzhi/device-drivers/driver'
import type { Logger } from 'pino'
import { LinkActor, type OpenLink } from './link-actor.ts'
import { LinkOutage } from './link-outage.ts'
import type { PlannedDevice, PlannedLink, PlannedPoint } from './plan.ts'
import { calledBy, hearDevice, hearDialers, type Hearing } from './told.ts'

export interface RunningLinkOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly memory: Memory
  readonly onResult: (point: PlannedPoint, result: PointResult) => void
  readonly onDown: () => void
}

const MOST_NAMED = 5

/** A link that is open, and what is read or heard over it. */
export class RunningLink implements AsyncDisposable {
  readonly actor: LinkActor
  readonly outage: LinkOutage
  readonly #options: RunningLinkOptions
  readonly #stop = new AbortController()
  readonly #heard = new Map<string, { device: PlannedDevice; stop: AbortController; ended: Promise<void> }>()
  #planned: PlannedLink
  #link: OpenLink | undefined
  #listening: Promise<void> | undefined

  constructor(planned: PlannedLink, options: RunningLinkOptions) {
    this.#planned = planned
    this.#options = options
    const { clock, log, onResult, onDown } = options
    this.outage = new LinkOutage(clock, onDown)
    this.actor = new LinkActor({ id: planned.id, clock, log, onResult, outage: this.outage })
  }

  get planned(): PlannedLink {
    return this.#planned
  }

  async open(): Promise<void> {
    const { clock, log, memory } = this.#options
    const { driver, connection } = this.#planned
    try {
      this.#link = await driver.open(connection, { clock, report: this.actor.onEvent, memory })
      // Where nobody is asked, nobody has to answer.
      if (!this.#link.reads || !this.#planned.devices.some(isPolled)) this.outage.heard()
      this.actor.start(this.#link)
      this.configure(this.#planned)
    } catch (cause) {
      const error = isGanzhiError(cause)
        ? cause
        : new GanzhiError('the link could not be opened', { code: 'link-down', blame: 'outside', cause })
      log.error({ err: error }, 'link not opened: its devices are not read')
      this.actor.onEvent({ kind: 'down', error, retryInMs: 0 })
    }
  }

  configure(planned: PlannedLink): void {
    this.#planned = planned
    const link = this.#link
    if (!link) return
    if (link.subscribes) this.#subscribe(link, planned.devices)
    else if (link.reads) this.actor.configure(planned.devices)
    if (link.listens) this.#listen(link)
    this.#warnOfLoad()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    for (const { stop } of this.#heard.values()) stop.abort()
    await this.actor[Symbol.asyncDispose]()
    await this.#link?.[Symbol.asyncDispose]()
    await Promise.all([...this.#heard.values()].map(({ ended }) => ended))
    await this.#listening
  }

  #subscribe({ subscribes }: OpenLink, devices: readonly PlannedDevice[]): void {
    if (!subscribes) return
    const staying = new Set(devices)
    for (const [id, { device, stop }] of this.#heard) {
      if (staying.has(device)) continue
      stop.abort()
      this.#heard.delete(id)
    }
    for (const device of devices.filter(({ id }) => !this.#heard.has(id))) {
      const stop = new AbortController()
      const ended = hearDevice(subscribes, device, this.#hearing(stop.signal))
      this.#heard.set(device.id, { device, stop, ended })
    }
  }

  #listen({ listens }: OpenLink): void {
    if (!listens) return
    this.#listening ??= hearDialers(
      listens,
      (name) => calledBy(this.#planned.devices, name),
      this.#hearing(this.#stop.signal),
    )
  }

  #hearing(signal: AbortSignal): Hearing {
    const { clock, log, onResult } = this.#options
    return { clock, log, onResult, signal }
  }

  #warnOfLoad(): void {
    const loads = this.actor.loads
    const load = loads.reduce((sum, each) => sum + each.load, 0)
    if (load <= 1) return
    const percent = Math.round(100 * load)
    const devices = loads
      .slice(0, MOST_NAMED)
      .map((each) => `${each.device} ${Math.round(100 * each.load)} %`)
    this.#options.log.warn(
      { percent, devices, remedy: 'Lengthen intervals, or put some of the devices on another line.' },
      'more is asked of the link than it can carry: intervals will not be reached',
    )
  }
}

function isPolled({ points }: PlannedDevice): boolean {
  return points.some(({ intervalMs }) => intervalMs !== undefined)
}
