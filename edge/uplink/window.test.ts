import { expect, test } from 'vitest'
import { adaptiveWindow } from './window.ts'

const LIMITS = { leastBytes: 64_000, mostBytes: 1_000_000, messages: 512 }

test('grows to its limit while answers come quickly', () => {
  const window = adaptiveWindow(LIMITS)
  for (let i = 0; i < 1_000; i++) window.answered(10_000, 5)
  expect(window.bytes).toBe(LIMITS.mostBytes)
})

test('shrinks when answers queue up, once for each window that was sent', () => {
  const window = adaptiveWindow(LIMITS)
  window.answered(1_000, 20)
  const before = window.bytes
  window.answered(1_000, 2_000)
  expect(window.bytes).toBe(before)
  for (let sent = 0; sent < before; sent += 1_000) window.answered(1_000, 2_000)
  expect(window.bytes).toBeLessThan(before)
  expect(window.bytes).toBeGreaterThan(before / 2)
})

test('a long way with short queues is no reason to shrink', () => {
  const window = adaptiveWindow(LIMITS)
  for (let i = 0; i < 1_000; i++) window.answered(10_000, 800)
  expect(window.bytes).toBe(LIMITS.mostBytes)
})

test('silence halves it, down to its floor', () => {
  const window = adaptiveWindow(LIMITS)
  const before = window.bytes
  window.lost()
  expect(window.bytes).toBeLessThan(before * 0.6)
  for (let i = 0; i < 20; i++) window.lost()
  expect(window.bytes).toBe(LIMITS.leastBytes)
})
