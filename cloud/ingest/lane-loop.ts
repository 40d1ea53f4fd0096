import { GanzhiError } from '@ganzhi/contracts/error'
import type { Lane } from '@ganzhi/contracts/record-key'
import type { Logger } from 'pino'
import { epochToInt8 } from '../ledger/codes.ts'
import type { GatewayIds } from '../register/gateway-ids.ts'
import { type Arrival, type Delivery, type RecordArrival, type TableArrival, arrivalOf } from './arrival.ts'
import { type BatchLimits, inBatches } from './batching.ts'
import { type Batch, type Committed, commitBatch } from './commit-batch.ts'
import { isRefusal } from './database-refusal.ts'
import type { FaultLab } from './fail-point.ts'
import type { LaneWork, Prepared } from './lane.ts'
import { persist } from './persist.ts'
import type { IngestSession } from './session.ts'

export const BATCH_LIMITS: BatchLimits = {
  rows: 50_000,
  bytes: 16 * 1024 * 1024,
  messages: 2_000,
  waitMs: 100,
}

export interface LaneLoopOptions<Content> {
  readonly work: LaneWork<Content>
  readonly session: IngestSession
  readonly gatewayIds: GatewayIds
  /** Of the lane's stream; taken as fast as the database takes them. */
  readonly deliveries: AsyncIterable<Delivery>
  /** Point tables are stored before the batches that came with them are opened. */
  readonly storeTables: (tables: readonly TableArrival[], generation: number) => Promise<void>
  /** After the commit, before the acknowledgement. */
  readonly onCommitted: (lane: Lane, committed: Committed<Content>) => void
  readonly limits?: BatchLimits
  /** Under way at once. */
  readonly transactions: number
  readonly lab: FaultLab
  readonly log: Logger
  readonly signal: AbortSignal
}

/** While PostgreSQL works on `transactions` of them, the next batch is collected and decoded; never more than that. */
export async function runLane<Content>(options: LaneLoopOptions<Content>): Promise<void> {
  const { work, deliveries, transactions, limits = BATCH_LIMITS, lab, signal } = options
  // What failed stays in it, so that the next wait meets the error.
  const underWay = new Set<Promise<void>>()
  try {
    const arrivals = withArrival(work.lane, deliveries)
    for await (const batch of inBatches(arrivals, limits, (arrival) => weightOf(work, arrival))) {
      lab.failPoint('fetched')
      const prepared = await persist(() => prepare(options, batch), options)
      while (underWay.size >= transactions) await Promise.race(underWay)
      const settled = settle(options, batch, prepared)
      underWay.add(settled)
      settled.then(
        () => underWay.delete(settled),
        () => {},
      )
    }
    await Promise.all(underWay)
  } catch (error) {
    await Promise.allSettled(underWay)
    if (!signal.aborted) throw error
  }
}

async function* withArrival(
  lane: Lane,
  deliveries: AsyncIterable<Delivery>,
): AsyncGenerator<Arrival, void, void> {
  for await (const delivery of deliveries) yield arrivalOf(lane, delivery)
}

function weightOf<Content>(work: LaneWork<Content>, arrival: Arrival): { rows: number; bytes: number } {
  const { data } = arrival.delivery
  return { rows: arrival.kind === 'record' ? work.rowsOf(data) : 1, bytes: data.length }
}

async function prepare<Content>(
  options: LaneLoopOptions<Content>,
  arrivals: readonly Arrival[],
): Promise<Batch<Content>> {
  const { work, session, gatewayIds, storeTables } = options
  const { generation } = session
  const tables = arrivals.filter((arrival) => arrival.kind === 'table')
  if (tables.length > 0) await storeTables(tables, generation)
  const records = arrivals.filter((arrival) => arrival.kind === 'record')
  const ids = await gatewayIds.resolve([...new Set(records.map(({ key }) => key.gateway))], generation)
  const registered = records.map((arrival) => ({
    arrival,
    gatewayId: ids.get(arrival.key.gateway) as number,
  }))
  const opened = await work.open(registered, generation)
  const prepared = registered.map(({ arrival, gatewayId }, i): Prepared<Content> => {
    const content = opened[i] as (typeof opened)[number]
    const { state, at, rows } = content
    return { ...content, arrival, entry: { ...entryKey(arrival, gatewayId), state, at, rows } }
  })
  return { generation, records: prepared, refused: arrivals.filter((arrival) => arrival.kind === 'refused') }
}

function entryKey(
  arrival: RecordArrival,
  gatewayId: number,
): Omit<Prepared<unknown>['entry'], 'state' | 'at' | 'rows'> {
  const { key, sha256, delivery } = arrival
  return {
    gatewayId,
    lane: key.lane,
    epoch: epochToInt8(key.epoch),
    seq: key.seq,
    sha256,
    body: delivery.data,
  }
}

async function settle<Content>(
  options: LaneLoopOptions<Content>,
  arrivals: readonly Arrival[],
  prepared: Batch<Content>,
): Promise<void> {
  const { session } = options
  let batch = prepared
  await persist(async () => {
    if (batch.generation !== session.generation) batch = await prepare(options, arrivals)
    await commitDivided(options, batch)
  }, options)
  for (const arrival of arrivals) if (arrival.kind === 'table') arrival.delivery.ack()
}

/** What PostgreSQL refuses is halved until the one record that it can't store stands alone, and is quarantined. */
async function commitDivided<Content>(
  options: LaneLoopOptions<Content>,
  batch: Batch<Content>,
): Promise<void> {
  try {
    await commitAndAck(options, batch)
  } catch (error) {
    if (!isRefusal(error)) throw error
    const [only, ...more] = batch.records
    if (!only || only.state === 'quarantined') throw unstorable(error)
    if (more.length === 0) return commitAndAck(options, { ...batch, records: [asPoison(only, error)] })
    const middle = batch.records.length >> 1
    await commitDivided(options, { ...batch, records: batch.records.slice(0, middle) })
    await commitDivided(options, { ...batch, records: batch.records.slice(middle), refused: [] })
  }
}

async function commitAndAck<Content>(
  options: LaneLoopOptions<Content>,
  batch: Batch<Content>,
): Promise<void> {
  const { work, session, lab, onCommitted } = options
  const arrivals = [...batch.records.map(({ arrival }) => arrival), ...batch.refused]
  if (lab.defect === 'ack-before-commit') for (const { delivery } of arrivals) delivery.ack()
  const committed = await commitBatch(session, work, batch, lab)
  lab.failPoint('committed')
  onCommitted(work.lane, committed)
  for (const [i, { delivery }] of arrivals.entries()) {
    delivery.ack()
    if (i === arrivals.length >> 1) lab.failPoint('acked-some')
  }
  lab.failPoint('acked')
}

function asPoison<Content>({ arrival, entry }: Prepared<Content>, error: unknown): Prepared<Content> {
  const reason = `PostgreSQL refuses it: ${error instanceof Error ? error.message : String(error)}`
  const lost = { state: 'quarantined', at: entry.at, rows: 0 } as const
  return { ...lost, arrival, reason, entry: { ...entry, ...lost } }
}

function unstorable(cause: unknown): GanzhiError {
  return new GanzhiError('not even the quarantine takes it', {
    code: 'unstorable',
    blame: 'ours',
    remedy: 'Look at the cause: this lane stands still until it is gone.',
    retryable: true,
    cause,
  })
}
