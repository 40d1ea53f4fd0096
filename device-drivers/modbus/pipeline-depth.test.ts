import { expect, test } from 'vitest'
import { fakeMemory } from '../fake-memory.ts'
import { manualClock } from '../manual-clock.ts'
import { type Flight, PipelineDepth } from './pipeline-depth.ts'

function setUp({ max = 16, memory = fakeMemory() } = {}) {
  const clock = manualClock()
  const depth = new PipelineDepth(max, { clock, memory })
  /** A server that works on `parallel` requests at a time, 10 ms each, with a caller that always fills the depth. */
  async function run(ms: number, parallel: number): Promise<void> {
    const flights: Flight[] = []
    for (let t = 0; t < ms; t += 10) {
      while (flights.length < depth.current) flights.push(depth.started(1))
      await clock.advance(10)
      for (const flight of flights.splice(0, parallel)) depth.answered(flight)
    }
    for (const flight of flights.splice(0)) depth.answered(flight)
  }
  return { clock, depth, memory, run }
}

test('the depth starts at 1, and doubles as long as that carries more', async () => {
  const { depth, run } = setUp()
  expect(depth.current).toBe(1)
  await run(20_000, 100)
  expect(depth.current).toBe(16)
})

test('a depth that carries no more is left for the one before', async () => {
  const { depth, run } = setUp()
  await run(20_000, 4)
  expect(depth.current).toBe(4)
})

test('a server that does one thing at a time stays at 1', async () => {
  const { depth, run } = setUp()
  await run(20_000, 1)
  expect(depth.current).toBe(1)
})

test('the depth never exceeds what the configuration allows', async () => {
  const { depth, run } = setUp({ max: 2 })
  await run(20_000, 100)
  expect(depth.current).toBe(2)
})

test('a caller that does not fill the depth raises nothing', async () => {
  const { clock, depth, run } = setUp()
  await run(2_000, 2)
  const reached = depth.current
  for (let i = 0; i < 500; i++) {
    const flight = depth.started(1)
    await clock.advance(10)
    depth.answered(flight)
  }
  expect(depth.current).toBe(reached)
})

test('after a connection that broke under several requests it is 1 for good, and after a restart too', async () => {
  const { depth, memory, run } = setUp()
  await run(2_000, 100)
  expect(depth.current).toBeGreaterThan(1)
  const flights = [depth.started(1), depth.started(1)]
  for (const flight of flights) depth.broken(flight)
  await run(20_000, 100)
  expect(depth.current).toBe(1)
  const restarted = setUp({ memory })
  await restarted.run(20_000, 100)
  expect(restarted.depth.current).toBe(1)
})

test('a unit that falls silent in company and answers alone lost its answer to the company: 1 for good', async () => {
  const { depth, memory, run } = setUp()
  await run(2_000, 100)
  const [lost, other] = [depth.started(1), depth.started(2)]
  depth.answered(other)
  depth.unanswered(lost)
  expect(depth.current).toBe(1)
  depth.answered(depth.started(1))
  expect(memory.recall('depth')).toBe(1)
})

test('a unit that stays silent alone was not silenced by company, and the depth is as before', async () => {
  const { depth, memory, run } = setUp()
  await run(2_000, 100)
  const before = depth.current
  const [lost, other] = [depth.started(1), depth.started(2)]
  depth.answered(other)
  depth.unanswered(lost)
  depth.unanswered(depth.started(1))
  expect(depth.current).toBe(before)
  expect(memory.recall('depth')).toBeUndefined()
})

test('a unit that never answered says nothing about the depth', async () => {
  const { depth, run } = setUp()
  await run(2_000, 100)
  const before = depth.current
  const [dead, other] = [depth.started(9), depth.started(1)]
  depth.unanswered(dead)
  depth.answered(other)
  expect(depth.current).toBe(before)
})

test('a gain that is only the way to and fro is taken where it makes no write wait long', async () => {
  /** A server that does one thing at a time; with one request under way it rests for a tenth of that between two. */
  async function depthAt(workMs: number): Promise<number> {
    const { clock, depth } = setUp()
    const flights: Flight[] = []
    for (let n = 0; n < 1000; n++) {
      while (flights.length < depth.current) flights.push(depth.started(1))
      await clock.advance(flights.length > 1 ? workMs : workMs * 1.1)
      depth.answered(flights.shift() as Flight)
    }
    return depth.current
  }
  expect(await depthAt(1)).toBeGreaterThan(1)
  expect(await depthAt(50)).toBe(1)
})
