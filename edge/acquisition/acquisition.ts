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
}

export interface Acquisition extends AsyncDisposable {
  readonly tables: readonly PointTable[]
  status(): AcquisitionStatus
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
