import type { Lane } from '@ganzhi/contracts/record-key'
import type { ClientBase } from 'pg'
import { GatewayHearing } from './hearing.ts'
import { type Circumstances, type Reach, type Report, type Unreached, followReach } from './reach.ts'
import { readReaches, saveReaches } from './reach-rows.ts'
import { readComplete, readListening, readReports } from './reports.ts'

export interface Gateway {
  readonly gatewayId: number
  readonly gateway: string
}

/** A record that rules have taken. */
export interface TakenRecord {
  readonly gatewayId: number
  readonly lane: Lane
  readonly epoch: string
  readonly seq: number
  /** By the gateway's clock, and by the platform's. */
  readonly at: number
  readonly arrivedAt: number
}

export interface GatewaysFollowed {
  /** That report for the first time. */
  readonly met: readonly Gateway[]
  /** That are heard further than before, and those of them that were not heard of for a time, or are not any more. */
  readonly moved: ReadonlySet<number>
  readonly changed: ReadonlySet<number>
}

type TurnOf = Pick<Circumstances, 'judgedAt' | 'clock' | 'behind'>

interface Known {
  readonly hearing: GatewayHearing
  reach?: Reach
  report?: Report
  /** From its base on, up to where no record is missing. */
  complete: number
}

/** The gateways of a partition, and how far each is heard. */
export class Gateways {
  readonly #known = new Map<number, Known>()
  readonly #partition: number
  readonly #retentionDays: number
  #reportedAt = 0

  constructor(partition: number, retentionDays: number) {
    this.#partition = partition
    this.#retentionDays = retentionDays
  }

  /** As the last turn left them. Answers with those that have ever reported. */
  async load(tx: ClientBase, clock: number): Promise<Gateway[]> {
    const known = await readReaches(tx, this.#partition, clock)
    for (const { gatewayId, reach, spans } of known) {
      const { hearing } = this.#of(gatewayId)
      for (const span of spans) hearing.note(span)
      this.#enter(gatewayId, reach)
      settle(hearing)
    }
    return known
  }

  /** One that does not report is heard as far as one likes. */
  hearing(gatewayId: number): GatewayHearing {
    return this.#of(gatewayId).hearing
  }

  /** What a turn has heard, after all that it takes is noted as taken: written where it changes something. */
  async follow(tx: ClientBase, turn: TurnOf, taken: readonly TakenRecord[]): Promise<GatewaysFollowed> {
    for (const { hearing } of this.#known.values()) settle(hearing)
    const met: Gateway[] = []
    for (const { gatewayId, gateway, report } of await this.#reports(tx)) {
      const known = this.#of(gatewayId)
      if (!known.report && !known.reach) met.push({ gatewayId, gateway })
      known.report = report
    }
    const around = { ...turn, listening: await readListening(tx) }
    const records = Map.groupBy(taken, ({ gatewayId }) => gatewayId)
    const complete = await readComplete(tx, this.#owing(records))
    const changed = new Map<number, Reach>()
    const moved = new Set<number>()
    const spans = new Map<number, Unreached>()
    for (const [gatewayId, known] of this.#known) {
      const { reach: before, report } = known
      if (!report) continue
      known.complete = complete.get(gatewayId) ?? known.complete
      const news = newsOf(records.get(gatewayId) ?? [], before, known.complete)
      const { reach, span } = followReach(before, { report, complete: known.complete, ...news }, around)
      if (!isSame(before, reach)) changed.set(gatewayId, reach)
      if (!isSame(before, reach) || before?.aliveAt !== reach.aliveAt) moved.add(gatewayId)
      if (span) {
        spans.set(gatewayId, span)
        known.hearing.note(span)
      }
      this.#enter(gatewayId, reach)
    }
    await saveReaches(tx, changed, spans, this.#retentionDays)
    return { met, moved, changed: new Set(spans.keys()) }
  }

  async #reports(tx: ClientBase): Promise<Awaited<ReturnType<typeof readReports>>> {
    const known = (id: number): number | undefined => this.#known.get(id)?.report?.arrivedAt
    const reports = await readReports(tx, this.#partition, this.#reportedAt, known)
    this.#reportedAt = Math.max(this.#reportedAt, ...reports.map(({ report }) => report.arrivedAt))
    return reports
  }

  /** Those of which records came, or are missing. */
  #owing(records: ReadonlyMap<number, unknown>): Map<number, Reach> {
    const owing = new Map<number, Reach>()
    for (const [gatewayId, { reach, report, complete }] of this.#known) {
      if (!reach || reach.silentAt !== undefined) continue
      if (records.has(gatewayId) || (report && report.head > complete)) owing.set(gatewayId, reach)
    }
    return owing
  }

  #of(gatewayId: number): Known {
    let known = this.#known.get(gatewayId)
    if (!known) this.#known.set(gatewayId, (known = { hearing: new GatewayHearing(), complete: 0 }))
    return known
  }

  #enter(gatewayId: number, reach: Reach): void {
    const known = this.#of(gatewayId)
    if (known.reach?.epoch !== reach.epoch || known.reach.base !== reach.base) known.complete = reach.base
    known.reach = reach
    const isHeard = reach.silentAt === undefined
    known.hearing.ofDevices.knownTo = isHeard ? reach.heardAt : Infinity
    known.hearing.ofItself.knownTo = isHeard ? reach.aliveAt : Infinity
  }
}

function settle({ ofDevices, ofItself }: GatewayHearing): void {
  ofDevices.judgedTo = ofDevices.knownTo
  ofItself.judgedTo = ofItself.knownTo
}

function newsOf(
  records: readonly TakenRecord[],
  reach: Reach | undefined,
  complete: number,
): { recordAt?: number; recordArrivedAt?: number } {
  const own = records.filter(
    ({ lane, epoch, seq }) => lane === 'telemetry' && epoch === reach?.epoch && seq > reach.base,
  )
  if (own.length === 0) return {}
  const whole = own.filter(({ seq }) => seq <= complete)
  const latest = (times: readonly number[]): number => times.reduce((a, b) => Math.max(a, b))
  return {
    recordArrivedAt: latest(own.map(({ arrivedAt }) => arrivedAt)),
    ...(whole.length > 0 && { recordAt: latest(whole.map(({ at, arrivedAt }) => Math.min(at, arrivedAt))) }),
  }
}

function isSame(before: Reach | undefined, after: Reach): boolean {
  return (
    before?.epoch === after.epoch &&
    before.base === after.base &&
    before.heardAt === after.heardAt &&
    before.silentAt === after.silentAt
  )
}
