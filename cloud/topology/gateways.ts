import type { ClientBase } from 'pg'
import type { LedgerLane } from '../ledger/codes.ts'
import { GatewayHearing } from './hearing.ts'
import {
  type Circumstances,
  type Followed,
  type Reach,
  type RecordNews,
  type Report,
  type Unreached,
  followReach,
} from './reach.ts'
import { readLinks, saveLinks } from './link-rows.ts'
import { type LinkUnreached, followLinks } from './links.ts'
import { followRecords } from './reach-by-records.ts'
import { readReaches, saveReaches } from './reach-rows.ts'
import { readComplete, readListening, readReports } from './reports.ts'
import { ITSELF, nameOfLink } from './target-name.ts'

export interface Gateway {
  readonly gatewayId: number
  readonly gateway: string
}

/** A gateway itself or a link of it, by its name among the devices. */
export interface GatewayTarget extends Gateway {
  readonly device: string
}

/** A record that rules have taken. */
export interface TakenRecord extends Gateway {
  readonly lane: LedgerLane
  readonly epoch: string
  readonly seq: number
  /** By the gateway's clock, and by the platform's. */
  readonly at: number
  readonly arrivedAt: number
}

export interface GatewaysFollowed {
  /** That are heard of for the first time. */
  readonly met: readonly GatewayTarget[]
  /** That are heard further than before, and those that were not heard of for a time, or are not any more, or a link of which. */
  readonly moved: ReadonlySet<number>
  readonly changed: ReadonlySet<number>
}

type TurnOf = Pick<Circumstances, 'judgedAt' | 'clock' | 'behind'>

interface Known {
  readonly hearing: GatewayHearing
  reach?: Reach
  report?: Report
  /** Those that are down. */
  links: readonly LinkUnreached[]
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

  /** As the last turn left them. Answers with those that were ever heard of, and their links that were down. */
  async load(tx: ClientBase, clock: number): Promise<GatewayTarget[]> {
    const reaches = await readReaches(tx, this.#partition, clock)
    const links = await readLinks(tx, this.#partition, clock)
    return reaches.flatMap(({ gatewayId, gateway, reach, spans }) => {
      const known = this.#of(gatewayId)
      const { hearing } = known
      const ofLinks = links.get(gatewayId) ?? []
      for (const span of spans) hearing.note(span)
      for (const span of ofLinks) hearing.noteLink(span)
      known.links = ofLinks.filter(({ until }) => until === undefined)
      this.#enter(gatewayId, reach)
      hearing.settle()
      const names = new Set([ITSELF, ...ofLinks.map(({ link }) => nameOfLink(link))])
      return [...names].map((device) => ({ gatewayId, gateway, device }))
    })
  }

  /** One that never reports is heard as far as one likes. */
  hearing(gatewayId: number): GatewayHearing {
    return this.#of(gatewayId).hearing
  }

  /** What a turn has heard, after all that it takes is noted as taken: written where it changes something. */
  async follow(tx: ClientBase, turn: TurnOf, taken: readonly TakenRecord[]): Promise<GatewaysFollowed> {
    for (const { hearing } of this.#known.values()) hearing.settle()
    const reports = await this.#reports(tx)
    for (const { gatewayId, report } of reports) this.#of(gatewayId).report = report
    const telemetry = taken.filter(({ lane }) => lane === 'telemetry')
    const records = Map.groupBy(telemetry, ({ gatewayId }) => gatewayId)
    for (const gatewayId of records.keys()) this.#of(gatewayId)
    const names = new Map([...telemetry, ...reports].map((each) => [each.gatewayId, each.gateway]))
    const around = { ...turn, listening: await readListening(tx) }
    const complete = await readComplete(tx, this.#owing(records))
    const met: GatewayTarget[] = []
    const changed = new Map<number, Reach>()
    const moved = new Set<number>()
    const spans = new Map<number, Unreached>()
    for (const [gatewayId, known] of this.#known) {
      const { reach: before } = known
      known.complete = complete.get(gatewayId) ?? known.complete
      const followed = followedBy(known, records.get(gatewayId) ?? [], around)
      if (!followed) continue
      const { reach, span } = followed
      if (!before) met.push({ gatewayId, gateway: names.get(gatewayId) ?? '', device: ITSELF })
      if (!isSame(before, reach)) changed.set(gatewayId, reach)
      if (!isSame(before, reach) || before?.aliveAt !== reach.aliveAt) moved.add(gatewayId)
      if (span) {
        spans.set(gatewayId, span)
        known.hearing.note(span)
      }
      this.#enter(gatewayId, reach)
    }
    await saveReaches(tx, changed, spans, this.#retentionDays)
    const links = new Map<number, readonly LinkUnreached[]>()
    for (const { gatewayId, gateway, report } of reports) {
      const found = this.#followLinks(gatewayId, report, turn.judgedAt)
      if (found.length === 0) continue
      links.set(gatewayId, found)
      moved.add(gatewayId)
      met.push(...found.map(({ link }) => ({ gatewayId, gateway, device: nameOfLink(link) })))
    }
    await saveLinks(tx, links, this.#retentionDays)
    return { met, moved, changed: new Set([...spans.keys(), ...links.keys()]) }
  }

  #followLinks(gatewayId: number, report: Report, judgedAt: number): readonly LinkUnreached[] {
    const known = this.#of(gatewayId)
    const { hearing, links: open } = known
    const found = followLinks(open, report, Math.min(judgedAt, hearing.judgedTo))
    for (const span of found) hearing.noteLink(span)
    const isOver = ({ link, from }: LinkUnreached): boolean =>
      found.some((span) => span.until !== undefined && span.link === link && span.from === from)
    known.links = [...open, ...found].filter((span) => !isOver(span))
    return found
  }

  async #reports(tx: ClientBase): Promise<Awaited<ReturnType<typeof readReports>>> {
    const known = (id: number): number | undefined => this.#known.get(id)?.report?.arrivedAt
    const reports = await readReports(tx, this.#partition, this.#reportedAt, known)
    this.#reportedAt = Math.max(this.#reportedAt, ...reports.map(({ report }) => report.arrivedAt))
    return reports
  }

  /** Those that report, and of which records came or are missing. */
  #owing(records: ReadonlyMap<number, unknown>): Map<number, Reach> {
    const owing = new Map<number, Reach>()
    for (const [gatewayId, { reach, report, complete }] of this.#known) {
      if (!reach || reach.unreported || reach.silentAt !== undefined) continue
      if (records.has(gatewayId) || (report && report.head > complete)) owing.set(gatewayId, reach)
    }
    return owing
  }

  #of(gatewayId: number): Known {
    let known = this.#known.get(gatewayId)
    if (!known)
      this.#known.set(gatewayId, (known = { hearing: new GatewayHearing(), links: [], complete: 0 }))
    return known
  }

  #enter(gatewayId: number, reach: Reach): void {
    const known = this.#of(gatewayId)
    if (known.reach?.epoch !== reach.epoch || known.reach.base !== reach.base) known.complete = reach.base
    known.reach = reach
    const tells = reach.silentAt === undefined && reach.unreported?.reports !== 'never'
    known.hearing.know({
      ofDevices: tells ? reach.heardAt : Infinity,
      ofItself: tells ? reach.aliveAt : Infinity,
    })
  }
}

function followedBy(
  { reach, report, complete }: Known,
  records: readonly TakenRecord[],
  around: Circumstances,
): Followed | undefined {
  if (!report) return followRecords(reach, newsOf(records, records), around)
  const own = records.filter(({ epoch, seq }) => reach && epoch === reach.epoch && seq > reach.base)
  const whole = own.filter(({ seq }) => seq <= complete)
  return followReach(reach, { report, complete, ...newsOf(own, whole) }, around)
}

function newsOf(came: readonly TakenRecord[], whole: readonly TakenRecord[]): RecordNews {
  const latest = (times: readonly number[]): number => times.reduce((a, b) => Math.max(a, b))
  return {
    ...(came.length > 0 && { recordArrivedAt: latest(came.map(({ arrivedAt }) => arrivedAt)) }),
    ...(whole.length > 0 && { recordAt: latest(whole.map(({ at, arrivedAt }) => Math.min(at, arrivedAt))) }),
  }
}

function isSame(before: Reach | undefined, after: Reach): boolean {
  return (
    before?.epoch === after.epoch &&
    before.base === after.base &&
    before.heardAt === after.heardAt &&
    before.silentAt === after.silentAt &&
    before.unreported?.reports === after.unreported?.reports
  )
}
