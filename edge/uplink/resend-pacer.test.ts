import { expect, test } from 'vitest'
import type { SeqRanges } from '../outbox/seq-ranges.ts'
import { ResendPacer } from './resend-pacer.ts'

const lost: SeqRanges = [[1, 10]]
const aPacer = () => new ResendPacer([100, 1_000], () => 1)

test('the first loss is sent again at once', () => {
  expect(aPacer().release(lost, lost, 0)).toEqual(lost)
})

test('what is missing again and again is sent ever more rarely', () => {
  const pacer = aPacer()
  const sentAt: number[] = []
  for (let now = 0; now <= 3_000; now += 50) {
    if (pacer.release(lost, lost, now).length > 0) sentAt.push(now)
  }
  expect(sentAt).toEqual([0, 100, 300, 700, 1_500, 2_500])
})

test('a re-send that helped makes the next one immediate', () => {
  const pacer = aPacer()
  pacer.release(lost, lost, 0)
  const rest: SeqRanges = [[6, 10]]
  expect(pacer.release(rest, rest, 1)).toEqual(rest)
})

test('nothing wanted costs nothing', () => {
  const pacer = aPacer()
  expect(pacer.release([], [], 0)).toEqual([])
  expect(pacer.release(lost, lost, 0)).toEqual(lost)
})
