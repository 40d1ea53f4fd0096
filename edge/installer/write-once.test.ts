import { manualClock } from '@ganzhi/device-drivers/manual-clock'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { registerServer } from './register-server.ts'
import { targetOf } from './target.ts'
import { parseValue, writeOnce } from './write-once.ts'

const POINTS = `
unit: 1
points:
  - { id: setpoint, table: holding, address: 0, type: int16, scale: 0.1 }
  - { id: total, table: holding, address: 2, type: uint32 }
  - { id: gone, table: holding, address: 9, type: int16 }
`

let registers: Map<number, number>
let server: Awaited<ReturnType<typeof registerServer>>
beforeEach(async () => {
  registers = new Map([[0, 215]])
  server = await registerServer(registers)
})
afterEach(() => server[Symbol.asyncDispose]())

async function write(point: string, value: string, agreed = true) {
  const connection = JSON.stringify({ host: '127.0.0.1', port: server.port })
  const target = await targetOf({ driver: 'modbus', connection, what: { points: POINTS } })
  const signal = new AbortController().signal
  return await writeOnce(target, {
    point,
    value,
    agreed: () => Promise.resolve(agreed),
    signal,
    clock: manualClock(0),
  })
}

test('shows what was there, writes, and reads back', async () => {
  const outcome = await write('setpoint', '23.5')
  expect(outcome).toMatchObject({
    asked: 23.5,
    before: { value: 21.5 },
    written: true,
    after: { value: 23.5 },
    took: true,
  })
  expect(registers.get(0)).toBe(235)
})

test('nothing is written without a yes', async () => {
  expect(await write('setpoint', '23.5', false)).toMatchObject({ written: false })
  expect(registers.get(0)).toBe(215)
})

test('a device that acknowledges and keeps its value did not take it', async () => {
  const { script } = server
  server.script = (request, socket) =>
    request.body.startsWith('0106') ? `ID 0000 0006 ${request.body}` : script(request, socket)
  expect(await write('setpoint', '23.5')).toMatchObject({
    written: true,
    after: { value: 21.5 },
    took: false,
  })
})

test('a write whose acknowledgement was lost is done if the value is there', async () => {
  const { script } = server
  server.script = (request, socket) => {
    const reply = script(request, socket)
    return request.body.startsWith('0106') ? 'ID 0000 0003 01 86 0b' : reply
  }
  expect(await write('setpoint', '23.5')).toMatchObject({ written: true, after: { value: 23.5 }, took: true })
})

test('a whole number that is a little different is not what was asked for', async () => {
  registers.set(2, 0x98).set(3, 0x9685)
  server.script = (
    (script) => (request, socket) =>
      request.body.startsWith('0110') ? `ID 0000 0006 ${request.body.slice(0, 12)}` : script(request, socket)
  )(server.script)
  expect(await write('total', '10000000')).toMatchObject({ after: { value: 10_000_005 }, took: false })
})

test('what the device has against it is told beside what is there', async () => {
  const { script } = server
  server.script = (request, socket) =>
    request.body.startsWith('0106') ? 'ID 0000 0003 01 86 03' : script(request, socket)
  expect(await write('setpoint', '23.5')).toMatchObject({
    written: false,
    before: { value: 21.5 },
    error: { code: 'declined' },
  })
})

test.each([
  ['level', '1', /no point level/],
  ['setpoint', 'high', /not a number/],
])('%s = %s is refused before anything is written', async (point, value, why) => {
  await expect(write(point, value)).rejects.toThrow(why)
  expect(registers.get(0)).toBe(215)
})

test.each([
  ['开', false, true],
  ['off', true, false],
  ['1', true, true],
  ['1', 0, 1],
  ['9007199254740993', 0, 9007199254740993n],
  ['on', null, true],
  ['12', 'text', '12'],
  ['-5.5', null, -5.5],
])('"%s" where %j is now is %s', (text, like, value) => {
  expect(parseValue(text, like)).toBe(value)
})
