import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { systemClock } from '../clock.ts'
import type { LinkEvent } from '../driver.ts'
import { fakeMemory } from '../fake-memory.ts'
import { openWire } from './open-wire.ts'
import { openPty, type Pty, stablePath } from './pty.ts'
import type { ReadRequest, Request } from './request.ts'
import { type Misdeed, seeded, type SlaveOptions, UnreliableSlave } from './unreliable-slave.ts'
import type { Answer, WireOptions } from './wire.ts'

const NEVER = new AbortController().signal
const ONE: ReadRequest = { kind: 'read', unit: 1, table: 'holding', address: 0, count: 1 }
const FAST = { baudRate: 115_200 } as const

const cleanups: (() => PromiseLike<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

function open(options: WireOptions) {
  const events: LinkEvent[] = []
  const report = (event: LinkEvent) => void events.push(event)
  const wire = openWire(options, { clock: systemClock, memory: fakeMemory(), report })
  cleanups.push(() => wire[Symbol.asyncDispose]())
  const ask = (request: Request, timeoutMs = 200): Promise<Answer | Error> =>
    wire.ask(request, { timeoutMs, signal: NEVER }).catch((error: unknown) => error as Error)
  return { wire, events, ask }
}

type Slaves = Pick<SlaveOptions, 'pick' | 'value' | 'random'>
const GOOD: Slaves = { pick: () => 'right', value: (address) => address, random: seeded(1) }

/** Slaves behind a serial server that passes bytes on. */
async function overTcp(slaves: Slaves) {
  const state: { slave?: UnreliableSlave; sockets: Socket[] } = { sockets: [] }
  const slave = new UnreliableSlave({
    ...slaves,
    clock: systemClock,
    write: (bytes) => state.sockets.at(-1)?.write(bytes),
  })
  const server = createServer((socket) => {
    state.sockets.push(socket)
    socket.on('error', () => {})
    socket.on('data', (chunk) => slave.receive(chunk))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(async () => {
    for (const socket of state.sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  return {
    slave,
    sockets: state.sockets,
    options: { host: '127.0.0.1', port, framing: 'rtu', ...FAST } as const,
  }
}

/** Slaves on a pair of pseudo-terminals. */
async function overPty(slaves: Slaves) {
  const state: { pty?: Pty } = {}
  const slave = new UnreliableSlave({
    ...slaves,
    clock: systemClock,
    write: (bytes) => state.pty?.write(bytes),
  })
  const pty = await openPty((chunk) => slave.receive(chunk))
  state.pty = pty
  cleanups.push(() => pty[Symbol.asyncDispose]())
  return { slave, pty, options: { path: pty.path, ...FAST } }
}

async function linkTo(path: string) {
  const stable = await stablePath(path)
  cleanups.push(() => stable[Symbol.asyncDispose]())
  return stable
}

const LINES = [
  ['over TCP', overTcp],
  ['on a serial port', overPty],
] as const

test.each(LINES)('a unit is read and written %s', async (_, line) => {
  const { options } = await line(GOOD)
  const { ask } = open(options)
  expect(await ask({ ...ONE, address: 7, count: 2 })).toMatchObject({ bytes: Buffer.from([0, 7, 0, 8]) })
  expect(
    await ask({ kind: 'write-register', unit: 1, address: 5, bytes: Uint8Array.of(1, 2) }),
  ).toMatchObject({
    kind: 'data',
  })
})

test.each(LINES)('requests made at once go one after the other %s', async (_, line) => {
  const { options } = await line(GOOD)
  const { wire, ask } = open(options)
  const answers = await Promise.all([1, 2, 3].map((address) => ask({ ...ONE, address, count: address })))
  expect(answers.map((answer) => (answer as { bytes: Uint8Array }).bytes.length)).toEqual([2, 4, 6])
  expect(wire.depth).toBe(1)
})

const MISDEEDS: Misdeed[] = [
  'lost',
  'held',
  'twice',
  'again later',
  'flipped',
  'cut',
  'stray byte before',
  'exception',
]

test.each(LINES)('whatever slaves do %s, no value is wrong', async (_, line) => {
  const random = seeded(20_261_121)
  const any = (n: number) => Math.floor(random() * n)
  const value = (address: number, n: number) => ((address & 63) << 10) | (n & 1_023)
  const pick = () => (random() < 0.2 ? (MISDEEDS[any(MISDEEDS.length)] ?? 'lost') : 'right')
  const { slave, options } = await line({ pick, value, random })
  const { ask } = open(options)
  const outcomes = { right: 0, failed: 0 }
  for (let i = 0; i < 120; i++) {
    const address = any(60)
    const answer = await ask({ ...ONE, address, unit: 1 + any(2) }, 15)
    if (!(answer instanceof Error) && answer.kind === 'data') {
      const { n } = slave.requests.at(-1) ?? { n: -1 }
      expect(Buffer.from(answer.bytes).readUInt16BE()).toBe(value(address, n))
      outcomes.right += 1
    } else outcomes.failed += 1
  }
  expect(outcomes.right).toBeGreaterThan(30)
  expect(outcomes.failed).toBeGreaterThan(5)
})

test('a late answer that comes on the next connection is as little believed', async () => {
  const { slave, sockets, options } = await overTcp({
    ...GOOD,
    pick: ({ n }) => (n === 0 ? 'held' : 'right'),
    random: () => 0,
  })
  const { ask } = open(options)
  expect(await ask({ ...ONE, address: 7 }, 50)).toMatchObject({ code: 'no-answer' })
  sockets[0]?.destroy()
  await vi.waitFor(async () =>
    expect(await ask({ ...ONE, address: 9 })).toMatchObject({ bytes: Buffer.from([0, 9]) }),
  )
  expect(slave.requests.map(({ count }) => count)).toEqual([1, 2, 3])
})

test('a port that is pulled out and comes back is used again, with no hand on it', async () => {
  const { pty } = await overPty(GOOD)
  const stable = await linkTo(pty.path)
  const { ask, events } = open({ path: stable.path, ...FAST })
  expect(await ask(ONE)).toMatchObject({ kind: 'data' })
  await pty[Symbol.asyncDispose]()
  await vi.waitFor(async () => expect(await ask(ONE)).toMatchObject({ code: 'link-down' }))
  const again = await overPty(GOOD)
  await stable.pointTo(again.pty.path)
  await vi.waitFor(async () => expect(await ask(ONE)).toMatchObject({ kind: 'data' }), {
    timeout: 10_000,
    interval: 50,
  })
  expect(events.filter(({ kind }) => kind === 'up')).toHaveLength(2)
})

test('a port that hangs silently is found out when an answer is missing', async () => {
  const first = await overPty({ ...GOOD, pick: ({ n }) => (n === 0 ? 'right' : 'lost') })
  const stable = await linkTo(first.pty.path)
  const { ask } = open({ path: stable.path, ...FAST })
  expect(await ask(ONE)).toMatchObject({ kind: 'data' })
  const second = await overPty(GOOD)
  await stable.pointTo(second.pty.path)
  expect(await ask({ ...ONE, count: 2 }, 300)).toMatchObject({ kind: 'data' })
})

test.each([
  ['that is not there', '/dev/ttyGanzhi0', /is not there/, /Plug the adapter in, or use another port: /],
  [
    'that is no serial port',
    '/dev/null',
    /does not take 115200 baud, 8 data bits, parity none, 1 stop/,
    /line settings/,
  ],
])('a port %s is told as such, with what to do', async (_, path, message, remedy) => {
  const { ask } = open({ path, ...FAST })
  expect(await ask(ONE)).toMatchObject({
    code: 'link-down',
    field: 'connection',
    message: expect.stringMatching(message) as string,
    remedy: expect.stringMatching(remedy) as string,
  })
})

test('a port is free for others as soon as the wire is disposed of', async () => {
  const { options } = await overPty(GOOD)
  for (let i = 0; i < 5; i++) {
    const { wire, ask } = open(options)
    expect(await ask(ONE)).toMatchObject({ kind: 'data' })
    await wire[Symbol.asyncDispose]()
  }
})

test('a port that another program holds is told as such', async () => {
  const { options } = await overPty(GOOD)
  const first = open(options)
  expect(await first.ask(ONE)).toMatchObject({ kind: 'data' })
  const second = open(options)
  expect(await second.ask(ONE)).toMatchObject({
    code: 'link-down',
    message: `${options.path} is in use by another program`,
    remedy: expect.stringContaining('fuser') as string,
  })
})
