import { setTimeout as delay } from 'node:timers/promises'
import type { Lane } from '@ganzhi/contracts/record-key'
import { WAKE_RULES_SUBJECT } from '@ganzhi/contracts/subjects'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { readLane } from '../broker/lane-reader.ts'
import { type LaneStreamLimits, pendingOf } from '../broker/lane-stream.ts'
import { eventsLane, lanesNamed } from '../events/events-lane.ts'
import { evidenceLane } from '../evidence-store/evidence-lane.ts'
import type { EvidenceStore } from '../evidence-store/evidence-store.ts'
import { openGatewayIds } from '../register/gateway-ids.ts'
import type { SeriesStore } from '../series-store/series-store.ts'
import type { LaneOfGateway } from '../ledger/progress.ts'
import { openListening } from '../topology/listening.ts'
import type { Committed } from './commit-batch.ts'
import type { FaultLab } from './fail-point.ts'
import { listenToGateways } from './gateway-requests.ts'
import type { LaneWork } from './lane.ts'
import { runLane } from './lane-loop.ts'
import { persist } from './persist.ts'
import { storeTables } from './point-tables.ts'
import { announceQuarantined } from './quarantine.ts'
import { openReceipts } from './receipts.ts'
import { openStatuses } from './statuses.ts'
import { openSession } from './session.ts'
import { openTableCache } from './table-cache.ts'
import { telemetryLane } from './telemetry-lane.ts'
import { unparkAll } from './unpark.ts'

export interface IngestTiming {
  readonly receiptEveryMs: number
  readonly tailLostAfterMs: number
  readonly lockTimeoutMs: number
  readonly frozenAfterMs: number
}

export interface IngestOptions {
  /** Of the name `ganzhi-ingest`: its transactions are ended by other ingest processes when they are frozen. */
  readonly pool: Pool
  readonly connection: NatsConnection
  readonly store: SeriesStore
  readonly evidence: EvidenceStore
  readonly streams: Readonly<Record<Lane, LaneStreamLimits>>
  readonly timing: IngestTiming
  readonly lab: FaultLab
  readonly now: () => number
  readonly log: Logger
}

/** One copies its samples while another, with the same gateways perhaps, brings their latest values up to date. */
const TELEMETRY_TRANSACTIONS = 2
/** Between two looks for batches that another process parked while this one stored their table. */
const UNPARK_EVERY_MS = 30_000
/** Closing waits so long for transactions under way. */
const CLOSE_MS = 3_000

/** Runs until it is disposed of. Any number of processes may. */
export async function startIngest(options: IngestOptions): Promise<AsyncDisposable> {
  const { pool, connection, store, evidence, streams, timing, lab, now, log } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const { failPoint } = lab
  const session = await openSession({ pool, log, failPoint, ...timing })
  const gatewayIds = openGatewayIds(session)
  const tables = openTableCache(session)
  const publish = (subject: string, payload: string): void => connection.publish(subject, payload)
  const receipts = openReceipts({
    pool,
    publish,
    pendingOf: (lane) => pendingOf(connection, lane).catch(() => undefined),
    failPoint,
    log,
    signal,
    everyMs: timing.receiptEveryMs,
  })
  const statuses = openStatuses({
    pool,
    receipts,
    listening: openListening(pool, connection, () => performance.now()),
    tailLostAfterMs: timing.tailLostAfterMs,
    log,
    signal,
  })

  const tell = (lanes: readonly LaneOfGateway[]): void => {
    receipts.mark(lanes)
    const gateways = [...new Set(lanes.map(({ gateway }) => gateway))]
    if (gateways.length > 0) publish(WAKE_RULES_SUBJECT, JSON.stringify({ gateways }))
  }
  const unpark = (): Promise<void> => unparkAll({ session, tables, store, now }, tell)
  const work = <C>(
    lane: LaneWork<C>,
    transactions: number,
    named: (record: Committed<C>['held'][number]) => LaneOfGateway[] = () => [],
  ) =>
    runLane({
      work: lane,
      transactions,
      session,
      gatewayIds,
      deliveries: readLane({ connection, lane: lane.lane, limits: streams[lane.lane], log, signal }),
      storeTables: async (arrivals, generation) => {
        const broken = await storeTables(session, generation, arrivals)
        announceQuarantined(connection, broken)
        failPoint('table-stored')
        await unpark()
      },
      onCommitted: (_, { held, entered, conflicts, quarantined }) => {
        tell(held.flatMap((record) => [record.arrival.key, ...named(record)]))
        announceQuarantined(connection, quarantined)
        if (conflicts.length > 0)
          log.warn({ gateway: conflicts[0]?.arrival.key.gateway }, 'identity conflict')
        // Its table may have come and been told of while it was being parked.
        if (entered.some(({ state }) => state === 'parked')) void unpark().catch(postponed)
      },
      lab,
      log,
      signal,
    })
  const postponed = (error: unknown): void => log.info({ err: error }, 'parked batches have to wait')
  const sweep = setInterval(() => void unpark().catch(postponed), UNPARK_EVERY_MS)
  const running = [
    persist(unpark, { log, signal }),
    work(telemetryLane({ tables, store, now }), TELEMETRY_TRANSACTIONS),
    work(eventsLane(now), 1, ({ arrival, content }) => lanesNamed({ gateway: arrival.key.gateway, content })),
    work(evidenceLane(evidence, now), 1),
    receipts.done,
    statuses.done,
  ].map((part) =>
    part.catch((error: unknown) => {
      if (!signal.aborted) log.fatal({ err: error }, 'a part of ingest ended')
    }),
  )
  const listening = listenToGateways({
    connection,
    onReceiptRequest: receipts.answer,
    onStatus: statuses.take,
    log,
  })
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(sweep)
      listening[Symbol.dispose]()
      stopping.abort()
      await Promise.race([Promise.all(running), delay(CLOSE_MS, undefined, { ref: false })])
    },
  }
}
