import { createServer } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import type { LinkEvent } from '../driver.ts'
import { systemClock } from '../clock.ts'
import { manualClock } from '../manual-clock.ts'
import { fakeMemory } from '../fake-memory.ts'
import { openWire } from './open-wire.ts'
import type { ReadRequest, Request } from './request.ts'
import { hexOf, type Script, type ScriptedServer, scriptedServer } from './scripted-server.ts'
import type { WireOptions } from './wire.ts'

const NEVER = new AbortController().signal
const ONE: ReadRequest = { kind: 'read', unit: 1, table: 'holding', address: 0, count: 1 }
const SEVEN = 'ID 0000 0005 01 03 02 0007'

const cleanups: (() => PromiseLike<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function scripted(script: Script) {
  const server = await scriptedServer(script)
  cleanups.push(() => server[Symbol.asyncDispose]())
  return server
}

async function setUp(script: Script, options: WireOptions = {}) {
  const server = await scripted(script)
  return { server, ...linkTo({ host: '127.0.0.1', port: server.port, ...options }) }
}

function linkTo(options: WireOptions) {
  const clock = manualClock()
  const events: LinkEvent[] = []
  const report = (event: LinkEvent) => void events.push(event)
  const memory = fakeMemory()
  const wire = openWire(options, { clock, report, memory })
  cleanups.push(() => wire[Symbol.asyncDispose]())
  const ask = (request: Request, signal = NEVER) => wire.ask(request, { timeoutMs: 1_000, signal })
  const read = (change: Partial<ReadRequest> = {}, signal = NEVER) => ask({ ...ONE, ...change }, signal)
  return { wire, clock, events, memory, ask, read }
}

async function received(server: ScriptedServer, n: number): Promise<void> {
  await vi.waitFor(() => expect(server.requests).toHaveLength(n))
}

function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'resolved',
    (error: unknown) => error,
  )
}

test('a reply comes with the time at which it came', async () => {
  const { read, clock } = await setUp(() => SEVEN)
  clock.setNow(1_700_000_000_000)
  expect(await read()).toEqual({
    kind: 'data',
    bytes: Buffer.from([0, 7]),
    at: 1_700_000_000_000,
    tookMs: 0,
  })
})

test('requests go one at a time, in the order they were made', async () => {
  const { server, read } = await setUp(() => undefined)
  const both = [read({ address: 1 }), read({ address: 2 })]
  await received(server, 1)
  await turn()
  expect(server.requests).toHaveLength(1)
  server.script = () => 'ID 0000 0005 01 03 02 0002'
  server.sockets[0]?.write(hexOf('ID 0000 0005 01 03 02 0001', server.requests[0]!.id))
  const answers = await Promise.all(both)
  expect(answers.map((answer) => answer.kind === 'data' && answer.bytes[1])).toEqual([1, 2])
  expect(server.requests.map(({ body }) => body)).toEqual(['010300010001', '010300020001'])
})

test('a late reply is thrown away, and never taken for the next one', async () => {
  const { server, read, clock, events } = await setUp(() => undefined)
  const first = failure(read())
  await received(server, 1)
  await clock.advance(1_000)
  expect(await first).toMatchObject({ code: 'no-answer', retryable: true })
  const lateId = server.requests[0]!.id
  server.script = (request, socket) => {
    socket.write(hexOf('ID 0000 0005 01 03 02 dead', lateId))
    return 'ID 0000 0005 01 03 02 0007'
  }
  expect(await read()).toMatchObject({ bytes: Buffer.from([0, 7]) })
  expect(events).toContainEqual({ kind: 'discarded', why: 'late' })
})

test('a frame that answers nothing is thrown away, before, after and in place of an answer', async () => {
  const { read, events } = await setUp((_, socket) => {
    socket.write(hexOf('ID 0000 0005 01 03 02 dead', 'fffe'))
    socket.write(hexOf(SEVEN, '0001'))
    return SEVEN
  })
  expect(await read()).toMatchObject({ bytes: Buffer.from([0, 7]) })
  await vi.waitFor(() => expect(events.filter(({ kind }) => kind === 'discarded')).toHaveLength(2))
})

test.each([
  ['of another unit', 'ID 0000 0005 02 03 02 0007'],
  ['of another function', 'ID 0000 0005 01 04 02 0007'],
  ['that is too short', 'ID 0000 0004 01 03 02 00'],
  ['of another length', 'ID 0000 0007 01 03 04 0007 0007'],
])('a reply %s fails its request at once, and the link goes on', async (_, reply) => {
  const { server, read } = await setUp(() => reply)
  expect(await failure(read())).toMatchObject({ code: 'bad-reply' })
  server.script = () => SEVEN
  expect(await read()).toMatchObject({ bytes: Buffer.from([0, 7]) })
  expect(server.sockets).toHaveLength(1)
})

test('after a reply that was cut a new connection is used, so that nothing is read as its rest', async () => {
  const { server, read, clock } = await setUp(() => SEVEN)
  await read()
  server.script = () => 'ID 0000 0005 01 03'
  const cut = failure(read())
  await received(server, 2)
  await clock.advance(1_000)
  expect(await cut).toMatchObject({ code: 'no-answer' })
  server.script = () => SEVEN
  expect(await read()).toMatchObject({ bytes: Buffer.from([0, 7]) })
  expect(server.sockets).toHaveLength(2)
})

test('a stream that is not Modbus is left for a new connection', async () => {
  const { server, read } = await setUp(() => SEVEN)
  await read()
  server.script = () => '48545450 2f312e31 20343030'
  expect(await failure(read())).toMatchObject({ code: 'bad-reply' })
  server.script = () => SEVEN
  expect(await read()).toMatchObject({ kind: 'data' })
  expect(server.sockets).toHaveLength(2)
})

test('one silent unit does not cost the others their connection', async () => {
  const { server, read, clock } = await setUp(({ body }) => (body.startsWith('01') ? SEVEN : undefined))
  await read()
  for (let n = 2; n < 7; n++) {
    const dead = failure(read({ unit: 9 }))
    await received(server, n)
    await clock.advance(1_000)
    expect(await dead).toMatchObject({ code: 'no-answer', field: 'unit' })
  }
  expect(await read()).toMatchObject({ kind: 'data' })
  expect(server.sockets).toHaveLength(1)
})

test('when every unit is silent the connection is taken for dead and opened anew', async () => {
  const { server, read, clock, events } = await setUp(() => undefined)
  for (let n = 1; n <= 3; n++) {
    const dead = failure(read({ unit: 1 + (n % 2) }))
    await received(server, n)
    await clock.advance(1_000)
    await dead
  }
  expect(events.at(-1)).toMatchObject({ kind: 'down', retryInMs: 500 })
  server.script = () => SEVEN
  await clock.advance(500)
  expect(await read()).toMatchObject({ kind: 'data' })
  expect(server.sockets).toHaveLength(2)
})

test('a connection that the server closed while idle is opened again for the next read', async () => {
  const { server, read, events } = await setUp(() => SEVEN)
  await read()
  server.sockets[0]?.destroy()
  await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ kind: 'down', retryInMs: 0 }))
  expect(await read()).toMatchObject({ kind: 'data' })
})

test('a connection that breaks under a request is opened again, once', async () => {
  const { server, read } = await setUp(() => SEVEN)
  await read()
  server.script = (_, socket) => void socket.destroy()
  expect(await failure(read())).toMatchObject({ code: 'link-down' })
  expect(server.requests).toHaveLength(3)
})

test('a server that is not there fails fast, and is tried again at growing intervals up to 5 s', async () => {
  const gone = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => gone.once('listening', resolve))
  const { port } = gone.address() as { port: number }
  await new Promise((resolve) => gone.close(resolve))
  const { read, clock, events } = linkTo({ host: '127.0.0.1', port })
  const waits: number[] = []
  for (let i = 0; i < 6; i++) {
    expect(await failure(read())).toMatchObject({
      code: 'link-down',
      field: 'connection',
      message: expect.stringMatching(/^no connection to 127\.0\.0\.1:\d+: .*ECONNREFUSED/) as string,
    })
    expect(await failure(read())).toMatchObject({ code: 'link-down' })
    const [last] = events.splice(0)
    if (last?.kind !== 'down') throw new Error('not down')
    waits.push(last.retryInMs)
    await clock.advance(last.retryInMs)
  }
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000])
})

test('an aborted request ends at once, and its reply is late for ever', async () => {
  const { server, events, read } = await setUp(() => undefined)
  const abort = new AbortController()
  const ended = failure(read({}, abort.signal))
  await received(server, 1)
  abort.abort(new Error('enough'))
  expect(await ended).toMatchObject({ message: 'enough' })
  server.script = () => SEVEN
  server.sockets[0]?.write(hexOf('ID 0000 0005 01 03 02 dead', server.requests[0]!.id))
  expect(await read()).toMatchObject({ bytes: Buffer.from([0, 7]) })
  expect(events).toContainEqual({ kind: 'discarded', why: 'late' })
})

test('disposing ends what is under way and what waits, and leaves no connection', async () => {
  const { server, wire, read } = await setUp(() => undefined)
  const both = [failure(read()), failure(read())]
  await received(server, 1)
  await wire[Symbol.asyncDispose]()
  for (const ended of both) expect(await ended).toMatchObject({ code: 'link-closed' })
  await vi.waitFor(() => expect(server.sockets[0]?.destroyed).toBe(true))
})

test('an error over several addresses is told as well', async () => {
  const { read } = linkTo({ host: 'localhost', port: 1 })
  expect(await failure(read())).toMatchObject({ message: expect.stringContaining('ECONNREFUSED') as string })
})

test.each([256, 4_096])('a reply that is late by %i requests is not taken for theirs', async (requests) => {
  const { server, read, clock, events } = await setUp(() => undefined)
  const first = failure(read())
  await received(server, 1)
  await clock.advance(1_000)
  await first
  const lateId = server.requests[0]?.id ?? ''
  server.script = () => SEVEN
  for (let i = 1; i < requests; i++) await read()
  server.script = (_, socket) => {
    socket.write(hexOf('ID 0000 0005 01 03 02 dead', lateId))
    return SEVEN
  }
  expect(await read()).toMatchObject({ bytes: Buffer.from([0, 7]) })
  expect(events).toContainEqual({ kind: 'discarded', why: 'late' })
})

test('an exception is an answer, and costs nobody the connection', async () => {
  const { server, read } = await setUp(({ n }) => (n === 0 ? 'ID 0000 0003 01 83 02' : SEVEN))
  expect(await read()).toMatchObject({ kind: 'exception', code: 2 })
  expect(await read()).toMatchObject({ bytes: Buffer.from([0, 7]) })
  expect(server.sockets).toHaveLength(1)
})

test('a write is never sent a second time, even when the connection breaks under it', async () => {
  const { server, ask, read } = await setUp(() => SEVEN)
  await read()
  server.script = (_, socket) => void socket.destroy()
  const write: Request = { kind: 'write-register', unit: 1, address: 5, bytes: Uint8Array.of(0, 1) }
  expect(await failure(ask(write))).toMatchObject({ code: 'link-down' })
  expect(server.requests.map(({ body }) => body)).toEqual(['010300000001', '010600050001'])
})

test('a server that takes one client at a time never sees a second connection of ours', async () => {
  const open: number[] = []
  const { server, read, clock } = await setUp(() => {
    open.push(server.sockets.filter(({ readableEnded, closed }) => !readableEnded && !closed).length)
    return undefined
  })
  while (server.sockets.length < 4) {
    const state = { over: false }
    const asking = failure(read()).finally(() => (state.over = true))
    while (!state.over) await clock.advance(100)
    await asking
    await clock.advance(1_000)
  }
  expect(new Set(open)).toEqual(new Set([1]))
})

test('between a reply and the next request there is the rest that was asked for', async () => {
  const { server, read, clock } = await setUp(() => SEVEN, { pauseMs: 100 })
  await read()
  const second = read()
  await clock.advance(99)
  expect(server.requests).toHaveLength(1)
  await clock.advance(1)
  expect(await second).toMatchObject({ kind: 'data' })
})

test('a server that works on several requests at a time is given several', async () => {
  const { port } = await scripted((request, socket) => {
    setTimeout(() => socket.write(hexOf(SEVEN, request.id)), 5)
    return undefined
  })
  const options = { clock: systemClock, memory: fakeMemory(), report: () => {} }
  const wire = openWire({ host: '127.0.0.1', port, maxDepth: 8 }, options)
  cleanups.push(() => wire[Symbol.asyncDispose]())
  const reader = async (n: number): Promise<void> => {
    while (wire.depth < 8) {
      if (n < wire.depth) await wire.ask(ONE, { timeoutMs: 1_000, signal: NEVER })
      else await turn()
    }
  }
  await Promise.all(Array.from({ length: 8 }, (_, n) => reader(n)))
  expect(wire.depth).toBe(8)
})

/** What a server may do to the reply of a request whose register holds `value`; the last one is right. */
const MISDEEDS: ((right: string, older: string) => string)[] = [
  () => '',
  (_, older) => older,
  (right, older) => older + right,
  (right) => right + right,
  (right) => right.slice(0, -4),
  (right) => right.replace('ID0000', 'ID0001'),
  (right) => right.replace('ID', 'fff0') + right,
  (right) => right.replace('0501', '0502'),
  (right) => right.replace('0103', '0104'),
  (right) => right.replace('010302', '010304'),
  () => 'ID 0000 0003 01 83 06',
  (right) => right,
  (right) => right,
  (right) => right,
]

test('whatever a server does to its replies, no value is ever that of another request', async () => {
  let random = 20_261_121
  const pick = (n: number) => {
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0
    return (random >>> 8) % n
  }
  const sent: string[] = ['']
  const { server, clock, read } = await setUp(({ id, body }) => {
    const right = `ID00000005010302${body.slice(4, 8)}`
    const misdeed = MISDEEDS[pick(MISDEEDS.length)]
    const reply = misdeed?.(right, sent[pick(sent.length)] ?? '') ?? right
    sent.push(right.replace('ID', id))
    return reply
  })
  const outcomes = { right: 0, failed: 0 }
  for (let address = 1; address <= 1_000; address++) {
    const wait = { over: false }
    const asking = read({ address }).catch(() => undefined)
    void asking.finally(() => (wait.over = true))
    while (!wait.over) await clock.advance(50)
    const answer = await asking
    if (answer?.kind === 'data') {
      expect(Buffer.from(answer.bytes).readUInt16BE()).toBe(address)
      outcomes.right += 1
    } else {
      outcomes.failed += 1
      await clock.advance(5_000)
    }
  }
  expect(server.requests.length).toBeGreaterThan(900)
  expect(outcomes.right).toBeGreaterThan(300)
  expect(outcomes.failed).toBeGreaterThan(200)
})
