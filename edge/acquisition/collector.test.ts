import type { Reading } from '@ganzhi/contracts/reading'
import { manualClock } from '@ganzhi/device-drivers/manual-clock'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { Collector, type Sink } from './collector.ts'

function setUp(sink: Sink, { points = 2, maxPending = 6 } = {}) {
  const clock = manualClock()
  const logged: { level: number; msg: string; lost?: number }[] = []
  const log = pino({}, { write: (line) => void logged.push(JSON.parse(line) as (typeof logged)[0]) })
  const table = {
    points: Array.from({ length: points }, (_, i) => ({
      device: `d${i}`,
      property: 'p',
      type: 'float' as const,
    })),
  }
  const collector = new Collector({ sink, telemetryMs: 1_000, maxPending, clock, log })
  collector.addTable(table)
  collector.addTable(table)
  const stop = new AbortController()
  const running = collector.run(stop.signal)
  const end = async () => {
    stop.abort()
    await running
    await collector.close()
  }
  return { clock, collector, logged, end }
}

function reading(slot: number, value: number): Reading {
  return { slot, at: value, quality: 'good', value }
}

test('readings of a table are handed on together, at the telemetry interval and in their order', async () => {
  const batches: number[][] = []
  const { clock, collector, end } = setUp(async (_, readings) => {
    batches.push(readings.map(({ at }) => at))
  })
  for (const at of [1, 2, 3]) collector.add(0, reading(at % 2, at))
  collector.add(1, reading(0, 9))
  await clock.advance(999)
  expect(batches).toEqual([])
  await clock.advance(1)
  expect(batches).toEqual([[1, 2, 3], [9]])
  await clock.advance(5_000)
  expect(batches).toHaveLength(2)
  await end()
})

test('while the sink is slow nothing else of that table is handed to it, and nothing is lost', async () => {
  const batches: number[][] = []
  const gates: (() => void)[] = []
  const { clock, collector, end } = setUp((_, readings) => {
    batches.push(readings.map(({ at }) => at))
    return new Promise((resolve) => gates.push(resolve))
  })
  collector.add(0, reading(0, 1))
  await clock.advance(1_000)
  collector.add(0, reading(0, 2))
  collector.add(0, reading(1, 3))
  await clock.advance(3_000)
  expect(batches).toEqual([[1]])
  gates[0]?.()
  await clock.advance(1_000)
  expect(batches).toEqual([[1], [2, 3]])
  gates[1]?.()
  await end()
  expect(collector.lost).toBe(0)
})

test('what the sink refused is offered again, before what came meanwhile', async () => {
  const batches: number[][] = []
  const refusals: (() => void)[] = []
  const { clock, collector, logged, end } = setUp((_, readings) => {
    batches.push(readings.map(({ at }) => at))
    if (batches.length > 1) return Promise.resolve()
    return new Promise((_resolve, reject) => refusals.push(() => reject(new Error('outbox full'))))
  })
  collector.add(0, reading(0, 1))
  await clock.advance(1_000)
  collector.add(0, reading(0, 2))
  refusals[0]?.()
  await clock.advance(1_000)
  expect(batches).toEqual([[1], [1, 2]])
  expect(logged.map(({ msg }) => msg)).toEqual([
    'readings are not taken; they wait',
    'readings are taken again',
  ])
  await end()
})

test('when too many wait the newest of each point stay; the loss is counted and logged', async () => {
  let full = true
  const batches: number[][] = []
  const { clock, collector, logged, end } = setUp(async (_, readings) => {
    if (full) throw new Error('outbox full')
    batches.push(readings.map(({ at }) => at))
  })
  for (let at = 1; at <= 4; at++) collector.add(0, reading(0, at))
  await clock.advance(1_000)
  collector.add(0, reading(1, 5))
  collector.add(0, reading(1, 6))
  expect(collector.pending).toBe(6)
  collector.add(0, reading(0, 7))
  expect(collector).toMatchObject({ pending: 2, lost: 5 })
  expect(logged.filter(({ level }) => level >= 50)).toMatchObject([{ msg: 'readings were dropped', lost: 5 }])
  full = false
  await clock.advance(1_000)
  expect(batches).toEqual([[6, 7]])
  await end()
})

test('a sink that refuses for hours is reported once a minute at most', async () => {
  const { clock, collector, logged, end } = setUp(() => Promise.reject(new Error('outbox full')))
  for (let second = 0; second < 180; second++) {
    collector.add(0, reading(second % 2, second))
    await clock.advance(1_000)
  }
  expect(logged.filter(({ msg }) => msg.includes('not taken')).length).toBeLessThanOrEqual(3)
  await end()
})

test('closing hands on the rest, and counts as lost what even then is refused', async () => {
  const batches: number[][] = []
  const kept = setUp(async (_, readings) => void batches.push(readings.map(({ at }) => at)))
  kept.collector.add(0, reading(0, 1))
  await kept.end()
  expect(batches).toEqual([[1]])
  const refused = setUp(() => Promise.reject(new Error('outbox broken')))
  refused.collector.add(0, reading(0, 1))
  await refused.end()
  expect(refused.collector).toMatchObject({ lost: 1, pending: 0 })
})

test('a table that is added later, and another pace, hold from then on', async () => {
  const batches: number[][] = []
  const { clock, collector, end } = setUp(async (_, readings) => {
    batches.push(readings.map(({ at }) => at))
  })
  await clock.advance(1_000)
  collector.addTable({ points: [{ device: 'new', property: 'p', type: 'float' }] })
  collector.pace(200)
  collector.add(2, reading(0, 7))
  await clock.advance(1_000)
  expect(batches).toEqual([[7]])
  collector.add(2, reading(0, 8))
  await clock.advance(200)
  expect(batches).toEqual([[7], [8]])
  await end()
})
