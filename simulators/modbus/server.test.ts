import { createConnection, type Socket } from 'node:net'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Listener } from '../listener.ts'
import { Bank } from './bank.ts'
import { faultList, parseFault } from './fault.ts'
import { serveModbus, type ServerOptions } from './server.ts'
import { makeUnit, type Unit } from './unit.ts'

const faults = faultList()
let server: Listener
let socket: Socket
let heard = ''

function aUnit(): Unit {
  const banks = {
    holding: new Bank(0, 3),
    input: new Bank(0, 0),
    coil: new Bank(0, 8),
    discrete: new Bank(0, 0),
  }
  banks.holding.add(0, 2)
  banks.holding.add(2, 2, { writable: true })
  banks.holding.set(0, [0, 0x1234, 0x00f2, 0])
  banks.input.add(0, 1)
  banks.coil.add(0, 9, { writable: true })
  banks.coil.set(0, [1, 0, 1, 1, 0, 0, 0, 0, 1])
  banks.discrete.add(0, 1)
  banks.discrete.set(0, [1])
  return makeUnit({ banks, limits: { refused: [{ table: 'holding', from: 0, to: 0 }] } })
}

async function serve(options: Partial<ServerOptions> = {}): Promise<void> {
  const unit = aUnit()
  const unitOf = (id: number) => (id === 1 ? unit : undefined)
  server = await serveModbus({ host: '127.0.0.1', port: 0, unitOf, faults, ...options })
  heard = ''
  socket = createConnection(server.port, '127.0.0.1')
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => (heard += chunk.toString('hex')))
}

async function end(): Promise<void> {
  faults.clear()
  socket.destroy()
  await server[Symbol.asyncDispose]()
}

beforeEach(() => serve())
afterEach(end)

function say(...frames: string[]): void {
  socket.write(Buffer.from(hex(frames.join('')), 'hex'))
}

const hears = () => heard
const hex = (frames: string) => frames.replaceAll(' ', '')

const ASK = '0001 0000 0006 01 03 0001 0001'
const SECOND_ASK = ASK.replace('0001', '0002')
const REPLY = '0001 0000 0005 01 03 02 1234'
const SECOND_REPLY = REPLY.replace('0001', '0002')

test.each([
  ['a register', ASK, REPLY],
  ['coils, lowest bit first', '0001 0000 0006 01 01 0000 0009', '0001 0000 0005 01 01 02 0d01'],
  ['an input of one bit', '0001 0000 0006 01 02 0000 0001', '0001 0000 0004 01 02 01 01'],
  ['an address that is not there', '0001 0000 0006 01 03 0003 0002', '0001 0000 0003 01 83 02'],
  ['an address that is refused', '0001 0000 0006 01 03 0000 0002', '0001 0000 0003 01 83 02'],
  ['none at all', '0001 0000 0006 01 03 0000 0000', '0001 0000 0003 01 83 03'],
  ['more than a reply can hold', '0001 0000 0006 01 04 0000 007e', '0001 0000 0003 01 84 03'],
  ['a function it lacks', '0001 0000 0002 01 2b', '0001 0000 0003 01 ab 01'],
  ['a request that breaks off', '0001 0000 0004 01 03 0000', '0001 0000 0003 01 83 03'],
  ['a unit that is not there', '0001 0000 0006 09 03 0000 0001', '0001 0000 0003 09 83 0b'],
])('asked for %s it answers in the bytes of the spec', async (_, ask, reply) => {
  say(ask)
  await expect.poll(hears).toBe(hex(reply))
})

const READ_BACK = '0002 0000 0006 01 03 0002 0002'
const COILS_BACK = '0002 0000 0006 01 01 0000 0009'

test.each([
  ['a coil', '0001 0000 0006 01 05 0001 ff00', '0001 0000 0006 01 05 0001 ff00', COILS_BACK, '01 02 0f01'],
  [
    'a register',
    '0001 0000 0006 01 06 0002 beef',
    '0001 0000 0006 01 06 0002 beef',
    READ_BACK,
    '03 04 beef0000',
  ],
  [
    'several coils',
    '0001 0000 0009 01 0f 0000 0009 02 f200',
    '0001 0000 0006 01 0f 0000 0009',
    COILS_BACK,
    '01 02 f200',
  ],
  [
    'several registers',
    '0001 0000 000b 01 10 0002 0002 04 0102 0304',
    '0001 0000 0006 01 10 0002 0002',
    READ_BACK,
    '03 04 01020304',
  ],
  [
    'some bits of a register',
    '0001 0000 0008 01 16 0002 00f0 000c',
    '0001 0000 0008 01 16 0002 00f0 000c',
    READ_BACK,
    '03 04 00fc0000',
  ],
  [
    'registers, and reads others in one exchange',
    '0001 0000 000d 01 17 0002 0002 0003 0001 02 5566',
    '0001 0000 0007 01 17 04 00f2 5566',
    READ_BACK,
    '03 04 00f25566',
  ],
])('it writes %s, and has it afterwards', async (_, ask, reply, askBack, back) => {
  say(ask, askBack)
  const length = (3 + hex(back).length / 2 - 2).toString(16).padStart(4, '0')
  await expect.poll(hears).toBe(hex(`${reply} 0002 0000 ${length} 01 ${back}`))
})

test.each([
  ['a coil that is neither on nor off', '0001 0000 0006 01 05 0001 0001', '85 03'],
  ['a register that can only be read', '0001 0000 0006 01 06 0001 0001', '86 02'],
  ['a count that does not fit the bytes', '0001 0000 0009 01 10 0002 0002 02 0102', '90 03'],
  ['coils beyond the last', '0001 0000 0008 01 0f 0008 0002 01 03', '8f 02'],
  ['what it must read too, and can not', '0001 0000 000d 01 17 0008 0001 0002 0001 02 5566', '97 02'],
])('it declines to write %s, and changes nothing', async (_, ask, exception) => {
  say(ask, READ_BACK)
  await expect.poll(hears).toBe(hex(`0001 0000 0003 01 ${exception} 0002 0000 0007 01 03 04 00f20000`))
})

test('requests that come in one packet are all answered', async () => {
  say(ASK, SECOND_ASK)
  await expect.poll(hears).toBe(hex(REPLY + SECOND_REPLY))
})

test('a client that does not speak Modbus is hung up on', async () => {
  say('474554202f20485454502f312e31')
  await vi.waitFor(() => expect(socket.destroyed).toBe(true))
})

test.each([
  ['exception unit=1 table=holding address=1 code=4', '0001 0000 0003 01 83 04'],
  ['truncate', '0001 0000 0005 01 03 02'],
  ['foreign', `8001 0000 0005 01 03 02 1234 ${REPLY}`],
  ['duplicate', `${REPLY} ${REPLY}`],
  ['delay ms=20', REPLY],
  ['slow ms=20', REPLY],
  ['exception address=0', REPLY],
  ['exception p=0', REPLY],
  ['drop unit=2', REPLY],
])('with the fault "%s" its reply is %s', async (line, reply) => {
  faults.add(parseFault(line))
  say(ASK)
  await expect.poll(hears).toBe(hex(reply))
})

test('a corrupt reply differs by one bit of its head, never by the transaction or the data', async () => {
  faults.add(parseFault('corrupt'))
  say(ASK)
  await expect.poll(hears).toHaveLength(hex(REPLY).length)
  const changed = BigInt(`0x${heard}`) ^ BigInt(`0x${hex(REPLY)}`)
  expect(changed.toString(2).replaceAll('0', '')).toBe('1')
  expect(heard.slice(0, 4) + heard.slice(-4)).toBe('00011234')
})

test('a dropped request gets nothing, and a fault ends after its times', async () => {
  faults.add(parseFault('drop times=1'))
  say(ASK, SECOND_ASK)
  await expect.poll(hears).toBe(hex(SECOND_REPLY))
})

test('a delayed reply comes after the one to the next request', async () => {
  faults.add(parseFault('delay ms=30 times=1'))
  say(ASK, SECOND_ASK)
  await expect.poll(hears).toBe(hex(SECOND_REPLY + REPLY))
})

test('a late reply comes only when the next one does, before it', async () => {
  faults.add(parseFault('late times=1'))
  say(ASK, SECOND_ASK)
  await expect.poll(hears).toBe(hex(REPLY + SECOND_REPLY))
})

test('the fault "close" hangs up', async () => {
  faults.add(parseFault('close'))
  say(ASK)
  await vi.waitFor(() => expect(socket.destroyed).toBe(true))
})

test('after a restart it listens on the same port again', async () => {
  await server.restart(1)
  await vi.waitFor(() => expect(socket.destroyed).toBe(true))
  const again = createConnection(server.port, '127.0.0.1')
  again.write(Buffer.from(hex(ASK), 'hex'))
  const [reply] = (await once(again, 'data')) as [Buffer]
  again.destroy()
  expect(reply.toString('hex')).toBe(hex(REPLY))
})

test('a server for one client hangs up on the second', async () => {
  await end()
  await serve({ singleClient: true })
  say(ASK)
  await expect.poll(hears).toBe(hex(REPLY))
  const second = createConnection(server.port, '127.0.0.1')
  await once(second, 'close')
  say(SECOND_ASK)
  await expect.poll(hears).toBe(hex(REPLY + SECOND_REPLY))
})

test('requests beyond the depth of a device are lost', async () => {
  await end()
  await serve({ depth: 1, latencyMs: 20 })
  say(ASK, SECOND_ASK)
  await expect.poll(hears).toBe(hex(REPLY))
  say(SECOND_ASK)
  await expect.poll(hears).toBe(hex(REPLY + SECOND_REPLY))
})

test.each(['explode', 'drop unit=many', 'delay ms=-1', 'drop devices=3', 'corrupt p=2'])(
  '"%s" is not a fault, and what is wrong is named',
  (line) => {
    expect(() => parseFault(line)).toThrow(expect.objectContaining({ code: 'bad-input' }))
  },
)

test('one seed makes one course of faults', () => {
  const course = (seed: number) => {
    const list = faultList(seed)
    list.add(parseFault('drop p=0.5'))
    const asked = { unit: 1, table: 'holding', address: 0, count: 1 } as const
    return Array.from({ length: 64 }, () => list.befalling(asked).length).join('')
  }
  expect(course(1)).toBe(course(1))
  expect(course(1)).not.toBe(course(2))
})
