import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { LinkEvent } from '../driver.ts'
import { manualClock } from '../manual-clock.ts'
import type { LineListener } from './byte-line.ts'
import type { ReadRequest, Request } from './request.ts'
import { RtuConversation } from './rtu-conversation.ts'
import { type Misdeed, seeded, type SlaveOptions, UnreliableSlave } from './unreliable-slave.ts'
import type { Answer } from './wire.ts'

const NEVER = new AbortController().signal
const ONE: ReadRequest = { kind: 'read', unit: 1, table: 'holding', address: 0, count: 1 }

/** A line without a wire: what is written on one side is there on the other. */
function setUp(slaveOptions: Partial<SlaveOptions> = {}) {
  const clock = manualClock()
  const events: LinkEvent[] = []
  let listener: LineListener | undefined
  const slave = new UnreliableSlave({
    clock,
    write: (bytes) => listener?.onData(bytes),
    pick: () => 'right',
    value: (address) => address,
    random: seeded(1),
    ...slaveOptions,
  })
  const line = {
    write: (bytes: Uint8Array) => setImmediate(() => slave.receive(bytes)),
    listen: (given: LineListener) => void (listener = given),
    close: () => Promise.resolve(),
    lost: () => undefined,
  }
  const timing = { byteMs: 1, silenceMs: 4, drainMs: 25, paced: true, debts: new Map() }
  const conversation = new RtuConversation(line, timing, {
    clock,
    report: (event) => void events.push(event),
    onClose: () => {},
  })
  /** Lets time pass until the answer, or the error, is there. */
  async function ask(request: Request): Promise<Answer | Error> {
    const state = { over: false }
    const asking = conversation
      .ask(request, { timeoutMs: 1_000, signal: NEVER })
      .catch((error: unknown) => error as Error)
      .finally(() => (state.over = true))
    while (!state.over) await clock.advance(5)
    return await asking
  }
  const read = (change: Partial<ReadRequest> = {}) => ask({ ...ONE, ...change })
  const inject = async (hex: string) => {
    listener?.onData(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
    await turn()
  }
  return { clock, events, slave, conversation, ask, read, inject }
}

function registersOf(answer: Answer | Error): number[] | string {
  if (answer instanceof Error) return (answer as Error & { code: string }).code
  if (answer.kind === 'exception') return `exception ${answer.code}`
  const data = Buffer.from(answer.bytes)
  return Array.from({ length: data.length / 2 }, (_, i) => data.readUInt16BE(i * 2))
}

function script(...misdeeds: Misdeed[]): Pick<SlaveOptions, 'pick' | 'random'> {
  return { pick: ({ n }) => misdeeds[n] ?? 'right', random: () => 0 }
}

function bodies({ slave }: { slave: UnreliableSlave }): string[] {
  return slave.requests.map(({ code, address, count }) => `${code}@${address}+${count}`)
}

test('a read is answered', async () => {
  const { read } = setUp()
  expect(registersOf(await read({ address: 7, count: 3 }))).toEqual([7, 8, 9])
})

test('after an answer that did not come, something else is asked first, so that it can come late and harm nobody', async () => {
  const line = setUp(script('held', 'right'))
  expect(registersOf(await line.read({ address: 7 }))).toBe('no-answer')
  expect(registersOf(await line.read({ address: 9 }))).toEqual([9])
  expect(bodies(line)).toEqual(['3@7+1', '3@9+2', '3@9+3'])
  expect(line.events).toEqual([{ kind: 'discarded', why: 'late' }])
})

test('a late answer that others have overtaken is not taken for one of a later request', async () => {
  const line = setUp(script('overtaken'))
  expect(registersOf(await line.read({ address: 7 }))).toBe('no-answer')
  expect(registersOf(await line.read({ address: 9 }))).toEqual([9])
  expect(line.events).toEqual([{ kind: 'discarded', why: 'late' }])
})

test('for a while after an answer did not come, a little more is read than is wanted, as long as the unit takes it', async () => {
  const line = setUp({ pick: ({ n, count }) => (n === 0 ? 'lost' : count > 2 ? 'exception' : 'right') })
  await line.read({ address: 7 })
  expect(registersOf(await line.read({ address: 9 }))).toEqual([9])
  expect(registersOf(await line.read({ address: 8 }))).toEqual([8])
  expect(bodies(line)).toEqual(['3@7+1', '3@9+2', '3@9+3', '3@9+1', '3@8+1'])
})

test('a unit that is silent to what is too long for it is read all the same', async () => {
  const line = setUp({ pick: ({ n, count }) => (n === 0 || count > 2 ? 'lost' : 'right') })
  await line.read({ address: 7 })
  const outcomes: (number[] | string)[] = []
  for (let i = 0; i < 4; i++) outcomes.push(registersOf(await line.read({ address: 9 })))
  expect(outcomes).toEqual(['no-answer', 'no-answer', [9], [9]])
})

test('what did not come is no longer looked out for when it is long ago', async () => {
  const line = setUp(script('lost'))
  await line.read({ address: 7 })
  for (let i = 0; i < 10; i++) await line.read({ address: 9 })
  await line.clock.advance(3_000)
  await line.read({ address: 9 })
  await line.read({ address: 9 })
  expect(bodies(line).at(-1)).toBe('3@9+1')
})

test('a read that its answer can be told by needs no question before it', async () => {
  const line = setUp(script('held', 'right'))
  expect(registersOf(await line.read({ address: 7 }))).toBe('no-answer')
  expect(registersOf(await line.read({ address: 9, count: 2 }))).toEqual([9, 10])
  expect(bodies(line)).toEqual(['3@7+1', '3@9+2'])
})

test('the question before it asks for a part of what the unit is known to take', async () => {
  const line = setUp(script('right', 'lost'))
  await line.read({ address: 100, count: 10 })
  await line.read({ address: 200, count: 10 })
  expect(registersOf(await line.read({ address: 300, count: 10 }))).toEqual(
    Array.from({ length: 10 }, (_, i) => 300 + i),
  )
  expect(bodies(line).slice(2)).toEqual(['3@100+1', '3@300+11'])
})

test('a late exception is not taken for that of another request of its function', async () => {
  const line = setUp({
    pick: ({ n }) => {
      if (n === 1) setImmediate(() => void line.inject('01 83 02 c0f1'))
      return n < 2 ? 'lost' : 'right'
    },
  })
  await line.read({ address: 7 })
  expect(registersOf(await line.read({ address: 9, count: 2 }))).toEqual([9, 10])
  expect(bodies(line)).toEqual(['3@7+1', '3@9+2', '4@9+1', '3@9+2'])
})

test('a unit that says it is busy may still send the answer itself, to nobody', async () => {
  const line = setUp({
    pick: ({ n }) => {
      if (n === 0) setImmediate(() => void line.inject('01 83 06 c132'))
      if (n === 1) setImmediate(() => void line.inject('01 03 02 dead 2059'))
      return n === 0 ? 'lost' : 'right'
    },
  })
  expect(registersOf(await line.read({ address: 7 }))).toBe('exception 6')
  expect(registersOf(await line.read({ address: 9 }))).toEqual([9])
  expect(bodies(line)).toEqual(['3@7+1', '3@9+2', '3@9+1'])
})

test('a unit that stays silent is asked one harmless thing at a time, and never the awaited one', async () => {
  const line = setUp({ pick: ({ n }) => (n < 6 ? 'lost' : 'right') })
  for (let i = 0; i < 6; i++) expect(registersOf(await line.read({ address: 9 }))).toBe('no-answer')
  expect(bodies(line).filter((body) => body === '3@9+1')).toHaveLength(1)
  expect(registersOf(await line.read({ address: 9 }))).toEqual([9])
})

test('a write is not sent while an older answer could be taken for its own', async () => {
  const line = setUp(script('right', 'lost'))
  const write: Request = { kind: 'write-register', unit: 1, address: 5, bytes: Uint8Array.of(0, 1) }
  await line.read()
  expect(registersOf(await line.ask(write))).toBe('no-answer')
  expect(registersOf(await line.ask(write))).toEqual([])
  expect(bodies(line)).toEqual(['3@0+1', '6@5+1', '3@5+2', '6@5+1'])
})

test('an answer in the bytes of the last one is believed only when it comes again behind something else', async () => {
  const line = setUp({ ...script('again later', 'lost'), value: () => 0 })
  expect(registersOf(await line.read({ address: 1 }))).toEqual([0])
  expect(registersOf(await line.read({ address: 2 }))).toEqual([0])
  expect(bodies(line)).toEqual(['3@1+1', '3@2+1', '3@2+2', '3@2+1'])
})

test('a unit whose equal answers were never a repetition is soon trusted', async () => {
  const line = setUp({ value: () => 0 })
  for (let i = 0; i < 40; i++) expect(registersOf(await line.read({ address: i }))).toEqual([0])
  const before = line.slave.requests.length
  for (let i = 0; i < 10; i++) expect(registersOf(await line.read({ address: i }))).toEqual([0])
  expect(line.slave.requests.length - before).toBe(10)
})

test('an adapter that hands us what we send is seen through, for writes too', async () => {
  const line = setUp({ echoes: true })
  const write: Request = { kind: 'write-register', unit: 1, address: 5, bytes: Uint8Array.of(0, 1) }
  expect(registersOf(await line.ask(write))).toEqual([])
  expect(registersOf(await line.read({ address: 4 }))).toEqual([4])
  expect(line.events).toEqual([])
})

test('with an adapter that echoes, the echo of a write is not its acknowledgement', async () => {
  const line = setUp({ echoes: true, pick: ({ code }) => (code === 6 ? 'lost' : 'right') })
  await line.read()
  const write: Request = { kind: 'write-register', unit: 1, address: 5, bytes: Uint8Array.of(0, 1) }
  expect(registersOf(await line.ask(write))).toBe('no-answer')
})

test.each<[Misdeed, string | number[]]>([
  ['flipped', 'bad-reply'],
  ['stray byte before', [7]],
  ['other unit before', [7]],
  ['twice', [7]],
  ['exception', 'exception 2'],
])('an answer that is %s gives %o', async (misdeed, outcome) => {
  const { read } = setUp({ ...script(misdeed), random: () => 0.5 })
  expect(registersOf(await read({ address: 7 }))).toEqual(outcome)
  expect(registersOf(await read({ address: 8 }))).toEqual([8])
})

test('a line on which something always comes is told as such, and is not written to', async () => {
  const { clock, slave, read, inject } = setUp()
  const state = { over: false }
  const asking = read().finally(() => (state.over = true))
  while (!state.over) {
    await inject('55')
    await clock.advance(5)
  }
  expect(await asking).toMatchObject({ code: 'link-down', message: 'the line is never quiet' })
  expect(slave.requests).toEqual([])
})

const MISDEEDS: Misdeed[] = [
  'lost',
  'late',
  'held',
  'twice',
  'again later',
  'flipped',
  'cut',
  'stray byte before',
  'other unit before',
  'exception',
]

test.each(Array.from({ length: 40 }, (_, seed) => seed))(
  'whatever slaves do to their answers, no value is that of another request or of an older one (seed %i)',
  async (seed) => {
    const random = seeded(seed * 7_919 + 1)
    const any = (n: number) => Math.floor(random() * n)
    const share = [0.1, 0.3, 0.6][seed % 3] ?? 0.3
    // Half of the runs tell the number of the request, the others are full of equal values.
    const value =
      seed % 2
        ? (address: number) => address % 3
        : (address: number, n: number) => (address << 10) | (n & 1_023)
    const pick = () => (random() < share ? (MISDEEDS[any(MISDEEDS.length)] ?? 'lost') : 'right')
    const line = setUp({ pick, value, random })
    const outcomes = { right: 0, failed: 0 }
    for (let i = 0; i < 150; i++) {
      const count = 1 + any(2)
      const request: Request = {
        ...ONE,
        unit: 1 + any(2),
        table: any(4) === 0 ? 'input' : 'holding',
        address: any(60),
        count,
      }
      const answer = await line.ask(request)
      const { n } = line.slave.requests.at(-1) ?? { n: -1 }
      if (!(answer instanceof Error) && answer.kind === 'data') {
        expect(registersOf(answer)).toEqual(
          Array.from({ length: count }, (_, k) => value(request.address + k, n)),
        )
        outcomes.right += 1
      } else outcomes.failed += 1
    }
    expect(outcomes.right).toBeGreaterThan(share > 0.5 ? 5 : 40)
  },
)
