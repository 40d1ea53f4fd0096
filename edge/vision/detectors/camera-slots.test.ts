import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CameraSlots } from './camera-slots.ts'

test('the newest frame of a camera takes the place of one that nobody looked at, and its turn', () => {
  const slots = new CameraSlots<string>()
  expect(slots.put('a', 'a1', { periodMs: 200, now: 0 })).toBeUndefined()
  expect(slots.put('b', 'b1', { periodMs: 200, now: 10 })).toBeUndefined()
  expect(slots.put('a', 'a2', { periodMs: 200, now: 20 })).toBe('a1')
  expect(slots.take()).toBe('a2')
  expect(slots.take()).toBe('b1')
  expect(slots.take()).toBeUndefined()
  expect(slots.waiting).toBe(false)
})

test('a camera that is removed leaves nothing behind', () => {
  const slots = new CameraSlots<string>()
  slots.put('a', 'a1', { periodMs: 200, now: 0 })
  slots.put('b', 'b1', { periodMs: 200, now: 0 })
  expect(slots.remove('a')).toBe('a1')
  expect(slots.takeAll()).toEqual(['b1'])
  expect(slots.waiting).toBe(false)
})

const periods = fc.array(fc.integer({ min: 40, max: 2_000 }), { minLength: 2, maxLength: 20 })

/** How often each is served when all of them have a frame at any time. */
function serveAll(
  all: readonly number[],
  rounds: number,
  serviceMs: number,
): { served: number[]; longestMs: number[] } {
  const slots = new CameraSlots<number>()
  const served = all.map(() => 0)
  const servedAt = all.map(() => 0)
  const longestMs = all.map(() => 0)
  for (let now = 0; now < rounds * serviceMs; now += serviceMs) {
    for (const [camera, periodMs] of all.entries()) slots.put(String(camera), camera, { periodMs, now })
    const camera = slots.take()!
    served[camera]! += 1
    longestMs[camera] = Math.max(longestMs[camera]!, now - servedAt[camera]!)
    servedAt[camera] = now
  }
  return { served, longestMs }
}

test('however much is asked for, nobody waits longer than his period and a turn of each other', () => {
  fc.assert(
    fc.property(periods, fc.integer({ min: 1, max: 200 }), (all, serviceMs) => {
      const { longestMs } = serveAll(all, 500, serviceMs)
      for (const [camera, periodMs] of all.entries()) {
        expect(longestMs[camera]).toBeLessThanOrEqual(periodMs + (all.length + 2) * serviceMs)
      }
    }),
    { numRuns: 100 },
  )
})

test('who asks alike is served alike, and who asks for more not less often', () => {
  fc.assert(
    fc.property(periods, fc.integer({ min: 1, max: 200 }), (all, serviceMs) => {
      const sorted = all.toSorted((a, b) => a - b)
      const { served } = serveAll([...sorted, sorted[0]!], 1_000, serviceMs)
      expect(Math.abs(served[0]! - served.at(-1)!)).toBeLessThanOrEqual(1)
      for (let i = 1; i < sorted.length; i++) expect(served[i]!).toBeLessThanOrEqual(served[i - 1]! + 1)
    }),
    { numRuns: 100 },
  )
})
