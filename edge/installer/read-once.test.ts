import { manualClock } from '@ganzhi/device-drivers/manual-clock'
import { scriptedServer, type ScriptedServer } from '@ganzhi/device-drivers/modbus/scripted-server'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readOnce } from './read-once.ts'
import { targetOf } from './target.ts'

const AT = '2026-11-21T08:00:00.000Z'
const signal = new AbortController().signal

/** Unit 1: holding 0 is 215, input 10 the float 1.5 low word first, coil 3 is on, holding 20 is 0x0020, it fails at 0 to 20 at once, the rest is refused. */
const REPLIES: Record<string, string> = {
  '010300000001': 'ID 0000 0005 01 03 02 00d7',
  '0104000a0002': 'ID 0000 0007 01 04 04 0000 3fc0',
  '010100030001': 'ID 0000 0004 01 01 01 01',
  '010300000015': 'ID 0000 0003 01 83 04',
  '010300140001': 'ID 0000 0005 01 03 02 0020',
  '010300320004': 'ID 0000 000b 01 03 08 0102030405060708',
}

let server: ScriptedServer
beforeEach(async () => {
  server = await scriptedServer(({ body }) => REPLIES[body] ?? `ID 0000 0003 01 8${body[3]} 02`)
})
afterEach(() => server[Symbol.asyncDispose]())

function read(points: string, change: { driver?: string; connection?: string } = {}) {
  const connection = JSON.stringify({ host: '127.0.0.1', port: server.port })
  const clock = manualClock(Date.parse(AT))
  return targetOf({ driver: 'modbus', connection, what: { points }, ...change }).then((target) =>
    readOnce(target, { signal, clock }),
  )
}

test('the points file of the design gives the document of the design', async () => {
  const { document, anyRead } = await read(`
unit: 1
points:
  - { id: temp, table: holding, address: 0, type: int16, scale: 0.1 }
  - { id: flow, table: input, address: 10, type: float32, order: CDAB }
  - { id: pump, table: coil, address: 3, type: bool }
  - { id: alarm, table: holding, address: 20, type: bool, bit: 5 }
`)
  expect(JSON.stringify(document)).toBe(
    JSON.stringify({
      points: [
        { id: 'temp', value: 21.5, quality: 'good', at: AT },
        { id: 'flow', value: 1.5, quality: 'good', at: AT },
        { id: 'pump', value: true, quality: 'good', at: AT },
        { id: 'alarm', value: true, quality: 'good', at: AT },
      ],
    }),
  )
  expect(anyRead).toBe(true)
})

test('a point that fails has no value and says why; the others are read', async () => {
  const { document, anyRead } = await read(`
unit: 1
points:
  - { id: temp, table: holding, address: 0, type: int16 }
  - { id: gone, table: holding, address: 40, type: int16 }
`)
  expect(document.points[1]).toMatchObject({
    id: 'gone',
    value: null,
    quality: 'bad-config',
    at: AT,
    error: { code: 'declined', remedy: expect.any(String) as string },
  })
  expect(document.points[0]).toMatchObject({ value: 215 })
  expect(anyRead).toBe(true)
})

test('what the device does not give at once is read value by value', async () => {
  const { document } = await read(`
unit: 1
points:
  - { id: temp, table: holding, address: 0, type: int16 }
  - { id: alarm, table: holding, address: 20, type: bool, bit: 5 }
`)
  expect(document.points).toMatchObject([{ value: 215 }, { value: true }])
})

test('an integer that JSON can not carry is a string of its digits', async () => {
  const { document } = await read('{unit: 1, points: [{id: n, table: holding, address: 50, type: uint64}]}')
  expect(document.points[0]).toMatchObject({ value: '72623859790382856', quality: 'good' })
})

test('when nothing can be read that is told', async () => {
  const points = '{unit: 1, points: [{id: gone, table: input, address: 7, type: int16}]}'
  expect((await read(points)).anyRead).toBe(false)
  const nobody = await read(points, { connection: '{"host":"127.0.0.1","port":1}' })
  expect(nobody).toMatchObject({
    anyRead: false,
    document: { points: [{ quality: 'bad-comm', error: { code: 'link-down' } }] },
  })
})

const POINT = '{id: a, table: holding, address: 0, type: int16}'

test.each([
  ['driver', `{unit: 1, points: [${POINT}]}`, { driver: 'modbuz' }],
  ['connection', `{unit: 1, points: [${POINT}]}`, { connection: '{host' }],
  ['host', `{unit: 1, points: [${POINT}]}`, { connection: '{"host":1}' }],
  ['points', 'unit: [1', {}],
  ['points[0].table', '{unit: 1, points: [{id: a, table: register, address: 0, type: int16}]}', {}],
  [
    'points[0].order',
    '{unit: 1, points: [{id: a, table: holding, address: 0, type: int16, order: CDAB}]}',
    {},
  ],
  ['points[1].id', `{unit: 1, points: [${POINT}, ${POINT}]}`, {}],
  ['unit', `{unit: 300, points: [${POINT}]}`, {}],
])('bad use is refused before anything is sent: %s', async (field, points, change) => {
  await expect(read(points, change)).rejects.toMatchObject({ blame: 'caller', field })
  expect(server.requests).toEqual([])
})
