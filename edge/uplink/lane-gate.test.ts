import { expect, test } from 'vitest'
import { laneGate } from './lane-gate.ts'

const always = () => 1

test('an open gate lets everything through', () => {
  const gate = laneGate(10_000, always)
  expect(gate.allows(0, 100)).toBe(true)
})

test('after a refusal it waits, then lets one through at a time', () => {
  const gate = laneGate(10_000, always)
  expect(gate.refused(1_000)).toBe(true)
  const until = gate.closedUntil ?? 0
  expect(until).toBeGreaterThan(1_000)
  expect(gate.allows(until - 1, 0)).toBe(false)
  expect(gate.allows(until, 0)).toBe(true)
  expect(gate.allows(until, 1)).toBe(false)
})

test('a burst of refusals is one refusal, and each later one waits longer up to the limit', () => {
  const gate = laneGate(2_000, always)
  const pauses: number[] = []
  let now = 0
  for (let i = 0; i < 6; i++) {
    for (let burst = 0; burst < 50; burst++) gate.refused(now)
    pauses.push((gate.closedUntil ?? 0) - now)
    now = gate.closedUntil ?? 0
  }
  expect(pauses).toEqual([250, 500, 1_000, 2_000, 2_000, 2_000])
})

test('opens when a message is taken, and starts with the shortest pause again', () => {
  const gate = laneGate(10_000, always)
  gate.refused(0)
  gate.refused(1_000)
  expect(gate.taken()).toBe(true)
  expect(gate.taken()).toBe(false)
  expect(gate.allows(1_001, 100)).toBe(true)
  gate.refused(2_000)
  expect(gate.closedUntil).toBe(2_250)
})
