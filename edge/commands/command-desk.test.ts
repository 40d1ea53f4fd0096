import type { Command, CommandState } from '@ganzhi/contracts/command'
import { decodeEventsRecord } from '@ganzhi/contracts/event'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { Property } from '@ganzhi/contracts/profile'
import { manualClock } from '@ganzhi/device-drivers/manual-clock'
import { pino } from 'pino'
import { beforeEach, describe, expect, test } from 'vitest'
import { type SimulatedDisk, simulatedDisk } from '../outbox/simulation/simulated-disk.ts'
import { answerRequest } from './answer-request.ts'
import { CommandDesk } from './command-desk.ts'
import { openCommandJournal } from './command-journal.ts'
import { answerLocally } from './local-request.ts'
import { type FakeDevices, fakeDevices, noAnswer } from './fake-devices.ts'

const log = pino({ level: 'silent' })
const names = { zh: '名', en: 'name' }
const PROPERTIES: Property[] = [
  { id: 'speed', names, type: 'float', access: 'rw', range: [0, 50] },
  { id: 'count', names, type: 'integer', access: 'rw' },
  { id: 'mode', names, type: 'integer', access: 'rw', labels: { '0': names, '1': names } },
  { id: 'run', names, type: 'bool', access: 'rw', dangerous: true },
  { id: 'reset', names, type: 'bool', access: 'w' },
  { id: 'level', names, type: 'float', access: 'r' },
  {
    id: 'gate',
    names,
    type: 'bool',
    access: 'rw',
    interlocks: [
      {
        property: 'level',
        atMost: 2,
        writing: true,
        reason: { zh: '水位过高', en: 'the water is too high' },
      },
    ],
  },
]

let clock: ReturnType<typeof manualClock>
let devices: FakeDevices
let disk: SimulatedDisk
let events: Map<string, CommandState[]>
let outboxTakes: () => Promise<void>
let nth = 0

beforeEach(() => {
  clock = manualClock()
  devices = fakeDevices(PROPERTIES, 0.1)
  for (const id of ['speed', 'count', 'mode', 'level']) devices.values.set(`pump-1/${id}`, 1)
  devices.values.set('pump-1/gate', false)
  disk = simulatedDisk()
  events = new Map()
  outboxTakes = () => Promise.resolve()
})

function command(more: Partial<Command> = {}): Command {
  const now = clock.now()
  return {
    id: `command-${++nth}`,
    device: 'pump-1',
    property: 'speed',
    value: 25,
    author: 'wang',
    askedAt: now,
    expiresAt: now + 60_000,
    ...more,
  }
}

/** What a kill leaves of it is in `disk`, which the next one opens. */
async function aDesk({ permit = [] as string[] } = {}): Promise<CommandDesk> {
  const journal = await openCommandJournal({ dir: 'c', disk, now: () => clock.now(), log })
  const append = async (_: string, body: Uint8Array) => {
    await outboxTakes()
    const record = decodeEventsRecord(body)
    if (record.kind !== 'command') throw new Error('not a command')
    const { step } = record.event.data
    events.set(step.command, [...(events.get(step.command) ?? []), step.state])
    return { epoch: '0'.repeat(16), seq: 1, sha256: '' }
  }
  return new CommandDesk({ gateway: 'gw-1', journal, devices, outbox: { append }, permit, clock, log })
}

function statesOf(desk: CommandDesk, { id }: Command): CommandState[] {
  const known = desk.commands.find(({ command: one }) => one.id === id)
  return known?.steps.map(({ state }) => state) ?? []
}

function endOf(desk: CommandDesk, { id }: Command) {
  return desk.commands.find(({ command: one }) => one.id === id)?.steps.at(-1)
}

async function stepsOf(desk: CommandDesk, one: Command): Promise<CommandState[]> {
  await desk.ask(one)
  await clock.advance(60_000)
  return statesOf(desk, one)
}

async function failureOf(desk: CommandDesk, more: Partial<Command>) {
  const step = await desk.ask(command(more))
  expect(step.state).toBe('failed')
  expect(devices.writes).toEqual([])
  return step.error
}

describe('a command', () => {
  test('is delivered, executed and confirmed by what the device then has, and each step is told once', async () => {
    const desk = await aDesk()
    const one = command()
    expect(await desk.ask(one)).toMatchObject({ command: one.id, state: 'delivered' })
    await clock.advance(0)
    expect(statesOf(desk, one)).toEqual(['delivered', 'executed', 'confirmed'])
    expect(endOf(desk, one)).toMatchObject({ value: 25 })
    expect(devices.writes).toEqual([{ device: 'pump-1', property: 'speed', value: 25 }])
    await expect.poll(() => events.get(one.id)).toEqual(['delivered', 'executed', 'confirmed'])
  })

  test('of the same id has the same answer and is not done again', async () => {
    const desk = await aDesk()
    const one = command()
    await Promise.all([desk.ask(one), desk.ask(one)])
    await clock.advance(0)
    expect(await desk.ask(one)).toMatchObject({ state: 'confirmed' })
    expect(devices.writes.length).toBe(1)
    await expect(desk.ask({ ...one, value: 26 })).rejects.toMatchObject({ code: 'id-taken', field: 'id' })
  })

  test.each([
    ['of a device that is not here', { device: 'lamp-1' }, 'unknown-property', 'property'],
    ['of a property that it has not', { property: 'taste' }, 'unknown-property', 'property'],
    ['of a property that is only read', { property: 'level' }, 'read-only', 'property'],
    ['beyond the range', { value: 51 }, 'out-of-range', 'value'],
    ['of another type', { value: 'fast' }, 'bad-value', 'value'],
    ['with a fraction for a whole number', { property: 'count', value: 1.5 }, 'bad-value', 'value'],
    ['that no label names', { property: 'mode', value: 7 }, 'out-of-range', 'value'],
    ['that is dangerous and not permitted', { property: 'run', value: true }, 'not-permitted', 'property'],
    [
      'on a condition of a property that is not there',
      { precondition: { property: 'taste', equals: 1 } },
      'unknown-property',
      'precondition.property',
    ],
  ])('%s is refused, and the field named', async (_, more, code, field) => {
    const error = await failureOf(await aDesk(), more)
    expect(error).toMatchObject({ code, field })
    expect(error?.remedy).toMatch(/[一-鿿].*[a-z]/)
  })

  test('that is dangerous is done where the configuration permits it, by device or by profile', async () => {
    devices.values.set('pump-1/run', false)
    for (const permit of ['pump-1/run', 'test/pump/run']) {
      const desk = await aDesk({ permit: [permit] })
      expect(await stepsOf(desk, command({ property: 'run', value: true }))).toContain('confirmed')
    }
  })

  test('takes whole numbers beyond 2^53 as digits', async () => {
    const desk = await aDesk()
    const one = command({ property: 'count', value: '9007199254740993' })
    expect(await stepsOf(desk, one)).toContain('confirmed')
    expect(devices.writes[0]?.value).toBe(9_007_199_254_740_993n)
    expect(endOf(desk, one)?.value).toBe('9007199254740993')
  })

  test('of a property that can only be written ends with the acknowledgement', async () => {
    const desk = await aDesk()
    const one = command({ property: 'reset', value: true })
    expect(await stepsOf(desk, one)).toEqual(['delivered', 'executed'])
    expect(endOf(desk, one)?.last).toBe(true)
  })
})

describe('before a write', () => {
  test('an interlock that does not hold refuses it, with its reason and what was read', async () => {
    const desk = await aDesk()
    devices.values.set('pump-1/level', 2.5)
    const one = command({ property: 'gate', value: true })
    expect(await stepsOf(desk, one)).toEqual(['delivered', 'failed'])
    expect(endOf(desk, one)?.error).toMatchObject({ code: 'interlocked', field: 'level' })
    expect(endOf(desk, one)?.error?.message).toContain(
      '水位过高 the water is too high (level ≤ 2; 现为 is 2.5)',
    )
    expect(await stepsOf(desk, command({ property: 'gate', value: false }))).toContain('confirmed')
    devices.values.set('pump-1/level', 2)
    expect(await stepsOf(desk, command({ property: 'gate', value: true }))).toContain('confirmed')
  })

  test('a precondition that does not hold, or can not be read, refuses it', async () => {
    const desk = await aDesk()
    const one = command({ precondition: { property: 'mode', equals: 0 } })
    await stepsOf(desk, one)
    expect(endOf(desk, one)?.error?.code).toBe('precondition-failed')
    devices.silent.add('pump-1/mode')
    const other = command({ precondition: { property: 'mode', equals: 1 } })
    await stepsOf(desk, other)
    expect(endOf(desk, other)?.error?.code).toBe('condition-unreadable')
    expect(devices.writes).toEqual([])
  })

  test('a command that has expired is never executed: not when it comes, not in its queue, not when its turn comes', async () => {
    const desk = await aDesk()
    const late = command({ expiresAt: clock.now() })
    expect(await desk.ask(late)).toMatchObject({ state: 'expired' })

    devices.beforeTurn = () => new Promise((resolve) => clock.after(10_000, resolve))
    const atTurn = command({ expiresAt: clock.now() + 10_000 })
    const queued = command({ expiresAt: clock.now() + 5_000 })
    await Promise.all([desk.ask(atTurn), desk.ask(queued)])
    await clock.advance(20_000)
    for (const one of [atTurn, queued]) expect(statesOf(desk, one)).toEqual(['delivered', 'expired'])
    expect(devices.writes).toEqual([])
  })

  test('a wall clock that is set back prolongs nothing', async () => {
    const desk = await aDesk()
    devices.beforeTurn = () => new Promise((resolve) => clock.after(10_000, resolve))
    const one = command({ expiresAt: clock.now() + 5_000 })
    await desk.ask(one)
    clock.setNow(clock.now() - 3_600_000)
    await clock.advance(10_000)
    expect(statesOf(desk, one)).toEqual(['delivered', 'expired'])
  })

  test('a gateway whose clock is behind takes nothing, and says so', async () => {
    const desk = await aDesk()
    const one = command({ askedAt: clock.now() + 600_000, expiresAt: clock.now() + 700_000 })
    await expect(desk.ask(one)).rejects.toMatchObject({ code: 'clock-behind', retryable: true })
    expect(desk.commands).toEqual([])
  })
})

describe('after a write', () => {
  test('a device that takes its time is looked at again until it has the value', async () => {
    const desk = await aDesk()
    devices.onWrite = async (key, value) => void clock.after(3_000, () => devices.values.set(key, value))
    expect(await stepsOf(desk, command())).toEqual(['delivered', 'executed', 'confirmed'])
  })

  test('a value that the wire rounds is confirmed; another value is not', async () => {
    const desk = await aDesk()
    devices.onWrite = async (key) => void devices.values.set(key, 25.05)
    expect(await stepsOf(desk, command())).toContain('confirmed')
    devices.onWrite = async (key) => void devices.values.set(key, 25.1)
    const one = command()
    expect(await stepsOf(desk, one)).toEqual(['delivered', 'executed', 'failed'])
    expect(endOf(desk, one)).toMatchObject({ value: 25.1, error: { code: 'not-taken' } })
  })

  test('a device that declines it has failed it', async () => {
    const desk = await aDesk()
    devices.onWrite = () =>
      Promise.reject(new GanzhiError('exception 2', { code: 'declined', blame: 'outside' }))
    const one = command()
    expect(await stepsOf(desk, one)).toEqual(['delivered', 'failed'])
    expect(endOf(desk, one)?.error?.code).toBe('declined')
  })

  test('without an answer the device is asked what it has: only the value itself proves anything', async () => {
    const desk = await aDesk()
    devices.onWrite = async (key, value) => {
      devices.values.set(key, value)
      throw noAnswer()
    }
    expect(await stepsOf(desk, command())).toEqual(['delivered', 'confirmed'])
    devices.onWrite = () => Promise.reject(noAnswer())
    const one = command({ value: 30 })
    expect(await stepsOf(desk, one)).toEqual(['delivered', 'unknown'])
    expect(endOf(desk, one)).toMatchObject({ value: 25, error: { code: 'no-answer' } })
  })

  test('what was acknowledged and can not be read back is unknown', async () => {
    const desk = await aDesk()
    devices.silent.add('pump-1/speed')
    const one = command()
    expect(await stepsOf(desk, one)).toEqual(['delivered', 'executed', 'unknown'])
    expect(endOf(desk, one)?.error?.code).toBe('no-read-back')
  })
})

describe('commands', () => {
  test('of one device go in the order in which they were asked; another device does not wait', async () => {
    const desk = await aDesk()
    devices.values.set('pump-2/speed', 0)
    devices.beforeTurn = (device) =>
      device === 'pump-1' ? new Promise((resolve) => clock.after(1_000, resolve)) : Promise.resolve()
    const first = command({ value: 1 })
    const second = command({ value: 2 })
    await desk.ask(first)
    await desk.ask(second)
    const other = command({ device: 'pump-2', value: 3 })
    await desk.ask(other)
    await clock.advance(0)
    expect(statesOf(desk, other)).toContain('confirmed')
    await clock.advance(5_000)
    expect(devices.writes.map(({ value }) => value)).toEqual([3, 1, 2])
  })

  test('more than a device can have waiting are refused, and may be asked again', async () => {
    const desk = await aDesk()
    devices.beforeTurn = () => new Promise((resolve) => clock.after(1_000, resolve))
    const asked = Array.from({ length: 33 }, () => command())
    const taken = await Promise.allSettled(asked.map((one) => desk.ask(one)))
    expect(taken.filter(({ status }) => status === 'fulfilled').length).toBe(32)
    expect(taken.at(-1)).toMatchObject({ reason: { code: 'queue-full', retryable: true } })
    await clock.advance(40_000)
    expect(await stepsOf(desk, asked[32]!)).toContain('confirmed')
  })

  test('are cancelled until their write leaves', async () => {
    const desk = await aDesk()
    const turn = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<void>()
    devices.beforeTurn = () => turn.promise
    devices.onWrite = () => answer.promise
    const [first, second] = [command(), command()]
    await desk.ask(first)
    await desk.ask(second)
    await clock.advance(0)
    expect(await desk.cancel(second, 'li')).toMatchObject({ state: 'cancelled', author: 'li' })
    turn.resolve()
    await clock.advance(0)
    await expect(desk.cancel(first, 'li')).rejects.toMatchObject({ code: 'too-late' })
    answer.resolve()
    devices.values.set('pump-1/speed', 25)
    await clock.advance(10_000)
    expect(statesOf(desk, first)).toEqual(['delivered', 'executed', 'confirmed'])
    expect(statesOf(desk, second)).toEqual(['delivered', 'cancelled'])
    expect(await desk.cancel(second, 'li')).toMatchObject({ state: 'cancelled' })
    expect(devices.writes.length).toBe(1)
  })

  test('that wait in the lane of their link are cancelled at once', async () => {
    const desk = await aDesk()
    devices.beforeTurn = () => new Promise(() => {})
    const one = command()
    await desk.ask(one)
    await clock.advance(0)
    await desk.cancel(one, 'li')
    devices.beforeTurn = () => Promise.resolve()
    expect(await stepsOf(desk, command())).toContain('confirmed')
    expect(statesOf(desk, one)).toEqual(['delivered', 'cancelled'])
  })

  test('that are cancelled before they come are not done when they come', async () => {
    const desk = await aDesk()
    const one = command()
    await desk.cancel(one, 'li')
    expect(await desk.ask(one)).toMatchObject({ state: 'cancelled', author: 'li' })
    await clock.advance(1_000)
    expect(devices.writes).toEqual([])
  })
})

describe('over a kill', () => {
  function killed(): void {
    disk = disk.afterKill()
  }

  test('a command that had not begun is done, once, by the next run', async () => {
    const others = devices
    devices = { ...devices, readNow: () => new Promise(() => {}) }
    const one = command({ property: 'gate', value: true })
    await (await aDesk()).ask(one)
    await clock.advance(0)
    killed()
    devices = others
    const next = await aDesk()
    await clock.advance(0)
    expect(statesOf(next, one)).toEqual(['delivered', 'executed', 'confirmed'])
    expect(devices.writes.length).toBe(1)
  })

  test('one whose write had begun is unknown, told, and never done again', async () => {
    const one = command()
    devices.onWrite = () => new Promise(() => {})
    await (await aDesk()).ask(one)
    await clock.advance(0)
    expect(devices.writes.length).toBe(1)
    killed()
    const next = await aDesk()
    await clock.advance(10_000)
    expect(endOf(next, one)).toMatchObject({ state: 'unknown', error: { code: 'interrupted' } })
    expect(await next.ask(one)).toMatchObject({ state: 'unknown' })
    expect(events.get(one.id)?.at(-1)).toBe('unknown')
    expect(devices.writes.length).toBe(1)
  })

  test('one whose write had begun can not be cancelled while it waits for its end', async () => {
    const [one, before] = [command({ value: 30 }), command()]
    devices.onWrite = () => new Promise(() => {})
    const desk = await aDesk()
    await desk.ask(before)
    await desk.ask(one)
    await clock.advance(0)
    killed()
    const next = await aDesk()
    await expect(next.cancel(before, 'li')).rejects.toMatchObject({ code: 'too-late' })
    expect(await next.cancel(one, 'li')).toMatchObject({ state: 'cancelled' })
    await clock.advance(0)
    expect(statesOf(next, before)).toEqual(['delivered', 'unknown'])
  })

  test('one that was acknowledged is confirmed by the next run', async () => {
    const one = command()
    devices.onWrite = () => Promise.resolve()
    await (await aDesk()).ask(one)
    await clock.advance(100)
    killed()
    devices.values.set('pump-1/speed', 25)
    const next = await aDesk()
    await clock.advance(0)
    expect(statesOf(next, one)).toEqual(['delivered', 'executed', 'confirmed'])
    expect(devices.writes.length).toBe(1)
  })

  test('one that expired meanwhile is not done', async () => {
    devices.readNow = () => new Promise(() => {})
    const one = command({ property: 'gate', value: true })
    await (await aDesk()).ask(one)
    await clock.advance(0)
    killed()
    await clock.advance(60_000)
    const next = await aDesk()
    await clock.advance(0)
    expect(endOf(next, one)?.state).toBe('expired')
    expect(devices.writes).toEqual([])
  })

  test('what the outbox had not taken is told by the next run', async () => {
    outboxTakes = () => new Promise(() => {})
    const one = command()
    expect(await stepsOf(await aDesk(), one)).toContain('confirmed')
    killed()
    outboxTakes = () => Promise.resolve()
    await aDesk()
    await expect.poll(() => events.get(one.id)).toEqual(['delivered', 'executed', 'confirmed'])
  })
})

test('an agent that stops in order ends the write that has left, and leaves the rest to the next run', async () => {
  const answer = Promise.withResolvers<void>()
  devices.onWrite = () => answer.promise
  outboxTakes = () =>
    Promise.reject(new GanzhiError('full', { code: 'outbox-full', blame: 'outside', retryable: true }))
  const [first, second] = [command({ value: 1 }), command({ value: 2 })]
  const desk = await aDesk()
  await desk.ask(first)
  await desk.ask(second)
  await clock.advance(0)
  const stopped = desk[Symbol.asyncDispose]()
  await expect(desk.ask(command())).rejects.toMatchObject({ code: 'stopping', retryable: true })
  answer.resolve()
  await clock.advance(1_000)
  await stopped
  expect(statesOf(desk, first)).toEqual(['delivered', 'executed'])
  expect(statesOf(desk, second)).toEqual(['delivered'])

  disk = disk.afterKill()
  outboxTakes = () => Promise.resolve()
  devices.onWrite = async (key, value) => void devices.values.set(key, value)
  const next = await aDesk()
  await clock.advance(10_000)
  for (const one of [first, second]) {
    expect(statesOf(next, one)).toEqual(['delivered', 'executed', 'confirmed'])
    expect(events.get(one.id)).toEqual(['delivered', 'executed', 'confirmed'])
  }
})

test('whenever the power goes, what was taken is known afterwards, and nothing is done twice', async () => {
  let cuts = 0
  for (let at = 1; ; at++) {
    disk = simulatedDisk()
    devices.writes.length = 0
    devices.values.set('pump-1/speed', 1)
    disk.onOperation = (_, count) => void (count === at && disk.cutPower())
    const one = command()
    const desk = await aDesk().catch(() => undefined)
    const taken = await desk?.ask(one).catch(() => undefined)
    await clock.advance(10_000)
    if (disk.operations() < at) break
    cuts += 1
    let seed = at
    disk = disk.afterPowerCut(() => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647)
    const next = await aDesk()
    await clock.advance(10_000)
    if (taken) expect(endOf(next, one)?.state).toMatch(/confirmed|unknown/)
    await next.ask(one)
    await clock.advance(10_000)
    expect(devices.writes.length).toBeLessThanOrEqual(1)
    expect(endOf(next, one)?.state).toMatch(/confirmed|unknown/)
  }
  expect(cuts).toBeGreaterThan(10)
})

test('a disk that fails once is not the end: what can not be written down is not done, and the next is', async () => {
  const desk = await aDesk()
  let failures = 0
  disk.onOperation = (operation) => (operation === 'sync' && failures++ === 0 ? 'EIO' : undefined)
  const one = command()
  await expect(desk.ask(one)).rejects.toMatchObject({ code: 'journal-broken', retryable: true })
  expect(await stepsOf(desk, one)).toEqual(['delivered', 'executed', 'confirmed'])
})

test('a journal that grows is written anew, and forgets what ended long ago', async () => {
  const desk = await aDesk()
  const old = command()
  await stepsOf(desk, old)
  await clock.advance(73 * 3_600_000)
  const text = 'x'.repeat(190)
  for (let i = 0; i < 2_000; i++) {
    await desk.ask(command({ device: 'lamp-1', author: text }))
    if (i % 500 === 0) await clock.advance(0)
  }
  expect(desk.commands.some(({ command: { id } }) => id === old.id)).toBe(false)
  expect(desk.commands.length).toBe(2_000)
  disk = disk.afterKill()
  expect((await aDesk()).commands.length).toBe(2_000)
})

test('an outbox that is full is offered a step again until it takes it', async () => {
  let refusals = 3
  outboxTakes = async () => {
    if (refusals-- > 0)
      throw new GanzhiError('full', { code: 'outbox-full', blame: 'outside', retryable: true })
  }
  const one = command()
  await stepsOf(await aDesk(), one)
  await expect.poll(() => events.get(one.id)).toEqual(['delivered', 'executed', 'confirmed'])
})

describe('asked on the gateway itself', () => {
  const wish = {
    do: 'ask',
    device: 'pump-1',
    property: 'speed',
    value: 25,
    author: 'wang',
    expiresInMs: 60_000,
  }

  test('a command has the same life, and its author is known as local', async () => {
    const desk = await aDesk()
    const asked = await answerLocally({ ...wish, id: 'on-the-spot' }, desk, clock)
    expect(asked).toMatchObject({ command: { author: 'local:wang' }, steps: [{ state: 'delivered' }] })
    await clock.advance(0)
    const life = await answerLocally({ do: 'show', id: 'on-the-spot' }, desk, clock)
    expect(life).toMatchObject({ steps: [{}, {}, { state: 'confirmed' }] })
    expect(await answerLocally({ do: 'list' }, desk, clock)).toEqual({ commands: [life] })
  })

  test('what waits is cancelled, what is not known is not', async () => {
    const desk = await aDesk()
    devices.beforeTurn = () => new Promise(() => {})
    await answerLocally({ ...wish, id: 'on-the-spot' }, desk, clock)
    const cancelled = await answerLocally({ do: 'cancel', id: 'on-the-spot', author: 'li' }, desk, clock)
    expect(cancelled).toMatchObject({ steps: [{}, { state: 'cancelled', author: 'local:li' }] })
    const unknown = answerLocally({ do: 'cancel', id: 'never-asked', author: 'li' }, desk, clock)
    await expect(unknown).rejects.toMatchObject({ code: 'unknown-command' })
  })

  test('a wrong field is named, and an agent that starts says so', async () => {
    const desk = await aDesk()
    await expect(answerLocally({ ...wish, expiresInMs: 1 }, desk, clock)).rejects.toMatchObject({
      field: 'expiresInMs',
    })
    await expect(answerLocally({ do: 'fly' }, desk, clock)).rejects.toMatchObject({ code: 'bad-input' })
    await expect(answerLocally(wish, undefined, clock)).rejects.toMatchObject({ code: 'starting' })
  })
})

describe('a request from the platform', () => {
  const answer = async (request: unknown, desk?: CommandDesk) =>
    answerRequest(Buffer.from(typeof request === 'string' ? request : JSON.stringify(request)), desk, log)

  test('is answered with the last step, or with why nothing came of it', async () => {
    const desk = await aDesk()
    const one = command()
    expect(await answer({ kind: 'ask', command: one }, desk)).toMatchObject({ step: { state: 'delivered' } })
    await clock.advance(0)
    expect(await answer({ kind: 'cancel', command: one, author: 'li' }, desk)).toMatchObject({
      error: { code: 'too-late', retryable: false },
    })
  })

  test.each([
    ['no JSON', 'bad-input', 'what?'],
    ['nothing', 'bad-input', null],
    ['a command without expiry', 'bad-input', { kind: 'ask', command: { ...command, id: 'x' } }],
  ])('that is %s is refused as %s', async (_, code, request) => {
    expect(await answer(request, await aDesk())).toMatchObject({ error: { code, retryable: false } })
  })

  test('to an agent that only starts is to come again', async () => {
    expect(await answer({ kind: 'ask' })).toMatchObject({ error: { code: 'starting', retryable: true } })
  })
})
