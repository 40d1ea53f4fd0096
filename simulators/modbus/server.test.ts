import { createConnection, type Socket } from 'node:net'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { faultList, parseFault } from './fault.ts'
import { putInteger, registers, type RegisterMap } from './register-map.ts'
import { type ModbusServer, serveModbus } from './server.ts'

const map: RegisterMap = {
  holding: registers(3),
  input: registers(1),
  coil: [true, false, true, true, false, false, false, false, true],
  discrete: [true],
}
putInteger(map.holding, 1, 1, 0x1234)

const faults = faultList()
let server: ModbusServer
let socket: Socket
let heard = ''

beforeEach(async () => {
  const mapOf = (unit: number) => (unit === 1 ? map : undefined)
  server = await serveModbus({ host: '127.0.0.1', port: 0, mapOf, faults, log: pino({ enabled: false }) })
  heard = ''
  socket = createConnection(server.port, '127.0.0.1')
  socket.on('data', (chunk) => (heard += chunk.toString('hex')))
})

afterEach(async () => {
  faults.clear()
  socket.destroy()
  await server[Symbol.asyncDispose]()
})

function say(...frames: string[]): void {
  socket.write(Buffer.from(hex(frames.join('')), 'hex'))
}

const hears = () => heard
const hex = (frames: string) => frames.replaceAll(' ', '')

const ASK = '0001 0000 0006 01 03 0001 0001'
const REPLY = '0001 0000 0005 01 03 02 1234'

test.each([
  ['a register', ASK, REPLY],
  ['coils, lowest bit first', '0001 0000 0006 01 01 0000 0009', '0001 0000 0005 01 01 02 0d01'],
  ['an input of one bit', '0001 0000 0006 01 02 0000 0001', '0001 0000 0004 01 02 01 01'],
  ['an address that is not there', '0001 0000 0006 01 03 0002 0002', '0001 0000 0003 01 83 02'],
  ['none at all', '0001 0000 0006 01 03 0000 0000', '0001 0000 0003 01 83 03'],
  ['more than a reply can hold', '0001 0000 0006 01 04 0000 007e', '0001 0000 0003 01 84 03'],
  ['a function it lacks', '0001 0000 0002 01 2b', '0001 0000 0003 01 ab 01'],
  ['a unit that is not there', '0001 0000 0006 09 03 0000 0001', '0001 0000 0003 09 83 0b'],
])('asked for %s it answers in the bytes of the spec', async (_, ask, reply) => {
  say(ask)
  await expect.poll(hears).toBe(hex(reply))
})

test('requests that come in one packet are all answered', async () => {
  say(ASK, ASK.replace('0001', '0002'))
  await expect.poll(hears).toBe(hex(REPLY + REPLY.replace('0001', '0002')))
})

test('a client that does not speak Modbus is hung up on', async () => {
  say('474554202f20485454502f312e31')
  await vi.waitFor(() => expect(socket.destroyed).toBe(true))
})

test.each([
  ['exception unit=1 table=holding address=1 code=4', '0001 0000 0003 01 83 04'],
  ['truncate', '0001 0000 0005 01 03 02'],
  ['foreign', `8001 0000 0005 01 03 02 1234 ${REPLY}`],
  ['delay ms=20', REPLY],
  ['exception address=0', REPLY],
  ['drop unit=2', REPLY],
])('with the fault "%s" its reply is %s', async (line, reply) => {
  faults.add(parseFault(line))
  say(ASK)
  await expect.poll(hears).toBe(hex(reply))
})

test('a dropped request gets nothing, and a fault ends after its times', async () => {
  faults.add(parseFault('drop times=1'))
  say(ASK, ASK.replace('0001', '0002'))
  await expect.poll(hears).toBe(hex(REPLY.replace('0001', '0002')))
})

test('a late reply comes after the one to the next request', async () => {
  faults.add(parseFault('delay ms=30 times=1'))
  say(ASK, ASK.replace('0001', '0002'))
  await expect.poll(hears).toBe(hex(REPLY.replace('0001', '0002') + REPLY))
})

test('the fault "close" hangs up', async () => {
  faults.add(parseFault('close'))
  say(ASK)
  await vi.waitFor(() => expect(socket.destroyed).toBe(true))
})

test.each(['explode', 'drop unit=many', 'delay ms=-1', 'drop devices=3'])(
  '"%s" is not a fault, and what is wrong is named',
  (line) => {
    expect(() => parseFault(line)).toThrow(expect.objectContaining({ code: 'bad-input' }))
  },
)
