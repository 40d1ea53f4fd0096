import { expect, test } from 'vitest'
import { transactionIds } from './transaction-ids.ts'

test('an id comes back only after all 65,536', () => {
  const ids = transactionIds()
  const seen = new Set(Array.from({ length: 65_536 }, () => ids.take()))
  expect(seen.size).toBe(65_536)
  expect(Math.max(...[...seen].slice(-10))).toBeLessThan(65_536)
})

test('the id of a reply that did not come is never given again, until it comes', () => {
  const ids = transactionIds()
  const lost = ids.take()
  ids.retire(lost)
  const round = Array.from({ length: 65_536 }, () => ids.take())
  expect(round).not.toContain(lost)
  expect(ids.settle(lost)).toBe(true)
  expect(ids.settle(lost)).toBe(false)
  const next = Array.from({ length: 65_536 }, () => ids.take())
  expect(next).toContain(lost)
})

test('ids are scarce when half of them are out, and plenty on a new connection', () => {
  const ids = transactionIds()
  for (let i = 0; i < 32_767; i++) ids.retire(ids.take())
  expect(ids.scarce).toBe(false)
  ids.retire(ids.take())
  expect(ids.scarce).toBe(true)
  ids.renew()
  expect(ids.scarce).toBe(false)
})
