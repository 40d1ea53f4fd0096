import { ModbusPoint } from '@ganzhi/contracts/profile'
import { check } from '@ganzhi/contracts/schema'
import { afterEach, expect, test, vi } from 'vitest'
import type { PointResult } from '../driver.ts'
import { manualClock } from '../manual-clock.ts'
import { modbus } from './driver.ts'
import { type Script, scriptedServer } from './scripted-server.ts'

const NEVER = new AbortController().signal

const cleanups: (() => PromiseLike<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function setUp(script: Script) {
  const server = await scriptedServer(script)
  cleanups.push(() => server[Symbol.asyncDispose]())
  const clock = manualClock()
  const link = await modbus.open({ host: '127.0.0.1', port: server.port }, { clock, report: () => {} })
  cleanups.push(() => link[Symbol.asyncDispose]())
  const read = (points: ModbusPoint[]) => link.read({ unit: 1 }, points, { signal: NEVER })
  const asked = () => server.requests.splice(0).map(({ body }) => body)
  return { server, clock, read, asked }
}

function points(...list: object[]): ModbusPoint[] {
  return list.map((fields, i) =>
    check(ModbusPoint, { id: `p${i}`, table: 'holding', type: 'uint16', ...fields }, 'point'),
  )
}

function values(results: readonly PointResult[]): unknown[] {
  return results.map((result) => (result.quality === 'good' ? result.value : result.error.code))
}

/** Holding registers whose value is their address + 100, but for those refused. */
function registers({ refused = [], longest = 125 }: { refused?: number[]; longest?: number }): Script {
  return ({ body }) => {
    const address = Number.parseInt(body.slice(4, 8), 16)
    const count = Number.parseInt(body.slice(8, 12), 16)
    if (count > longest) return 'ID 0000 0003 01 83 03'
    if (refused.some((bad) => bad >= address && bad < address + count)) return 'ID 0000 0003 01 83 02'
    const hex = (n: number, digits: number) => n.toString(16).padStart(digits, '0')
    const data = Array.from({ length: count }, (_, i) => hex(address + i + 100, 4)).join('')
    return `ID 0000 ${hex(3 + 2 * count, 4)} 01 03 ${hex(2 * count, 2)} ${data}`
  }
}

test('points come back in their own order from one merged read', async () => {
  const { read, asked } = await setUp(registers({}))
  expect(values(await read(points({ address: 2 }, { address: 0 }, { address: 1 })))).toEqual([102, 100, 101])
  expect(asked()).toEqual(['010300000003'])
})

test('one bad address takes no neighbour with it, and is read apart from then on', async () => {
  const { read, asked } = await setUp(registers({ refused: [2] }))
  const list = points({ address: 0 }, { address: 1 }, { address: 2 }, { address: 3 })
  const results = await read(list)
  expect(values(results)).toEqual([100, 101, 'declined', 103])
  expect(results[2]).toMatchObject({ quality: 'bad-config', value: null, error: { field: 'address' } })
  expect(asked()).toHaveLength(5)
  expect(values(await read(list))).toEqual([100, 101, 'declined', 103])
  expect(asked()).toEqual(['010300000002', '010300020001', '010300030001'])
})

test('a unit that takes only short reads gets short ones', async () => {
  const { read, asked } = await setUp(registers({ longest: 3 }))
  const list = points(...Array.from({ length: 8 }, (_, address) => ({ address })))
  const wanted = [100, 101, 102, 103, 104, 105, 106, 107]
  for (let round = 0; round < 3; round++) expect(values(await read(list))).toEqual(wanted)
  asked()
  await read(list)
  expect(asked()).toEqual(['010300000002', '010300020002', '010300040002', '010300060002'])
})

test('a silent unit costs one timeout, however many reads it is asked for', async () => {
  const { server, read, clock, asked } = await setUp(() => undefined)
  const reading = read(points({ address: 0 }, { address: 10 }, { address: 20, table: 'input' }))
  await vi.waitFor(() => expect(server.requests).toHaveLength(1))
  await clock.advance(1_000)
  expect(values(await reading)).toEqual(['no-answer', 'no-answer', 'no-answer'])
  expect(asked()).toHaveLength(1)
})

test.each([
  ['01', 'declined', 'bad-config'],
  ['04', 'device-failure', 'bad-comm'],
  ['06', 'device-failure', 'bad-comm'],
  ['0a', 'no-answer', 'bad-comm'],
  ['0b', 'no-answer', 'bad-comm'],
])('exception %s is %s with quality %s', async (code, error, quality) => {
  const { read } = await setUp(() => `ID 0000 0003 01 83 ${code}`)
  const [result] = await read(points({ address: 0 }))
  expect(result).toMatchObject({ quality, value: null, error: { code: error } })
})

test('a fault of the device for a moment teaches nothing', async () => {
  const { server, read, asked } = await setUp(() => 'ID 0000 0003 01 83 04')
  const list = points({ address: 0 }, { address: 1 })
  expect(values(await read(list))).toEqual(['device-failure', 'device-failure'])
  asked()
  server.script = registers({})
  expect(values(await read(list))).toEqual([100, 101])
  expect(asked()).toEqual(['010300000002'])
})

test('a float that is no number has no value, and says so', async () => {
  const { read } = await setUp(() => 'ID 0000 0007 01 03 04 7fc00000')
  const [result] = await read(points({ address: 0, type: 'float32' }))
  expect(result).toMatchObject({ quality: 'uncertain', value: null, error: { code: 'not-a-number' } })
})
