import { encodeEvent } from '@ganzhi/contracts/event'
import { encodePointTable } from '@ganzhi/contracts/point-table'
import { encodeBatch } from '@ganzhi/contracts/telemetry-batch'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Nats, startNats } from '@ganzhi/deploy/stack/nats'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from '../outbox/clock.ts'
import { DEFAULT_LIMITS } from '../outbox/limits.ts'
import { nodeDisk } from '../outbox/node-disk.ts'
import { openOutbox } from '../outbox/open-outbox.ts'
import type { Accepted, Outbox } from '../outbox/outbox.ts'
import { keyOf, type LedgerPeer, startLedgerPeer } from './ledger-peer.ts'
import type { Dial, Link } from './link.ts'
import { natsDial } from './nats-link.ts'
import type { PlantedDefect } from './planted-defects.ts'
import { DEFAULT_TIMING, type UplinkTiming } from './timing.ts'
import { startUplink, type Uplink } from './uplink.ts'

const GATEWAY = 'gw-1'
const log = pino({ level: process.env['GANZHI_LOG_LEVEL'] ?? 'silent' }, pino.destination(2))
const TIMING: UplinkTiming = {
  ...DEFAULT_TIMING,
  dialTimeoutMs: 2_000,
  pingMs: 1_000,
  redialMs: 200,
  publishTimeoutMs: 1_000,
  refusedMs: 200,
  stuckMs: 3_000,
  askMs: 2_000,
  overdueMs: 500,
  firstAnswerMs: 500,
  resendMs: [100, 1_000],
}
const WAIT = { timeout: 20_000, interval: 20 }

let dir: string
let port: number
let nats: Nats
let garden: AsyncDisposableStack

beforeEach(async () => {
  garden = new AsyncDisposableStack()
  dir = await mkdtemp(join(tmpdir(), 'uplink-'))
  port = await freePort()
  nats = await startNats({ storeDir: join(dir, 'nats'), port })
})

afterEach(async () => {
  await garden.disposeAsync()
  await nats.stop()
  await rm(dir, { recursive: true, force: true })
})

async function anOutbox(name = 'outbox'): Promise<Outbox> {
  return garden.use(
    await openOutbox({
      dir: join(dir, name),
      disk: nodeDisk,
      clock: systemClock,
      random: randomBytes,
      limits: DEFAULT_LIMITS,
      commit: { telemetryMs: 1 },
      log,
    }),
  )
}

function anUplink(
  outbox: Outbox,
  more: { dial?: Dial; timing?: Partial<UplinkTiming>; defect?: PlantedDefect } = {},
): Uplink {
  return garden.use(
    startUplink({
      gateway: GATEWAY,
      outbox,
      dial: more.dial ?? dialTo(`nats://127.0.0.1:${port}`),
      status: (phase) => Buffer.from(JSON.stringify({ phase })),
      clock: systemClock,
      random: Math.random,
      nonce: randomUUID,
      log,
      timing: { ...TIMING, ...more.timing },
      defect: more.defect,
    }),
  )
}

function dialTo(url: string): Dial {
  return natsDial({ servers: [url], gateway: GATEWAY, timing: TIMING })
}

async function aPeer(options: { maxBytes?: number; answers?: boolean } = {}): Promise<LedgerPeer> {
  return garden.use(await startLedgerPeer({ url: nats.url, gateway: GATEWAY, ...options }))
}

const table = { points: [{ device: 'm-1', property: 'temp', type: 'float' as const }] }
const { hash, bytes } = encodePointTable(table)

async function telemetry(outbox: Outbox, count: number): Promise<Accepted[]> {
  outbox.putTable(hash, bytes)
  const readings = (i: number) => [{ slot: 0, at: 1_763_715_600_000 + i, quality: 'good' as const, value: i }]
  return Promise.all(
    Array.from({ length: count }, (_, i) =>
      outbox.append('telemetry', encodeBatch(hash, table, readings(i)), { table: hash }),
    ),
  )
}

async function anEvent(outbox: Outbox): Promise<Accepted> {
  const incident = '01JD7Z3Q4B8Y0000000000000A'
  return outbox.append(
    'events',
    encodeEvent({
      specversion: '1.0',
      id: `${incident}.started.1`,
      source: 'test',
      type: 'cn.ganzhi.test.started',
      subject: 'm-1',
      time: '2026-11-21T08:00:00Z',
      incident,
    }),
  )
}

function expectStored(peer: LedgerPeer, lane: 'events' | 'telemetry', accepted: readonly Accepted[]): void {
  const missing = accepted.filter(
    ({ epoch, seq, sha256 }) => peer.ledger.get(keyOf({ lane, epoch, seq }))?.sha256 !== sha256,
  )
  expect(missing).toEqual([])
}

function receiptedUpTo(outbox: Outbox, lane: 'events' | 'telemetry'): number {
  return outbox.lanes().find((state) => state.lane === lane && state.epoch === outbox.epoch)?.receipted ?? 0
}

test('what the outbox accepts is stored, and the outbox learns so', async () => {
  const peer = await aPeer()
  const outbox = await anOutbox()
  anUplink(outbox)
  const accepted = await telemetry(outbox, 500)
  await vi.waitFor(() => expect(receiptedUpTo(outbox, 'telemetry')).toBe(500), WAIT)
  expectStored(peer, 'telemetry', accepted)
  expect(peer.arrivals.length).toBe(500)
  expect(peer.tables).toEqual(new Set([hash]))
})
