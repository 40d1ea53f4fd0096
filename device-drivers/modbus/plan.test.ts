import { ModbusPoint } from '@ganzhi/contracts/profile'
import { check } from '@ganzhi/contracts/schema'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { UnitPlan } from './plan.ts'

function points(...list: object[]): ModbusPoint[] {
  return list.map((fields, i) =>
    check(ModbusPoint, { id: `p${i}`, table: 'holding', type: 'uint16', ...fields }, 'point'),
  )
}

function shape(plan: UnitPlan, list: ModbusPoint[]): string[] {
  return plan
    .reads(list)
    .map(
      ({ table, address, count, points: of }) =>
        `${table} ${address}+${count}: ${of.map(({ index }) => index).join(' ')}`,
    )
}

test('points that touch or overlap become one read, whatever their order and type', () => {
  const list = points(
    { address: 4, type: 'float32' },
    { address: 0, type: 'float64' },
    { address: 1 },
    { address: 6 },
  )
  expect(shape(new UnitPlan(), list)).toEqual(['holding 0+7: 1 2 0 3'])
})

test('a gap, another table, or the longest read starts a new one', () => {
  const list = points(
    { address: 0 },
    { address: 2 },
    { address: 3, table: 'input' },
    { address: 10, type: 'string', registers: 125 },
    { address: 135 },
  )
  expect(shape(new UnitPlan(), list)).toEqual([
    'holding 0+1: 0',
    'holding 2+1: 1',
    'holding 10+125: 3',
    'holding 135+1: 4',
    'input 3+1: 2',
  ])
})

test('no read is longer than the wire takes, none splits a value, and every point is read once', () => {
  const point = fc.record({
    table: fc.constantFrom('holding', 'input'),
    address: fc.nat(400),
    type: fc.constantFrom('uint16', 'float32', 'float64'),
  })
  fc.assert(
    fc.property(fc.array(point, { maxLength: 200 }), (list) => {
      const reads = new UnitPlan().reads(points(...list))
      const seen = reads.flatMap((read) => read.points.map(({ index }) => index))
      expect(seen.toSorted((a, b) => a - b)).toEqual(list.map((_, i) => i))
      for (const read of reads) {
        expect(read.count).toBeLessThanOrEqual(125)
        for (const { point: at } of read.points) {
          const width = { uint16: 1, float32: 2, float64: 4 }[at.type as 'uint16']
          expect(at.table).toBe(read.table)
          expect(at.address).toBeGreaterThanOrEqual(read.address)
          expect(at.address + width).toBeLessThanOrEqual(read.address + read.count)
        }
      }
    }),
  )
})

test('a refused point is read alone from then on', () => {
  const plan = new UnitPlan()
  const list = points({ address: 0 }, { address: 1 }, { address: 2 }, { address: 3 })
  const [merged] = plan.reads(list)
  plan.learn(merged!, [merged!.points[2]!])
  expect(shape(plan, list)).toEqual(['holding 0+2: 0 1', 'holding 2+1: 2', 'holding 3+1: 3'])
})

test('a unit that takes every point alone but not together is asked for less at once', () => {
  const plan = new UnitPlan()
  const list = points({ address: 0 }, { address: 1 }, { address: 2 }, { address: 3 })
  plan.learn(plan.reads(list)[0]!, [])
  expect(shape(plan, list)).toEqual(['holding 0+2: 0 1', 'holding 2+2: 2 3'])
})

test('a unit that refuses everything teaches nothing', () => {
  const plan = new UnitPlan()
  const list = points({ address: 0 }, { address: 1 })
  const [merged] = plan.reads(list)
  plan.learn(merged!, merged!.points)
  expect(shape(plan, list)).toEqual(['holding 0+2: 0 1'])
})
