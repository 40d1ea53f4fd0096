import { expect, test } from 'vitest'
import { LaneProgress } from './lane-progress.ts'

const EPOCH = '00000000000000aa'
const aLane = (facts: Partial<{ head: number; stored: number; attempt: number }> = {}) =>
  new LaneProgress('telemetry', EPOCH, { head: 0, stored: 0, attempt: 1, ...facts })

test('what stood there before we came is backlog, less what the database has', () => {
  const lane = aLane({ head: 10, stored: 4 })
  expect(lane.backlog).toEqual([5, 10])
  expect(lane.fresh).toBeUndefined()
})

test('what comes later is fresh until it is read', () => {
  const lane = aLane()
  lane.grow(3)
  expect(lane.fresh).toEqual([1, 3])
  expect(lane.read([1, 3], [1, 2, 3])).toEqual([1, 2, 3])
  expect(lane.fresh).toBeUndefined()
})

test('what is fresh for too long becomes backlog, so that newer records overtake it', () => {
  const lane = aLane()
  lane.grow(5)
  lane.tick(0, 100)
  lane.grow(7)
  lane.tick(50, 100)
  expect(lane.backlog).toBeUndefined()
  lane.tick(100, 100)
  expect(lane.backlog).toEqual([1, 5])
  expect(lane.fresh).toEqual([6, 7])
})

test('delivered is what was read and is neither under way nor to be sent again', () => {
  const lane = aLane({ head: 6 })
  lane.read([1, 4], [1, 2, 3, 4])
  for (const seq of [1, 3]) lane.taken(seq)
  expect(lane.delivered()).toEqual([
    [1, 1],
    [3, 3],
  ])
  lane.resend([[1, 1]])
  expect(lane.delivered()).toEqual([[3, 3]])
})

test('a re-send takes another attempt, a repeat the same', () => {
  const lane = aLane({ head: 2 })
  lane.read([1, 2], [1, 2])
  lane.putBack(1)
  expect(lane.backlog).toEqual([1, 1])
  expect(lane.attempt).toBe(1)
  lane.resend([[2, 2]])
  expect(lane.attempt).toBe(2)
})

test('what the database has is neither sent nor read twice', () => {
  const lane = aLane({ head: 5 })
  lane.read([1, 2], [1, 2])
  lane.learn([[2, 4]])
  expect(lane.isUnderWay(1)).toBe(true)
  expect(lane.isUnderWay(2)).toBe(false)
  expect(lane.backlog).toEqual([5, 5])
  expect(lane.contiguous).toBe(0)
  expect(lane.read([1, 5], [1, 2, 3, 4, 5])).toEqual([5])
})

test('what the outbox no longer gives is remembered until it is named or stored', () => {
  const lane = aLane({ head: 6 })
  lane.read([1, 6], [2, 5])
  expect(lane.absent).toEqual([
    [1, 1],
    [3, 4],
    [6, 6],
  ])
  lane.named([[3, 4]])
  lane.learn([[1, 1]])
  expect(lane.absent).toEqual([[6, 6]])
})

test('what was named as missing is not sent any more', () => {
  const lane = aLane({ head: 6 })
  lane.read([1, 3], [1, 2, 3])
  lane.gone([2, 5])
  expect(lane.isUnderWay(2)).toBe(false)
  expect(lane.isUnderWay(1)).toBe(true)
  expect(lane.backlog).toEqual([6, 6])
})
