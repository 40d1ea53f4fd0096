import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BYTE_ORDERS, type ModbusPoint } from '@ganzhi/contracts/profile'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { edge, readPoints } from './edge.ts'
import { otherServers, type Served } from './other-servers.ts'

const folder = mkdtempSync(join(tmpdir(), 'other-servers-'))
afterAll(() => rmSync(folder, { recursive: true }))

const { 32: ORDERS_32, 64: ORDERS_64 } = BYTE_ORDERS

type Known = readonly [point: ModbusPoint, value: number | string | boolean]

/** What register_map.py and libmodbus-server.c put there, each by its own means. */
function registers(table: 'holding' | 'input'): Known[] {
  type Fields = Omit<ModbusPoint, 'id' | 'table' | 'address' | 'type'>
  const known = (address: number, type: ModbusPoint['type'], value: Known[1], more: Fields = {}): Known => [
    { id: '', table, address, type, ...more },
    value,
  ]
  return [
    known(0, 'int16', -1234),
    known(1, 'int16', -1234, { order: 'BA' }),
    known(2, 'uint16', 54_321),
    ...ORDERS_32.flatMap((order, i) => [
      known(4 + 2 * i, 'int32', -123_456_789, { order }),
      known(12 + 2 * i, 'uint32', 3_000_000_000, { order }),
      known(20 + 2 * i, 'float32', Math.fround(-273.15), { order }),
    ]),
    ...ORDERS_64.flatMap((order, i) => [
      known(28 + 4 * i, 'int64', -1_234_567_890_123_456, { order }),
      known(52 + 4 * i, 'uint64', '12345678901234567890', { order }),
      known(76 + 4 * i, 'float64', 2.718281828459045, { order }),
    ]),
    known(100, 'bcd16', 9_876),
    known(101, 'bcd32', 12_345_678),
    known(103, 'bcd64', 1_234_567_890_123_456),
    known(107, 'string', 'GANZHI-42', { registers: 6 }),
    known(113, 'string', 'GANZHI-42', { registers: 5, order: 'BA' }),
    known(118, 'bool', true, { bit: 15 }),
    known(118, 'bool', false, { bit: 14 }),
    known(118, 'uint16', 0xc, { bits: [4, 7] }),
    known(118, 'uint16', 'open', { enum: { [0xa5c3]: 'open' } }),
    known(0, 'int16', -102.34, { scale: 0.01, offset: -90 }),
  ].map(([point, value], i): Known => [{ ...point, id: `${table}${i}` }, value])
}

function bits(table: 'coil' | 'discrete', every: number): Known[] {
  return [0, 1, 3, 5, 15, 16, 199].map((address): Known => [
    { id: `${table}${address}`, table, address, type: 'bool' },
    address % every === 0,
  ])
}

const KNOWN = [...registers('holding'), ...registers('input'), ...bits('coil', 3), ...bits('discrete', 5)]

/** A point of its own for every function that writes. */
const WRITTEN: readonly Known[] = [
  [{ id: 'w05', table: 'coil', address: 1, type: 'bool' }, true],
  [{ id: 'w06', table: 'holding', address: 130, type: 'int16', scale: 0.1 }, -12.3],
  [{ id: 'w15', table: 'coil', address: 2, type: 'bool', write: 'multiple' }, true],
  [{ id: 'w16', table: 'holding', address: 132, type: 'float32', order: 'CDAB' }, 42.5],
  [
    { id: 'w16_64', table: 'holding', address: 134, type: 'uint64', order: 'HGFEDCBA' },
    '12345678901234567890',
  ],
  [{ id: 'w16_text', table: 'holding', address: 140, type: 'string', registers: 4 }, 'PUMP-7'],
  [{ id: 'w16_bcd', table: 'holding', address: 144, type: 'bcd32' }, 20_261_121],
  [{ id: 'w22', table: 'holding', address: 118, type: 'bool', bit: 14 }, true],
  [{ id: 'w23', table: 'holding', address: 146, type: 'uint16', write: 'read-write' }, 4_711],
]

function pointsFile(known: readonly Known[]): string {
  const file = join(folder, 'points.json')
  writeFileSync(file, JSON.stringify({ unit: 1, points: known.map(([point]) => point) }))
  return file
}

async function readBack(connection: object, known: readonly Known[]): Promise<[string, unknown][]> {
  const points = await readPoints(connection, '--points', pointsFile(known))
  return points.map(({ id, value }) => [id, value])
}

const valuesOf = (known: readonly Known[]) => known.map(([{ id }, value]) => [id, value])

for (const { name, missing, start } of otherServers(folder)) {
  if (missing !== undefined) console.warn(`skipped: ${name}: ${missing}`)
  describe.skipIf(missing)(`by ${name}`, () => {
    let served: Served
    beforeAll(async () => {
      served = await start()
    })
    afterAll(() => served[Symbol.asyncDispose]())

    test('every type in every order is read from all four tables as it is', async () => {
      expect(await readBack(served.connection, KNOWN)).toEqual(valuesOf(KNOWN))
    })

    test('what is written by each function is there afterwards, and nothing beside it has changed', async () => {
      const target = ['--driver', 'modbus', '--connection', JSON.stringify(served.connection)]
      for (const [{ id }, value] of WRITTEN) {
        const points = pointsFile(WRITTEN)
        await edge('write', ...target, '--points', points, '--point', id, '--value', `${value}`, '--yes')
      }
      expect(await readBack(served.connection, WRITTEN)).toEqual(valuesOf(WRITTEN))
      const beside: Known[] = [
        [{ id: 'word', table: 'holding', address: 118, type: 'uint16' }, 0xa5c3 | (1 << 14)],
        [{ id: 'next', table: 'holding', address: 147, type: 'uint16' }, 0],
        [{ id: 'coil', table: 'coil', address: 4, type: 'bool' }, false],
      ]
      expect(await readBack(served.connection, beside)).toEqual(valuesOf(beside))
    })
  })
}
