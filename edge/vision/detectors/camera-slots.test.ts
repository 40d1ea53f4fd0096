import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CameraSlots } from './camera-slots.ts'

test('the newest frame of a camera takes the place of one that nobody looked at', () => {
  const slots = new CameraSlots<string>()
  expect(slots.put('a', 'a1', 200)).toBeUndefined()
  expect(slots.put('a', 'a2', 200)).toBe('a1')
  expect(slots.take()).toBe('a2')
  expect(slots.take()).toBeUndefined()
  expect(slots.waiting).toBe(false)
})

test('a camera that is removed leaves nothing behind', () => {
  const slots = new CameraSlots<string>()
  slots.put('a', 'a1', 200)
  slots.put('b', 'b1', 200)
  expect(slots.remove('a')).toBe('a1')
  expect([...slots.takeAll()]).toEqual(['b1'])
  expect(slots.waiting).toBe(false)
})

test('also where frames come when they like, nobody waits for more than two turns of each other', () => {
  const arrivals = fc.array(fc.array(fc.nat(4), { maxLength: 5 }), { maxLength: 100 })
  fc.assert(
    fc.property(arrivals, (rounds) => {
      const slots = new CameraSlots<number>()
      const servedBefore = new Map<number, number>()
      for (const came of rounds) {
        for (const camera of came) {
          slots.put(String(camera), camera, 200)
          servedBefore.set(camera, servedBefore.get(camera) ?? 0)
        }
        const served = slots.take()
        if (served === undefined) continue
        servedBefore.delete(served)
        for (const [camera, others] of servedBefore) servedBefore.set(camera, others + 1)
        expect(Math.max(0, ...servedBefore.values())).toBeLessThanOrEqual(8)
      }
    }),
  )
})

const cameras = fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 2, maxLength: 20 })

test('whoever always has a frame is served in proportion to the rate he asks for, and none starves', () => {
  fc.assert(
    fc.property(cameras, (rates) => {
      const slots = new CameraSlots<number>()
      const served = rates.map(() => 0)
      const asked = rates.reduce((sum, fps) => sum + fps, 0)
      const rounds = 40 * Math.max(asked, rates.length)
      for (let i = 0; i < rounds; i++) {
        for (const [camera, fps] of rates.entries()) slots.put(String(camera), camera, 1_000 / fps)
        const camera = slots.take()!
        served[camera] = served[camera]! + 1
      }
      for (const [camera, fps] of rates.entries()) {
        const due = (rounds * fps) / asked
        expect(Math.abs(served[camera]! - due)).toBeLessThan(0.1 * due + 1)
      }
    }),
    { numRuns: 50 },
  )
})

test('a camera that comes late is served at once, and does not make up for what it never asked for', () => {
  const slots = new CameraSlots<string>()
  const served: string[] = []
  for (let i = 0; i < 100; i++) {
    slots.put('old', 'old', 200)
    if (i >= 50) slots.put('new', 'new', 200)
    served.push(slots.take()!)
  }
  expect(served[50]).toBe('new')
  expect(served.slice(50).filter((camera) => camera === 'new')).toHaveLength(25)
})
