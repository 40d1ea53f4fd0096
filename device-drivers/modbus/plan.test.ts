import { ModbusPoint } from '@ganzhi/contracts/profile'
import { check } from '@ganzhi/contracts/schema'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KnownLimits } from './known-limits.ts'
import { rtuCost } from './modelled-wire.ts'
import { planReads } from './plan.ts'
import type { WireCost } from './wire.ts'

const TCP: WireCost = { exchangeMs: 0, byteMs: 0.000_08 }

function points(...list: object[]): ModbusPoint[] {
  return list.map((fields, i) =>
    check(ModbusPoint, { id: `p${i}`, table: 'holding', type: 'uint16', ...fields }, 'point'),
  )
}

function plan(list: readonly ModbusPoint[], facts: object = {}) {
  const limits = new KnownLimits()
  return planReads(list, { unit: 1, limits, cost: rtuCost(9600), turnaroundMs: 0, ...facts })
}

function shape(exchanges: ReturnType<typeof plan>): string[] {
  return exchanges.map(
    ({ request: { table, address, count }, points: of }) => `${table} ${address}+${count}: ${of.join(' ')}`,
  )
}

/** Two registers with so many between them: are they read as one? */
function mergesOver(gap: number, facts: object): boolean {
  return plan(points({ address: 0 }, { address: gap + 1 }), facts).length === 1
}

describe.each([
  [9600, 0, 10],
  [9600, 5, 12],
  [9600, 20, 18],
  [19_200, 0, 10],
  [19_200, 5, 14],
  [19_200, 20, 27],
  [38_400, 0, 12],
  [38_400, 5, 21],
  [38_400, 20, 47],
  [57_600, 0, 15],
  [57_600, 5, 28],
  [57_600, 20, 68],
  [115_200, 0, 24],
  [115_200, 5, 51],
  [115_200, 20, 123],
])('at %d baud, from a device that takes %d ms', (baudRate, turnaroundMs, gap) => {
  const facts = { cost: rtuCost(baudRate), turnaroundMs }

  test(`a gap of ${gap} registers is read, as that is cheaper than another request`, () => {
    expect(mergesOver(gap, facts)).toBe(true)
  })

  test(`a gap of ${gap + 1} is not`, () => {
    expect(mergesOver(gap + 1, facts)).toBe(false)
  })
})

test('on TCP every gap that fits into a read is read', () => {
  expect(mergesOver(123, { cost: TCP, turnaroundMs: 0.2 })).toBe(true)
  expect(mergesOver(124, { cost: TCP, turnaroundMs: 0.2 })).toBe(false)
})

test('points that touch or overlap become one read, whatever their order and type', () => {
  const list = points(
    { address: 4, type: 'float32' },
    { address: 0, type: 'float64' },
    { address: 1 },
    { address: 6 },
  )
  expect(shape(plan(list))).toEqual(['holding 0+7: 1 2 0 3'])
})

test('bits of one register are read once', () => {
  const list = points({ address: 3, type: 'bool', bit: 2 }, { address: 3, type: 'bool', bit: 9 })
  expect(shape(plan(list))).toEqual(['holding 3+1: 0 1'])
})

test('tables are read apart', () => {
  const list = points({ address: 0 }, { address: 0, table: 'input' }, { address: 1 })
  expect(shape(plan(list))).toEqual(['holding 0+2: 0 2', 'input 0+1: 1'])
})

test('the longest read is not filled when a split at a gap is cheaper', () => {
  const list = points(
    { address: 0, type: 'string', registers: 60 },
    { address: 65, type: 'string', registers: 60 },
    { address: 125, type: 'string', registers: 60 },
  )
  expect(shape(plan(list))).toEqual(['holding 0+60: 0', 'holding 65+120: 1 2'])
})

test('an exchange says how much nobody asked for it reads, and what that saves', () => {
  const [exchange] = plan(points({ address: 0 }, { address: 4 }, { address: 6 }), { turnaroundMs: 10 })
  expect(exchange).toMatchObject({
    request: { unit: 1, table: 'holding', address: 0, count: 7 },
    predictedMs: 48.96,
    extra: expect.stringContaining(
      '4 registers nobody asked for, 9.17 ms; 2 more requests would take 65.83 ms',
    ),
  })
})

test('a refused range is not crossed, and a value in it is read alone', () => {
  const limits = new KnownLimits({ refused: [{ table: 'holding', from: 2, to: 3 }] })
  const list = points(...[0, 1, 3, 4, 5].map((address) => ({ address })))
  expect(shape(plan(list, { limits }))).toEqual(['holding 0+2: 0 1', 'holding 3+1: 2', 'holding 4+2: 3 4'])
})

test('no read is longer than the profile says', () => {
  const limits = new KnownLimits({ registers: 10, bits: 16 })
  const list = points(
    ...Array.from({ length: 25 }, (_, address) => ({ address })),
    ...Array.from({ length: 20 }, (_, address) => ({ address, table: 'coil', type: 'bool' })),
  )
  const counts = plan(list, { limits }).map(({ request }) => [request.table, request.count])
  for (const [table, count] of counts) expect(count).toBeLessThanOrEqual(table === 'coil' ? 16 : 10)
  expect(counts).toHaveLength(5)
})

const anyPoint = fc.record({
  table: fc.constantFrom('holding', 'input'),
  address: fc.nat(400),
  type: fc.constantFrom('uint16', 'float32', 'float64'),
})
const WIDTH = { uint16: 1, float32: 2, float64: 4 }

test('every point is read once, whole, and no read is longer than the wire takes', () => {
  fc.assert(
    fc.property(fc.array(anyPoint, { maxLength: 200 }), fc.constantFrom(rtuCost(9600), TCP), (list, cost) => {
      const seen: number[] = []
      for (const { request, points: of } of plan(points(...list), { cost })) {
        expect(request.count).toBeLessThanOrEqual(125)
        for (const index of of) {
          const at = list[index]!
          seen.push(index)
          expect(at.table).toBe(request.table)
          expect(at.address).toBeGreaterThanOrEqual(request.address)
          expect(at.address + WIDTH[at.type as 'uint16']).toBeLessThanOrEqual(request.address + request.count)
        }
      }
      expect(seen.toSorted((a, b) => a - b)).toEqual(list.map((_, i) => i))
    }),
  )
})

/** The cheapest of all ways to put up to eight registers into reads, by trying every one. */
function cheapest(addresses: readonly number[], gapMs: number, requestMs: number): number {
  const [first, ...rest] = addresses
  if (first === undefined) return 0
  return Math.min(
    ...rest.concat(Infinity).map((_, i) => {
      const count = addresses[i]! - first + 1
      const beyond = cheapest(addresses.slice(i + 1), gapMs, requestMs)
      return count > 125 ? Infinity : requestMs + count * gapMs + beyond
    }),
  )
}

test('no other reads would be cheaper', () => {
  const addresses = fc.uniqueArray(fc.nat(300), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(addresses, fc.constantFrom(9600, 115_200), fc.nat(20), (list, baudRate, turnaroundMs) => {
      const cost = rtuCost(baudRate)
      const exchanges = plan(points(...list.map((address) => ({ address }))), { cost, turnaroundMs })
      const wanted = cheapest(
        list.toSorted((a, b) => a - b),
        2 * cost.byteMs,
        cost.exchangeMs + turnaroundMs,
      )
      const got = exchanges.reduce((sum, { predictedMs }) => sum + predictedMs, 0)
      expect(Math.abs(got - wanted)).toBeLessThan(0.01 * list.length)
    }),
  )
})
