import { GanzhiError } from '@ganzhi/contracts/error'
import type { PointTable } from '@ganzhi/contracts/point-table'
import type { Property } from '@ganzhi/contracts/profile'
import type { Value } from '@ganzhi/contracts/reading'
import type { DownLink } from '@ganzhi/contracts/status'
import { type Clock, sleep } from '@ganzhi/device-drivers/clock'
import type { PointResult } from '@ganzhi/device-drivers/driver'
import type { Logger } from 'pino'
import { serial } from '../outbox/serial.ts'
import { Collector, type Sink } from './collector.ts'
import type { LearntFacts } from './learnt-facts.ts'
import type { LinkStatus } from './link-status.ts'
import { LivePoint } from './live-point.ts'
import { measure, type Sample } from './measure.ts'
import type { AcquisitionPlan, PlannedDevice, PlannedLink, PlannedPoint } from './plan.ts'
import { type ChangeSummary, overPlan, sameLine } from './plan-difference.ts'
import { PointSlots } from './point-slots.ts'
import { RunningLink } from './running-link.ts'
import type { WriteOptions } from './write-lane.ts'

export interface AcquisitionOptions {
  readonly plan: AcquisitionPlan
  readonly sink: Sink
  readonly clock: Clock
  readonly log: Logger
  readonly facts: Pick<LearntFacts, 'memoryOf'>
  /** Hears all that is read, also what is not sent. */
  readonly onSample?: (device: string, property: string, sample: Sample) => void
  /** Called when nothing is heard over a link any more. */
  readonly onDown?: () => void
  /** Readings that may wait for the sink, a table. */
  readonly maxPending?: number
}

export interface AcquisitionStatus {
  readonly links: readonly LinkStatus[]
  /** Readings that passed the samplers. */
  readonly readings: number
  readonly pending: number
  readonly lost: number
  /** Reads that fell out because a link had no time for them. */
  readonly overruns: number
  /** Devices that don't answer. */
  readonly silent: number
  /** Intervals that are not reached. */
  readonly late: number
}

export interface KnownProperty {
  /** As its profile has it, with what this gateway does otherwise. */
  readonly property: Property
  /** Id of the profile. */
  readonly profile: string
  /** Smallest difference that the wire can tell. */
  readonly step?: number
}

export interface Acquisition extends AsyncDisposable {
  readonly tables: readonly PointTable[]
  status(): AcquisitionStatus
  /** Links that are down, with their devices. */
  downLinks(): readonly DownLink[]
  property(device: string, property: string): KnownProperty | undefined
  /** Reads properties of a device now, before the polls. A device that fails gives results that say why. */
  readNow(
    device: string,
    properties: readonly string[],
    options: { readonly signal: AbortSignal },
  ): Promise<ReadonlyMap<string, PointResult>>
  /**
   * Sets a property, before every read; resolves when the device has acknowledged. `before` is called when nothing
   * stands between it and the wire: when it throws, nothing is sent. Aborted while it waits, nothing is sent either.
   */
  write(
    device: string,
    property: string,
    value: Value,
    options: { readonly signal: AbortSignal; readonly before?: () => void },
  ): Promise<{ readonly writtenAt: number }>
  /** Applies a new plan as a difference: what it does not change is not disturbed. */
  reconfigure(plan: AcquisitionPlan): Promise<ChangeSummary>
}

/** Reads what the plan says until disposed of, and then hands on what it still holds. */
export async function startAcquisition(options: AcquisitionOptions): Promise<Acquisition> {
  const running = new RunningAcquisition(options)
  await running.reconfigure(options.plan)
  return running
}

const NOTHING: AcquisitionPlan = { telemetryMs: 1_000, links: [] }
const MAX_PENDING = 50_000
const STALE_CHECK_MS = 1_000

class RunningAcquisition implements Acquisition {
  readonly #options: AcquisitionOptions
  readonly #collector: Collector
  readonly #slots = new PointSlots()
  readonly #links = new Map<string, RunningLink>()
  readonly #devices = new Map<string, { readonly link: RunningLink; readonly device: PlannedDevice }>()
  readonly #stop = new AbortController()
  readonly #running: Promise<void>[]
  #live = new Map<PlannedPoint, LivePoint>()
  #plan = NOTHING
  #readings = 0
  readonly #inOrder = serial()

  constructor(options: AcquisitionOptions) {
    this.#options = options
    const { sink, clock, log, plan, maxPending = MAX_PENDING } = options
    this.#collector = new Collector({ sink, telemetryMs: plan.telemetryMs, maxPending, clock, log })
    this.#running = [this.#collector.run(this.#stop.signal), this.#watchSilence(this.#stop.signal)]
  }

  get tables(): readonly PointTable[] {
    return this.#slots.tables
  }

  status(): AcquisitionStatus {
    const links = [...this.#links.values()].map(({ actor }) => actor.status)
    const sum = (of: (link: LinkStatus) => number) => links.reduce((total, link) => total + of(link), 0)
    return {
      links,
      readings: this.#readings,
      pending: this.#collector.pending,
      lost: this.#collector.lost,
      overruns: sum(({ overruns }) => overruns),
      silent: sum(({ silent }) => silent.length),
      late: sum(({ late }) => late.length),
    }
  }

  downLinks(): DownLink[] {
    return [...this.#links.values()].flatMap(({ planned, outage: { current } }) =>
      current ? [{ link: planned.id, ...current, devices: planned.devices.map(({ id }) => id) }] : [],
    )
  }

  property(device: string, property: string): KnownProperty | undefined {
    const known = this.#devices.get(device)
    const point = known?.device.points.find((each) => each.property.id === property)
    if (!known || !point) return undefined
    const { step } = point
    return {
      property: point.property,
      profile: known.device.profile,
      ...(step === undefined ? {} : { step }),
    }
  }

  async readNow(
    device: string,
    properties: readonly string[],
    { signal }: { readonly signal: AbortSignal },
  ): Promise<ReadonlyMap<string, PointResult>> {
    const points = properties.map((property) => this.#point(device, property))
    const results = await this.#linkOf(device).actor.readNow(device, points, signal)
    return new Map(results.map((result, i) => [properties[i] ?? '', result]))
  }

  async write(
    device: string,
    property: string,
    value: Value,
    options: WriteOptions,
  ): Promise<{ readonly writtenAt: number }> {
    const point = this.#point(device, property)
    return this.#linkOf(device).actor.write(device, point, value, options)
  }

  reconfigure(plan: AcquisitionPlan): Promise<ChangeSummary> {
    return this.#inOrder(() => this.#apply(plan))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inOrder(() => Promise.resolve())
    this.#stop.abort()
    await Promise.all([...this.#links.values()].map((link) => link[Symbol.asyncDispose]()))
    await Promise.all(this.#running)
    await this.#collector.close()
  }

  async #apply(next: AcquisitionPlan): Promise<ChangeSummary> {
    const { plan, changes } = overPlan(this.#plan, next)
    this.#plan = plan
    const staying = new Map(plan.links.map((link) => [link.id, link]))
    // First what goes: a serial port that is in use can't be opened by another name.
    const leaving = [...this.#links.values()].filter(
      ({ planned }) => !sameLine(planned, staying.get(planned.id)),
    )
    await Promise.all(leaving.map((link) => this.#close(link)))
    this.#follow(plan.links.flatMap(({ devices }) => devices.flatMap(({ points }) => points)))
    this.#collector.pace(plan.telemetryMs)
    for (const planned of plan.links) {
      const link = this.#links.get(planned.id)
      if (link) link.configure(planned)
      else await this.#open(planned)
    }
    this.#devices.clear()
    for (const link of this.#links.values()) {
      for (const device of link.planned.devices) this.#devices.set(device.id, { link, device })
    }
    return changes
  }

  async #open(planned: PlannedLink): Promise<void> {
    const { clock, log, facts, onDown = () => {} } = this.#options
    const link = new RunningLink(planned, {
      clock,
      log: log.child({ link: planned.id }),
      memory: facts.memoryOf(planned.driver.id, planned.connection),
      onResult: (point, result) => this.#onResult(point, result),
      onDown,
    })
    this.#links.set(planned.id, link)
    await link.open()
  }

  async #close(link: RunningLink): Promise<void> {
    this.#links.delete(link.planned.id)
    await link[Symbol.asyncDispose]()
  }

  /** Points that stay are followed on as the same; of those that go nothing more is taken. */
  #follow(points: readonly PlannedPoint[]): void {
    const now = this.#options.clock.elapsed()
    const polled = points.filter(({ intervalMs }) => intervalMs !== undefined)
    const known = this.#slots.tables.length
    this.#slots.place(polled)
    for (const table of this.#slots.tables.slice(known)) this.#collector.addTable(table)
    this.#live = new Map(
      polled.map((point) => [
        point,
        this.#live.get(point) ?? new LivePoint(point, this.#slots.slotOf(point), now),
      ]),
    )
  }

  #onResult(point: PlannedPoint, result: PointResult): void {
    const live = this.#live.get(point)
    if (live) this.#hear(live, measure(point.property, result))
  }

  #hear(live: LivePoint, sample: Sample): void {
    const { device, property } = live.planned
    this.#options.onSample?.(device, property.id, sample)
    if (!live.hear(sample, this.#options.clock.elapsed())) return
    this.#readings += 1
    this.#collector.add(live.place.table, { slot: live.place.slot, ...sample })
  }

  async #watchSilence(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    while (!signal.aborted) {
      await sleep(clock, STALE_CHECK_MS, signal).catch(() => {})
      const now = clock.elapsed()
      for (const live of this.#live.values()) {
        if (live.stale(now)) this.#hear(live, { at: clock.now(), quality: 'stale', value: null })
      }
    }
  }

  #linkOf(device: string): RunningLink {
    const link = this.#devices.get(device)?.link
    if (!link) throw unknown('device', `there is no device ${device}`)
    return link
  }

  #point(device: string, property: string): PlannedPoint {
    const points = this.#devices.get(device)?.device.points
    if (!points) throw unknown('device', `there is no device ${device}`)
    const point = points.find((each) => each.property.id === property)
    if (!point) throw unknown('property', `${device} has no property ${property}`)
    return point
  }
}

function unknown(field: 'device' | 'property', message: string): GanzhiError {
  const remedy = 'Name one of the configuration: see ganzhi-edge status.'
  return new GanzhiError(message, { code: `unknown-${field}`, blame: 'caller', field, remedy })
}
