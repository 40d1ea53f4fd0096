import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EncodedTable, type PointTable, encodePointTable, hashOf } from '@ganzhi/contracts/point-table'
import type { Receipt, ReceiptRequest } from '@ganzhi/contracts/receipt'
import type { Reading } from '@ganzhi/contracts/reading'
import { type Lane, type MessageIdentity, headersOf, messageId } from '@ganzhi/contracts/record-key'
import { gatewaySubject, laneSubject } from '@ganzhi/contracts/subjects'
import { encodeBatch } from '@ganzhi/contracts/telemetry-batch'
import { jetstream } from '@nats-io/jetstream'
import { type NatsConnection, headers } from '@nats-io/transport-node'
import type { Pool } from 'pg'
import pino from 'pino'
import { connectBroker } from '../broker/connection.ts'
import { openLaneStream } from '../broker/lane-stream.ts'
import { migrate } from '../database/migrate.ts'
import { openPool } from '../database/pool.ts'
import { openDirectoryStore } from '../evidence-store/directory-store.ts'
import { openSeriesStore } from '../series-store/open-series-store.ts'
import { openFaultLab } from './fail-point.ts'
import { type IngestOptions, startIngest } from './start-ingest.ts'

/** For tests: real ingest on real servers, and a gateway's side of the wire. */
export interface IngestRig extends AsyncDisposable {
  readonly pool: Pool
  readonly connection: NatsConnection
  readonly options: IngestOptions
  /** Another process as far as PostgreSQL and the broker can tell. */
  ingest(more?: Partial<IngestOptions>): Promise<AsyncDisposable>
  gateway(name?: string): RigGateway
  count(sql: string, values?: unknown[]): Promise<number>
}

const log = pino({ level: process.env['GANZHI_LOG_LEVEL'] || 'silent' }, pino.destination(2))
const STREAM = { maxBytes: 64 * 1024 ** 2, maxAckPending: 8_192, ackWaitMs: 5_000, checkEveryMs: 500 }

export async function openIngestRig(urls: { database: string; nats: string }): Promise<IngestRig> {
  const stack = new AsyncDisposableStack()
  const pool = openPool({ url: urls.database, role: 'ingest', maxConnections: 24, log })
  stack.defer(() => pool.end())
  await migrate(pool, { log })
  const store = await openSeriesStore({ pool, log })
  await store.maintain({ now: Date.now() })
  const connection = await connectBroker({ url: urls.nats, name: 'rig', log })
  stack.defer(() => connection.close())
  const evidenceDir = await mkdtemp(join(tmpdir(), 'ganzhi-evidence-'))
  stack.defer(() => rm(evidenceDir, { recursive: true }))
  const options: IngestOptions = {
    pool,
    connection,
    store,
    evidence: await openDirectoryStore(evidenceDir),
    streams: { telemetry: STREAM, events: STREAM, evidence: STREAM },
    timing: { receiptEveryMs: 20, tailLostAfterMs: 0, lockTimeoutMs: 1_000, frozenAfterMs: 3_000 },
    lab: openFaultLab({}, () => {}),
    now: Date.now,
    log,
  }
  for (const lane of ['telemetry', 'events', 'evidence'] as const)
    await openLaneStream(connection, lane, STREAM)
  return {
    pool,
    connection,
    options,
    async ingest(more) {
      const own = { ...options, ...more }
      const started = await startIngest(own)
      const disposing = { done: false }
      const end = async (): Promise<void> => {
        if (disposing.done) return
        disposing.done = true
        await started[Symbol.asyncDispose]()
      }
      stack.defer(end)
      return { [Symbol.asyncDispose]: end }
    },
    gateway: (name) => openGateway(connection, name),
    async count(sql, values = []) {
      const { rows } = await pool.query<{ n: string }>(`SELECT count(*) AS n FROM ${sql}`, values)
      return Number(rows[0]?.n)
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

export interface RigGateway {
  readonly name: string
  readonly epoch: string
  readonly table: EncodedTable
  readonly receipts: Receipt[]
  batch(readings: readonly Partial<Reading>[]): Uint8Array
  sendTable(): Promise<void>
  send(lane: Lane, seq: number, body: Uint8Array, more?: SendOptions): Promise<void>
  ask(request: Omit<ReceiptRequest, 'nonce'>): string
  told(lane: Lane, epoch?: string): { contiguous: number; holes: [number, number][] } | undefined
}

export interface SendOptions {
  readonly epoch?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly subject?: string
}

export const RIG_TABLE: PointTable = {
  points: [
    { device: 'meter-1', property: 'power', type: 'float', decimals: 1 },
    { device: 'meter-1', property: 'state', type: 'text' },
  ],
}

let attempt = 0

function openGateway(connection: NatsConnection, name = `gw-${randomBytes(6).toString('hex')}`): RigGateway {
  const epoch = randomBytes(8).toString('hex')
  const table = encodePointTable(RIG_TABLE)
  const receipts: Receipt[] = []
  connection.subscribe(gatewaySubject(name, 'receipt'), {
    callback: (_, message) => void receipts.push(message.json()),
  })
  const js = jetstream(connection)
  const publish = async (
    subject: string,
    identity: MessageIdentity,
    body: Uint8Array,
    more: SendOptions = {},
  ) => {
    const sent = headers()
    for (const [key, value] of Object.entries({ ...headersOf(identity), ...more.headers }))
      sent.set(key, value)
    const msgID =
      identity.kind === 'record' ? messageId(identity.key, attempt++) : `${identity.sha256}.${attempt++}`
    await js.publish(more.subject ?? subject, body, { headers: sent, msgID })
  }
  return {
    name,
    epoch,
    table,
    receipts,
    batch: (readings) =>
      encodeBatch(
        table.hash,
        RIG_TABLE,
        readings.map((reading) => ({
          slot: 0,
          at: Date.now(),
          quality: 'good' as const,
          value: 1.5,
          ...reading,
        })),
      ),
    sendTable: () =>
      publish(
        laneSubject(name, 'telemetry'),
        { kind: 'table', gateway: name, sha256: table.hash },
        table.bytes,
      ),
    send: (lane, seq, body, more = {}) =>
      publish(
        laneSubject(name, lane),
        {
          kind: 'record',
          key: { gateway: name, lane, epoch: more.epoch ?? epoch, seq },
          sha256: hashOf(body),
        },
        body,
        more,
      ),
    ask(request) {
      const nonce = randomBytes(8).toString('hex')
      connection.publish(gatewaySubject(name, 'receipt.get'), JSON.stringify({ ...request, nonce }))
      return nonce
    },
    told: (lane, of = epoch) =>
      receipts
        .flatMap(({ lanes }) => lanes)
        .findLast((receipt) => receipt.lane === lane && receipt.epoch === of),
  }
}
