import { beforeEach, expect, test } from 'vitest'
import { faultList, parseFault } from '../modbus/fault.ts'
import { plainUnit } from '../modbus/plain-unit.ts'
import { makeBus, type Receive } from './bus.ts'
import type { WireClock } from './wire-clock.ts'

/** 11 bits a character at 11,000 baud: a character a millisecond. */
const line = { baudRate: 11_000, dataBits: 8, parity: 'even', stopBits: 1 } as const
const ASK = '02 03 0005 0002 d439'
const REPLY = '02 03 04 0005 0006 5930'
const bytes = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

const faults = faultList()
let bus: Receive
let now: number
let waiting: { at: number; wake: () => void }[]
let heard: { at: number; hex: string }[]

/** Time goes on only where all wait for it. */
const clock: WireClock = {
  now: () => now,
  until: (at) => new Promise((wake) => (at <= now ? wake() : waiting.push({ at, wake }))),
}

async function passUntil(end: number): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve))
    waiting.sort((a, b) => a.at - b.at)
    const [next] = waiting
    if (!next || next.at > end) break
    waiting.shift()
    now = next.at
    next.wake()
  }
  now = end
}

function make(turnaroundMs: number): Receive {
  const unit = plainUnit({ registers: 100, limits: {} })
  const units = [2, 3]
  const unitOf = (id: number) => (units.includes(id) ? unit : undefined)
  return makeBus({ line, units, unitOf, faults, clock, turnaroundMs })
}

const say = (text: string) => bus(bytes(text), (part) => heard.push({ at: now, hex: part.toString('hex') }))
const said = () => heard.map(({ hex }) => hex).join('')

beforeEach(() => {
  faults.clear()
  now = 0
  waiting = []
  heard = []
  bus = make(10)
})

test('a request takes its time on the wire, then silence, then the unit thinks, then a character goes out at a time', async () => {
  say(ASK)
  await passUntil(1_000)
  expect(said()).toBe(REPLY.replaceAll(' ', ''))
  const begun = 8 + 3.5 + 10
  expect(heard[0]!.at).toBeCloseTo(begun + 1)
  expect(heard.at(-1)!.at).toBeCloseTo(begun + 9)
})

test('a frame that comes in pieces is one frame', async () => {
  say(ASK.slice(0, 8))
  await passUntil(4)
  say(ASK.slice(8))
  await passUntil(1_000)
  expect(said()).toBe(REPLY.replaceAll(' ', ''))
})

test.each([
  ['a wrong checksum', ASK.replace('d439', 'd43a')],
  ['a unit that is not there', '09 03 0005 0002 d542'],
  ['two requests without silence between', ASK + ASK],
  ['three bytes', '02 03 00'],
])('%s is met with silence', async (_, ask) => {
  say(ask)
  await passUntil(1_000)
  expect(said()).toBe('')
})

test('what is written to unit 0 all units have, and none answers', async () => {
  say('00 06 0005 00ff d85a')
  await passUntil(100)
  expect(said()).toBe('')
  say(ASK)
  await passUntil(1_000)
  expect(said()).toMatch(/^02030400ff0006/)
})

test('a delayed reply holds up nobody else', async () => {
  faults.add(parseFault('delay ms=500 unit=2'))
  say(ASK)
  await passUntil(100)
  say('03 03 0005 0002 d5e8')
  await passUntil(300)
  expect(said()).toMatch(/^0303040005/)
  await passUntil(1_000)
  expect(said().slice(18)).toBe(REPLY.replaceAll(' ', ''))
})

test.each([
  ['corrupt', 9],
  ['foreign', 18],
  ['duplicate', 18],
  ['noise', 11],
  ['truncate', 7],
  ['drop', 0],
])('the fault "%s" makes %i bytes, and the first frame of them is not the reply', async (fault, length) => {
  faults.add(parseFault(fault))
  say(ASK)
  await passUntil(1_000)
  const whole = said()
  expect(whole).toHaveLength(length * 2)
  if (fault !== 'duplicate') expect(whole.slice(0, 18)).not.toBe(REPLY.replaceAll(' ', ''))
})
