import { encodeEvent } from '@ganzhi/contracts/event'
import { encodePointTable } from '@ganzhi/contracts/point-table'
import { encodeBatch } from '@ganzhi/contracts/telemetry-batch'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Nats, startNats } from '@ganzhi/deploy/stack/nats'
import { connect } from '@nats-io/transport-node'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from 'node:net'
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
import type { Dial } from './link.ts'
import { natsDial } from './nats-link.ts'
import type { PlantedDefect } from './planted-defects.ts'
import { DEFAULT_TIMING, type UplinkTiming } from './timing.ts'
import { type Tampering, tamperedWith } from './tampered-link.ts'
import { startUplink, type Uplink } from './uplink.ts'
import { DEFAULT_WINDOW, type WindowLimits } from './window.ts'

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
  more: {
    dial?: Dial
    timing?: Partial<UplinkTiming>
    window?: Partial<WindowLimits>
    defect?: PlantedDefect
  } = {},
): Uplink {
  return garden.use(
    startUplink({
      gateway: GATEWAY,
      outbox,
      dial: more.dial ?? dialTo(`nats://127.0.0.1:${port}`),
      status: (phase) => Buffer.from(JSON.stringify({ phase })),
      onCommand: async (request) => Buffer.from(`done: ${Buffer.from(request).toString()}`),
      clock: systemClock,
      random: Math.random,
      nonce: randomUUID,
      log,
      timing: { ...TIMING, ...more.timing },
      window: { ...DEFAULT_WINDOW, ...more.window },
      defect: more.defect,
    }),
  )
}

function dialTo(url: string): Dial {
  return natsDial({ servers: [url], gateway: GATEWAY, timing: TIMING })
}

function tampered(): Tampering {
  return tamperedWith(dialTo(`nats://127.0.0.1:${port}`))
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
  const stored = accepted.filter(
    ({ epoch, seq, sha256 }) => peer.ledger.get(keyOf({ lane, epoch, seq }))?.sha256 === sha256,
  )
  expect(stored.length).toBe(accepted.length)
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

test('a command is answered on its own subject, also over the next connection', async () => {
  const { dial, links } = tampered()
  anUplink(await anOutbox(), { dial })
  const cloud = await connect({ servers: nats.url })
  garden.defer(() => cloud.close())
  const answer = () =>
    cloud.request('gz.v1.gw-1.command', 'open', { timeout: 5_000 }).then((message) => message.string())
  await vi.waitFor(async () => expect(await answer()).toBe('done: open'), WAIT)
  links[0]?.close('test')
  await vi.waitFor(() => expect(links.length).toBe(2), WAIT)
  await vi.waitFor(async () => expect(await answer()).toBe('done: open'), WAIT)
})

test('what was accepted before the agent was killed is sent under its old epoch', async () => {
  const peer = await aPeer()
  const before = await anOutbox()
  const accepted = await telemetry(before, 50)
  await before[Symbol.asyncDispose]()
  const outbox = await anOutbox()
  expect(outbox.epoch).not.toBe(before.epoch)
  const uplink = anUplink(outbox)
  await vi.waitFor(() => expectStored(peer, 'telemetry', accepted), WAIT)
  expect(uplink.counters.resent).toBe(0)
})

test('the backlog is not sent again when the database turns out to have it', async () => {
  const peer = await aPeer({ answers: false })
  const before = await anOutbox()
  const accepted = await telemetry(before, 200)
  const first = anUplink(before)
  await vi.waitFor(() => expectStored(peer, 'telemetry', accepted), WAIT)
  await first[Symbol.asyncDispose]()
  await before[Symbol.asyncDispose]()

  peer.answer(true)
  const outbox = await anOutbox()
  const net = tampered()
  anUplink(outbox, { dial: net.dial, timing: { firstAnswerMs: 20_000 } })
  const [fresh] = await telemetry(outbox, 1)
  await vi.waitFor(() => expectStored(peer, 'telemetry', fresh ? [fresh] : []), WAIT)
  await vi.waitFor(
    () => expect(outbox.lanes().every(({ head, receipted }) => head === receipted)).toBe(true),
    WAIT,
  )
  expect(net.published.filter(({ headers }) => headers['epoch'] === before.epoch)).toEqual([])
})

test('events and new readings overtake a backlog that fills the window', async () => {
  const peer = await aPeer()
  const outbox = await anOutbox()
  const old = await telemetry(outbox, 200)
  const net = tampered()
  net.holdAnswers = true
  anUplink(outbox, {
    dial: net.dial,
    window: { messages: 16 },
    timing: { liveMs: 20, publishTimeoutMs: 60_000, stuckMs: 60_000 },
  })
  const telemetrySent = () => net.published.filter(({ headers }) => headers['lane'] === 'telemetry').length
  await vi.waitFor(() => expect(telemetrySent()).toBeGreaterThanOrEqual(4), WAIT)
  const event = await anEvent(outbox)
  const [fresh] = await telemetry(outbox, 1)
  await vi.waitFor(() => {
    const seqs = net.published.map(({ headers }) => `${headers['lane']}.${headers['seq']}`)
    expect(seqs).toContain(`events.${event.seq}`)
    expect(seqs).toContain(`telemetry.${fresh?.seq}`)
  }, WAIT)
  expect(telemetrySent()).toBeLessThanOrEqual(16)
  net.releaseAnswers()
  await vi.waitFor(() => expectStored(peer, 'telemetry', [...old, ...(fresh ? [fresh] : [])]), WAIT)
  await vi.waitFor(() => expectStored(peer, 'events', [event]), WAIT)
})

test('a broker that is killed and comes back empty costs a re-send and nothing else', async () => {
  const peer = await aPeer()
  const outbox = await anOutbox()
  const net = tampered()
  const uplink = anUplink(outbox, { dial: net.dial })
  const early = await telemetry(outbox, 100)
  await vi.waitFor(() => expect(receiptedUpTo(outbox, 'telemetry')).toBe(100), WAIT)
  peer.hold()
  const unread = await telemetry(outbox, 300)
  await vi.waitFor(() => expect(uplink.counters.taken).toBeGreaterThanOrEqual(400), WAIT)
  process.kill(nats.pid, 'SIGKILL')
  await nats.exited
  await rm(join(dir, 'nats'), { recursive: true, force: true })
  const offline = await telemetry(outbox, 100)
  nats = await startNats({ storeDir: join(dir, 'nats'), port })
  await vi.waitFor(() => peer.createStreams(), WAIT)
  peer.goOn()
  await vi.waitFor(() => expectStored(peer, 'telemetry', [...early, ...unread, ...offline]), WAIT)
  await vi.waitFor(() => expect(receiptedUpTo(outbox, 'telemetry')).toBe(500), WAIT)
  const ids = net.published.flatMap(({ headers }) => headers['Nats-Msg-Id'] ?? [])
  expect(uplink.counters.resent).toBeGreaterThanOrEqual(300)
  expect(new Set(ids).size).toBeGreaterThanOrEqual(800)
})

test('records of a stream that was deleted are sent again under new ids', async () => {
  const peer = await aPeer()
  const outbox = await anOutbox()
  const net = tampered()
  const uplink = anUplink(outbox, { dial: net.dial })
  peer.hold()
  const accepted = await telemetry(outbox, 100)
  await vi.waitFor(() => expect(uplink.counters.taken).toBe(100), WAIT)
  await peer.manager.streams.delete('TELEMETRY')
  await peer.createStreams()
  peer.goOn()
  await vi.waitFor(() => expectStored(peer, 'telemetry', accepted), WAIT)
  expect(net.links.length).toBe(1)
  const idsOfFirst = net.published.flatMap(({ headers }) =>
    headers['seq'] === '1' ? [headers['Nats-Msg-Id']] : [],
  )
  expect(idsOfFirst.length).toBeGreaterThan(1)
  expect(new Set(idsOfFirst).size).toBe(idsOfFirst.length)
})

test('a tail that the broker lost is sent again even when the broker claims to hold messages', async () => {
  const peer = await aPeer()
  peer.phantoms = 1
  const outbox = await anOutbox()
  const uplink = anUplink(outbox, { timing: { askMs: 60_000, overdueMs: 100 } })
  const early = await telemetry(outbox, 10)
  await vi.waitFor(() => expect(receiptedUpTo(outbox, 'telemetry')).toBe(10), WAIT)
  peer.hold()
  const tail = await telemetry(outbox, 20)
  await vi.waitFor(() => expect(uplink.counters.taken).toBe(30), WAIT)
  await peer.manager.streams.delete('TELEMETRY')
  await peer.createStreams()
  peer.goOn()
  await vi.waitFor(() => expectStored(peer, 'telemetry', [...early, ...tail]), WAIT)
  // One to overtake the others, and then these.
  expect(uplink.counters.resent).toBeLessThanOrEqual(25)
})

test('records wait for a stream that does not exist yet', async () => {
  const peer = await aPeer()
  await peer.manager.streams.delete('TELEMETRY')
  const outbox = await anOutbox()
  const uplink = anUplink(outbox)
  const accepted = await telemetry(outbox, 20)
  await vi.waitFor(() => expect(uplink.counters.refused).toBeGreaterThanOrEqual(3), WAIT)
  await peer.createStreams()
  await vi.waitFor(() => expectStored(peer, 'telemetry', accepted), WAIT)
})

test('a full stream is waited for, one try at a time, while events go on', async () => {
  const peer = await aPeer({ maxBytes: 64 * 1024 })
  peer.hold()
  const outbox = await anOutbox()
  const uplink = anUplink(outbox, { window: { messages: 32 } })
  const accepted = await telemetry(outbox, 1_000)
  await vi.waitFor(() => expect(uplink.counters.refused).toBeGreaterThan(0), WAIT)
  const refusedAtOnce = uplink.counters.refused
  expect(refusedAtOnce).toBeLessThanOrEqual(32)
  await vi.waitFor(() => expect(uplink.counters.refused).toBeGreaterThanOrEqual(refusedAtOnce + 4), WAIT)
  const takenWhileFull = uplink.counters.taken
  const event = await anEvent(outbox)
  await vi.waitFor(() => expect(uplink.counters.taken).toBeGreaterThan(takenWhileFull), WAIT)
  peer.goOn()
  await vi.waitFor(() => expectStored(peer, 'telemetry', accepted), WAIT)
  await vi.waitFor(() => expectStored(peer, 'events', [event]), WAIT)
  // A full stream has no more tries than pauses: nothing comes near one refusal a record.
  expect(uplink.counters.refused).toBeLessThan(300)
})

test('answers that get lost cost repeats under the same id, which the stream knows', async () => {
  const peer = await aPeer({ answers: false })
  const outbox = await anOutbox()
  const net = tampered()
  net.fate = () => (net.published.length <= 60 ? 'lose-answer' : 'pass')
  const uplink = anUplink(outbox, { dial: net.dial })
  const accepted = await telemetry(outbox, 100)
  await vi.waitFor(() => expect(uplink.counters.taken).toBe(100), WAIT)
  await vi.waitFor(() => expectStored(peer, 'telemetry', accepted), WAIT)
  expect(uplink.counters.unanswered).toBeGreaterThan(0)
  expect(peer.arrivals.length).toBe(100)
})

test('a receipt frees what the broker never answered', async () => {
  const peer = await aPeer()
  const outbox = await anOutbox()
  const net = tampered()
  net.fate = () => 'lose-answer'
  anUplink(outbox, {
    dial: net.dial,
    timing: { publishTimeoutMs: 60_000, stuckMs: 60_000 },
    window: { messages: 8 },
  })
  const accepted = await telemetry(outbox, 20)
  await vi.waitFor(() => expect(receiptedUpTo(outbox, 'telemetry')).toBe(20), WAIT)
  expectStored(peer, 'telemetry', accepted)
})

test('a lower receipt counts only in answer to our nonce, and then everything since is sent again', async () => {
  const peer = await aPeer()
  const outbox = await anOutbox()
  const net = tampered()
  const uplink = anUplink(outbox, { dial: net.dial, timing: { askMs: 3_600_000 } })
  const kept = await telemetry(outbox, 40)
  await vi.waitFor(() => expect(receiptedUpTo(outbox, 'telemetry')).toBe(40), WAIT)
  const backup = new Map(peer.ledger)
  const later = await telemetry(outbox, 60)
  await vi.waitFor(() => expect(receiptedUpTo(outbox, 'telemetry')).toBe(100), WAIT)

  peer.restore(backup)
  const receiptsBefore = uplink.counters.receipts
  await peer.announce()
  await peer.announce()
  await vi.waitFor(() => expect(uplink.counters.receipts).toBeGreaterThanOrEqual(receiptsBefore + 2), WAIT)
  expect(uplink.counters.rewinds).toBe(0)
  expect(receiptedUpTo(outbox, 'telemetry')).toBe(100)

  net.links.at(-1)?.close('the test wants a new connection, which asks')
  await vi.waitFor(() => expectStored(peer, 'telemetry', [...kept, ...later]), WAIT)
  expect(uplink.counters.rewinds).toBe(1)
  expect(uplink.counters.resent).toBe(60)
})

test('a point table is sent before its first batch of a connection, and again when it is needed', async () => {
  const peer = await aPeer()
  const outbox = await anOutbox()
  const net = tampered()
  anUplink(outbox, { dial: net.dial })
  await telemetry(outbox, 3)
  await vi.waitFor(() => expect(receiptedUpTo(outbox, 'telemetry')).toBe(3), WAIT)
  expect(net.published.slice(0, 4).map(({ headers }) => headers['kind'])).toEqual([
    'table',
    'record',
    'record',
    'record',
  ])
  peer.tables.clear()
  await telemetry(outbox, 1)
  await vi.waitFor(() => expect(peer.tables).toContain(hash), WAIT)
  expect(net.links.length).toBe(1)
})

test('records whose point table nobody has are named as missing', async () => {
  const peer = await aPeer()
  const outbox = await anOutbox()
  const without = new Proxy(outbox, {
    get: (target, name) =>
      name === 'table'
        ? () => undefined
        : (Reflect.get(target, name, target)?.bind?.(target) ?? Reflect.get(target, name, target)),
  })
  anUplink(without, { timing: { askMs: 300 } })
  const accepted = await telemetry(outbox, 5)
  await vi.waitFor(() => {
    const gaps = [...peer.ledger.values()].filter(({ key }) => key.lane === 'events')
    const named = gaps.map(({ body }) => JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>)
    expect(named).toMatchObject([
      { lane: 'telemetry', firstSeq: 1, lastSeq: accepted.length, reason: 'table-lost' },
    ])
  }, WAIT)
})

test('a half-open connection is noticed and replaced', async () => {
  const peer = await aPeer()
  const relay = garden.use(await aRelay(port))
  const outbox = await anOutbox()
  const uplink = anUplink(outbox, {
    dial: dialTo(`nats://127.0.0.1:${relay.port}`),
    timing: { publishTimeoutMs: 60_000, stuckMs: 60_000 },
  })
  const before = await telemetry(outbox, 10)
  await vi.waitFor(() => expectStored(peer, 'telemetry', before), WAIT)
  relay.goSilent()
  const after = await telemetry(outbox, 10)
  await vi.waitFor(() => expectStored(peer, 'telemetry', after), WAIT)
  expect(uplink.counters.connects).toBe(2)
})

test('a connection that answers pings but takes nothing is given up', async () => {
  const peer = await aPeer()
  const outbox = await anOutbox()
  const net = tampered()
  net.fate = (_, link) => (link === 0 ? 'lose' : 'pass')
  const uplink = anUplink(outbox, { dial: net.dial, timing: { stuckMs: 1_500 } })
  const accepted = await telemetry(outbox, 10)
  await vi.waitFor(() => expectStored(peer, 'telemetry', accepted), WAIT)
  expect(uplink.counters.connects).toBe(2)
})

test('status is born once, lives and dies', async () => {
  await aPeer()
  const outbox = await anOutbox()
  const net = tampered()
  const uplink = anUplink(outbox, { dial: net.dial, timing: { statusMs: 50 } })
  const phases = () =>
    net.sent.flatMap(({ subject, body }) =>
      subject.endsWith('.status') ? [(JSON.parse(body) as { phase: string }).phase] : [],
    )
  await vi.waitFor(() => expect(phases().length).toBeGreaterThan(2), WAIT)
  net.links[0]?.close('the test wants a second connection')
  await vi.waitFor(() => expect(uplink.counters.connects).toBe(2), WAIT)
  await uplink[Symbol.asyncDispose]()
  expect(phases()[0]).toBe('birth')
  expect(phases().at(-1)).toBe('death')
  expect(phases().filter((phase) => phase !== 'alive')).toEqual(['birth', 'death'])
})

test('news does not wait for the next status', async () => {
  const net = tampered()
  const uplink = anUplink(await anOutbox(), { dial: net.dial, timing: { statusMs: 600_000 } })
  const phases = (): string[] =>
    net.sent.flatMap(({ subject, body }) =>
      subject.endsWith('.status') ? [(JSON.parse(body) as { phase: string }).phase] : [],
    )
  await expect.poll(phases, WAIT).toEqual(['birth'])
  uplink.reportSoon()
  await expect.poll(phases, WAIT).toEqual(['birth', 'alive'])
})

test('planted: deleting on the acknowledgement of the broker believes what no database has', async () => {
  const peer = await aPeer({ answers: false })
  peer.hold()
  const outbox = await anOutbox()
  anUplink(outbox, { defect: 'delete-on-puback' })
  await telemetry(outbox, 20)
  await vi.waitFor(() => expect(receiptedUpTo(outbox, 'telemetry')).toBe(20), WAIT)
  expect(peer.ledger.size).toBe(0)
})

test('planted: a number used twice puts two records under one key', async () => {
  const peer = await aPeer()
  const outbox = await anOutbox()
  const uplink = anUplink(outbox, { defect: 'reuse-seq' })
  await telemetry(outbox, 20)
  await vi.waitFor(() => expect(uplink.counters.taken).toBeGreaterThanOrEqual(20), WAIT)
  await vi.waitFor(() => expect(peer.arrivals.length).toBeGreaterThanOrEqual(20), WAIT)
  const hashes = peer.arrivals.filter(({ key }) => key.seq === 15).map(({ sha256 }) => sha256)
  expect(new Set(hashes).size).toBe(2)
})

test('planted: without the nonce a lower receipt is believed that nobody asked for', async () => {
  const peer = await aPeer()
  const outbox = await anOutbox()
  const uplink = anUplink(outbox, { defect: 'ignore-nonce', timing: { askMs: 3_600_000 } })
  await telemetry(outbox, 20)
  await vi.waitFor(() => expect(receiptedUpTo(outbox, 'telemetry')).toBe(20), WAIT)
  const some = [...peer.ledger].slice(0, 5)
  peer.restore(new Map(some))
  await peer.announce()
  await vi.waitFor(() => expect(uplink.counters.rewinds).toBeGreaterThan(0), WAIT)
})

test.each(['never-rewind', 'never-resend'] as const)(
  'planted: %s leaves a restored database without what it lost',
  async (defect) => {
    const peer = await aPeer()
    const outbox = await anOutbox()
    const uplink = anUplink(outbox, { defect, timing: { askMs: 300 } })
    await telemetry(outbox, 20)
    await vi.waitFor(() => expect(receiptedUpTo(outbox, 'telemetry')).toBe(20), WAIT)
    peer.restore(new Map([...peer.ledger].slice(0, 5)))
    const asked = peer.asked.length
    await vi.waitFor(() => expect(peer.asked.length).toBeGreaterThan(asked + 4), WAIT)
    expect(peer.ledger.size).toBe(5)
    expect(uplink.counters.resent).toBe(0)
  },
)

/** Forwards TCP until it goes silent: then old connections stay open and say nothing any more. */
async function aRelay(target: number): Promise<AsyncDisposable & { port: number; goSilent(): void }> {
  const pairs = new Set<[Socket, Socket]>()
  const server = createServer((near) => {
    const far = connectTcp(target, '127.0.0.1')
    pairs.add([near, far])
    for (const socket of [near, far]) socket.on('error', () => socket.destroy())
    near.pipe(far).pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    goSilent() {
      for (const [near, far] of pairs) {
        near.unpipe(far).resume()
        far.unpipe(near).resume()
      }
    },
    async [Symbol.asyncDispose]() {
      for (const sockets of pairs) for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
