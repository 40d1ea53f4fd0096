import { manualClock } from '@ganzhi/device-drivers/manual-clock'
import { expect, test } from 'vitest'
import { Pacer } from './pacer.ts'
import { RateMeter } from './rate-meter.ts'

/** How many pass of those that come `everyMs` apart. */
async function passing(perSecond: number, seconds: number, everyMs: (i: number) => number): Promise<number> {
  const clock = manualClock()
  const pacer = new Pacer(clock, perSecond)
  let passed = 0
  for (let i = 0; clock.elapsed() < 1_000 * seconds; i++) {
    if (pacer.pass()) passed += 1
    await clock.advance(everyMs(i))
  }
  return passed
}

test('of 25 a second as many pass as are granted', async () => {
  expect(Math.abs((await passing(5, 20, () => 40)) - 100)).toBeLessThanOrEqual(1)
  expect(Math.abs((await passing(0.5, 20, () => 40)) - 10)).toBeLessThanOrEqual(1)
})

test('frames that come now a little early, now a little late all pass at their own rate', async () => {
  expect(await passing(5, 20, (i) => (i % 2 ? 130 : 270))).toBe(100)
})

test('a frame that comes late does not cost the next one its turn', async () => {
  const clock = manualClock()
  const pacer = new Pacer(clock, 5)
  expect(pacer.pass()).toBe(true)
  await clock.advance(350)
  expect(pacer.pass()).toBe(true)
  await clock.advance(50)
  expect(pacer.pass()).toBe(true)
})

test('silence saves nothing up', async () => {
  const clock = manualClock()
  const pacer = new Pacer(clock, 5)
  await clock.advance(60_000)
  const passed = Array.from({ length: 10 }, () => pacer.pass())
  expect(passed.filter(Boolean)).toHaveLength(1)
})

test('a rate is that of the last ten seconds, and of its life while that is shorter', async () => {
  const clock = manualClock()
  const meter = new RateMeter(clock)
  const run = async (perSecond: number, seconds: number) => {
    for (let i = 0; i < perSecond * seconds; i++) {
      meter.add()
      await clock.advance(1_000 / perSecond)
    }
  }
  await run(5, 3)
  expect(meter.perSecond()).toBeCloseTo(5, 1)
  await run(20, 30)
  expect(meter.perSecond()).toBeCloseTo(20, 0)
  await clock.advance(5_000)
  expect(meter.perSecond()).toBeCloseTo(10, 0)
  await clock.advance(100_000)
  expect(meter.perSecond()).toBe(0)
})
