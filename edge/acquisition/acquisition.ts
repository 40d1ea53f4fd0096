import type { PointTable } from '@ganzhi/contracts/point-table'
import type { Clock } from '@ganzhi/device-drivers/clock'
import type { PointResult } from '@ganzhi/device-drivers/driver'
import type { Logger } from 'pino'
import { Collector, type Sink } from './collector.ts'
import { LinkActor, type LinkStatus, type OpenLink } from './link-actor.ts'
import { measure } from './measure.ts'
import type { AcquisitionPlan, PlannedPoint } from './plan.ts'
import { type Sampler, sampler } from './sampler.ts'

export interface AcquisitionOptions {
  readonly plan: AcquisitionPlan
  readonly sink: Sink
  readonly clock: Clock
  readonly log: Logger
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

/** How many of each a new configuration touched. */
export interface ChangeSummary {
  readonly links: Change
  readonly devices: Change
  readonly points: Change
}
export interface Change {
  readonly added: number
  readonly removed: number
  readonly changed: number
}

export interface Acquisition extends AsyncDisposable {
  readonly tables: readonly PointTable[]
  status(): AcquisitionStatus
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
  const { plan, sink, clock, log, maxPending = 50_000 } = options
  const { tables, telemetryMs } = plan
  const collector = new Collector({ tables, sink, telemetryMs, maxPending, clock, log })
  const samplers = new Map<PlannedPoint, Sampler>()
  let readings = 0

  function onResult(point: PlannedPoint, result: PointResult): void {
    const sample = measure(point.property, result)
    const isNews = samplers.get(point) ?? sampler(point.property)
    samplers.set(point, isNews)
    if (!isNews(sample, clock.elapsed())) return
    readings += 1
    collector.add(point.table, { slot: point.slot, ...sample })
  }

  await using opened = new AsyncDisposableStack()
  const pairs: { actor: LinkActor; link: OpenLink }[] = []
  for (const planned of plan.links) {
    const actor = new LinkActor({ link: planned, clock, log: log.child({ link: planned.id }), onResult })
    const link = await planned.driver.open(planned.connection, { clock, report: actor.onEvent })
    pairs.push({ actor, link: opened.use(link) })
  }
  const stop = new AbortController()
  const running = pairs.map(({ actor, link }) => actor.run(link, stop.signal))
  running.push(collector.run(stop.signal))

  const resources = opened.move()
  return {
    tables,
    status: () => ({
      links: pairs.map(({ actor }) => actor.status),
      readings,
      pending: collector.pending,
      lost: collector.lost,
    }),
    async [Symbol.asyncDispose]() {
      stop.abort()
      await Promise.all(running)
      await collector.close()
      await resources.disposeAsync()
    },
  }
}
