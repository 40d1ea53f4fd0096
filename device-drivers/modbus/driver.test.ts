import { ModbusPoint } from '@ganzhi/contracts/profile'
import { check } from '@ganzhi/contracts/schema'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Memory, PointResult } from '../driver.ts'
import { fakeMemory } from '../fake-memory.ts'
import { manualClock } from '../manual-clock.ts'
import type { Connection } from './config.ts'
import { modbus } from './driver.ts'
import { type Script, scriptedServer } from './scripted-server.ts'

const NEVER = new AbortController().signal

const cleanups: (() => PromiseLike<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

interface Given {
  memory?: Memory
  connection?: Connection
}

async function setUp(script: Script, { memory = fakeMemory(), connection = {} }: Given = {}) {
  const server = await scriptedServer(script)
  cleanups.push(() => server[Symbol.asyncDispose]())
  const clock = manualClock()
  const { reads, writes, ...link } = await modbus.open(
    { host: '127.0.0.1', port: server.port, ...connection },
    { clock, memory, report: () => {} },
  )
  cleanups.push(() => link[Symbol.asyncDispose]())
  async function read(points: ModbusPoint[], unit = 1): Promise<PointResult[]> {
    const results: PointResult[] = []
    const open = [...reads!.plan({ unit }, points)]
    for (let next = open.shift(); next; next = open.shift()) {
      const outcome = await reads!.exchange({ unit }, next, { signal: NEVER })
      if ('instead' in outcome) open.unshift(...outcome.instead)
      else for (const [i, result] of outcome.results.entries()) results[next.points[i]!] = result
    }
    return results
  }
  const write = (point: ModbusPoint, value: number | boolean) =>
    writes!.write({ unit: 1 }, point, value, { signal: NEVER })
  const asked = () => server.requests.splice(0).map(({ body }) => body)
  return { server, clock, memory, read, write, asked }
}

function points(...list: object[]): ModbusPoint[] {
  return list.map((fields, i) =>
    check(ModbusPoint, { id: `p${i}`, table: 'holding', type: 'uint16', ...fields }, 'point'),
  )
}

function said(results: readonly PointResult[]): unknown[] {
  return results.map((result) => (result.quality === 'good' ? result.value : result.error.code))
}

/** Holding registers whose value is their address + 100, but for those refused. */
function registers(...refused: number[]): Script {
  return ({ body }) => {
    const unit = body.slice(0, 2)
    const address = Number.parseInt(body.slice(4, 8), 16)
    const count = Number.parseInt(body.slice(8, 12), 16)
    if (refused.some((bad) => bad >= address && bad < address + count)) return `ID 0000 0003 ${unit} 83 02`
    const hex = (n: number, digits: number) => n.toString(16).padStart(digits, '0')
    const data = Array.from({ length: count }, (_, i) => hex(address + i + 100, 4)).join('')
    return `ID 0000 ${hex(3 + 2 * count, 4)} ${unit} 03 ${hex(2 * count, 2)} ${data}`
  }
}

test('points come back in their own order from one merged read', async () => {
  const { read, asked } = await setUp(registers())
  expect(said(await read(points({ address: 2 }, { address: 0 }, { address: 1 })))).toEqual([102, 100, 101])
  expect(asked()).toEqual(['010300000003'])
})

test('an exception costs neither the connection nor the neighbours of a bad address', async () => {
  const { server, read } = await setUp(registers(2))
  const list = points({ address: 0 }, { address: 1 }, { address: 2 }, { address: 3 })
  const results = await read(list)
  expect(said(results)).toEqual([100, 101, 'declined', 103])
  expect(results[2]).toMatchObject({ quality: 'bad-config', value: null, error: { field: 'address' } })
  expect(said(await read(list))).toEqual([100, 101, 'declined', 103])
  expect(server.sockets).toHaveLength(1)
})

test('a refused part in the middle shifts no value to another address', async () => {
  const { read } = await setUp(registers(40, 41, 42, 60))
  const addresses = Array.from({ length: 100 }, (_, address) => address)
  const right = addresses.map((address) => ([40, 41, 42, 60].includes(address) ? 'declined' : address + 100))
  const list = points(...addresses.map((address) => ({ address })))
  await read(list)
  expect(said(await read(list))).toEqual(right)
})

test('what one unit refuses, and that it is silent, is nothing to another, be it of the same number', async () => {
  const silent = await setUp(() => undefined)
  const [other, list] = [await setUp(registers()), points({ address: 0 }, { address: 2 })]
  for (let i = 0; i < 3; i++) {
    const reading = silent.read(list)
    await vi.waitFor(() => expect(silent.server.requests.length).toBeGreaterThan(0))
    await silent.clock.advance(1_000)
    expect(said(await reading)).toEqual(['no-answer', 'no-answer'])
    silent.asked()
  }
  expect(said(await other.read(list))).toEqual([100, 102])
})

test('the settings of one link are its own, and the next one has the defaults', async () => {
  const hasty = await setUp(() => undefined, { connection: Object.freeze({ timeoutMs: 50 }) })
  const usual = await setUp(registers())
  const given = hasty.read(points({ address: 0 }))
  await expect.poll(() => hasty.server.requests.length).toBe(1)
  await hasty.clock.advance(50)
  expect(said(await given)).toEqual(['no-answer'])

  usual.server.script = () => undefined
  const results = usual.read(points({ address: 0 }))
  await expect.poll(() => usual.server.requests.length).toBe(1)
  let ended = false
  void results.then(() => (ended = true))
  await usual.clock.advance(999)
  expect(ended).toBe(false)
  await usual.clock.advance(1)
  expect(said(await results)).toEqual(['no-answer'])
})

test('units of one link are known apart', async () => {
  const refusing = registers(1)
  const { read, asked } = await setUp((request, socket) =>
    (request.body.startsWith('01') ? refusing : registers())(request, socket),
  )
  const list = points({ address: 0 }, { address: 2 })
  await read(list, 1)
  await read(list, 2)
  asked()
  await read(list, 1)
  await read(list, 2)
  expect(asked()).toEqual(['010300000001', '010300020001', '020300000003'])
})

test.each([
  ['01', 'declined', 'bad-config'],
  ['02', 'declined', 'bad-config'],
  ['04', 'device-failure', 'bad-comm'],
  ['06', 'device-failure', 'bad-comm'],
  ['0a', 'no-answer', 'bad-comm'],
  ['0b', 'no-answer', 'bad-comm'],
])('exception %s is %s with quality %s', async (code, error, quality) => {
  const { read } = await setUp(() => `ID 0000 0003 01 83 ${code}`)
  const [result] = await read(points({ address: 0 }))
  expect(result).toMatchObject({ quality, value: null, error: { code: error } })
})

test('a float that is no number has no value, and says so', async () => {
  const { read } = await setUp(() => 'ID 0000 0007 01 03 04 7fc00000')
  const [result] = await read(points({ address: 0, type: 'float32' }))
  expect(result).toMatchObject({ quality: 'uncertain', value: null, error: { code: 'not-a-number' } })
})

describe('a write', () => {
  const bit = points({ address: 7, type: 'bool', bit: 3 })[0]!
  const echo: Script = ({ body }) => `ID 0000 ${(body.length / 2).toString(16).padStart(4, '0')} ${body}`

  test('of one bit leaves the others to the device', async () => {
    const { write, asked } = await setUp(echo)
    await write(bit, true)
    expect(asked()).toEqual(['01160007fff70008'])
  })

  test('of one bit reads and writes the register where the device has no masked write, and remembers that', async () => {
    const simple: Script = (request, socket) => {
      if (request.body.startsWith('0116')) return 'ID 0000 0003 01 96 01'
      return request.body.startsWith('0103') ? 'ID 0000 0005 01 03 02 a0f0' : echo(request, socket)
    }
    const { write, asked, memory } = await setUp(simple)
    await write(bit, true)
    expect(asked()).toEqual(['01160007fff70008', '010300070001', '01060007a0f8'])
    const again = await setUp(simple, { memory })
    await again.write(bit, false)
    expect(again.asked()).toEqual(['010300070001', '01060007a0f0'])
  })

  test('of one register is made by function 16 where the device lacks 6', async () => {
    const { write, asked } = await setUp(({ body }) =>
      body.startsWith('0106') ? 'ID 0000 0003 01 86 01' : 'ID 0000 0006 01 10 0007 0001',
    )
    const [point] = points({ address: 7 })
    await write(point!, 5)
    await write(point!, 6)
    expect(asked()).toEqual(['010600070005', '011000070001020005', '011000070001020006'])
  })

  test('that is refused says so, and is not tried another way', async () => {
    const { write, asked } = await setUp(() => 'ID 0000 0003 01 86 02')
    await expect(write(points({ address: 7 })[0]!, 5)).rejects.toMatchObject({ code: 'declined' })
    expect(asked()).toHaveLength(1)
  })
})

test('a unit that needs a rest gets it', async () => {
  const { server, clock } = await setUp(registers())
  const link = await modbus.open(
    { host: '127.0.0.1', port: server.port },
    { clock, memory: fakeMemory(), report: () => {} },
  )
  cleanups.push(() => link[Symbol.asyncDispose]())
  const device = { unit: 1, limits: { pauseMs: 50 } }
  const [exchange] = link.reads!.plan(device, points({ address: 0 }))
  expect(link.reads!.depth).toBe(1)
  await link.reads!.exchange(device, exchange!, { signal: NEVER })
  const second = link.reads!.exchange(device, exchange!, { signal: NEVER })
  await clock.advance(49)
  expect(server.requests).toHaveLength(1)
  await clock.advance(1)
  expect(await second).toMatchObject({ results: [{ value: 100 }] })
})

test.each([
  [{}, 'host'],
  [{ host: 'a', path: '/dev/ttyUSB0' }, 'path'],
  [{ host: 'a', parity: 'even' as const }, 'parity'],
  [{ host: 'a', baudRate: 9600 }, 'baudRate'],
  [{ path: '/dev/ttyUSB0', framing: 'rtu' as const }, 'framing'],
  [{ path: '/dev/ttyUSB0', port: 502 }, 'port'],
  [{ host: 'a', framing: 'rtu' as const, maxDepth: 4 }, 'maxDepth'],
])('of the connection %j, %s is at fault', (connection, field) => {
  expect(modbus.connectionFault!(connection)).toMatchObject({ field })
})

test.each([
  { host: 'a' },
  { host: 'a', framing: 'rtu' as const, baudRate: 9600 },
  { path: '/dev/ttyUSB0', baudRate: 19_200, parity: 'even' as const },
])('the connection %j is right', (connection) => {
  expect(modbus.connectionFault!(connection)).toBeUndefined()
})

test.each([0, 248])('unit %d is not read over a serial server: nobody would answer', async (unit) => {
  const { read, asked } = await setUp(registers(), { connection: { framing: 'rtu' } })
  expect(await read(points({ address: 0 }), unit)).toMatchObject([
    { quality: 'bad-config', error: { code: 'bad-unit', field: 'unit' } },
  ])
  expect(asked()).toEqual([])
})
