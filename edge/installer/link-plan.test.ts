import { GanzhiError } from '@ganzhi/contracts/error'
import { manualClock } from '@ganzhi/device-drivers/manual-clock'
import type { Exchange, Reads } from '@ganzhi/device-drivers/driver'
import type { Static, TObject } from 'typebox'
import { expect, test } from 'vitest'
import { type Group, measureLink, planLink, slowdown } from './link-plan.ts'
import { readPoints } from './read-points.ts'

type Anything = Static<TObject>

const signal = new AbortController().signal
const points = ['a', 'b', 'c'].map((id) => ({ id }))
const device = { unit: 3 }
const group = (intervalMs: number): Group => ({ device, intervalMs, points })

/** One exchange a point, each of which takes `tookMs`; the points in `silent` are not answered. */
function reads(tookMs: number, silent: readonly number[] = []) {
  const clock = manualClock(0)
  const asked: number[] = []
  const planned: Exchange[] = points.map((_, i) => ({
    points: [i],
    predictedMs: 10,
    request: { table: 'holding', address: i, count: 1 },
  }))
  const link: Reads<Anything, Anything> = {
    depth: 1,
    plan: () => planned,
    async exchange(_device, exchange) {
      const [index = 0] = exchange.points
      asked.push(index)
      await clock.advance(tookMs)
      const error = new GanzhiError('silence', { code: 'no-answer', blame: 'outside' })
      return silent.includes(index)
        ? { results: [{ quality: 'bad-comm', value: null, readAt: 0, error }] }
        : { results: [{ quality: 'good', value: index, readAt: 0 }] }
    },
  }
  return { link, clock, asked }
}

test('the budget is the time of all requests by how often each comes', () => {
  const { link } = reads(10)
  const plan = planLink(link, [group(1_000), group(100)])
  expect(plan).toMatchObject({ cycleMs: 60, budget: 0.33, verdict: 'fits' })
  expect(plan.requests[0]).toEqual({
    unit: 3,
    table: 'holding',
    address: 0,
    count: 1,
    points: ['a'],
    predictedMs: 10,
    intervalMs: 1_000,
  })
})

test('above 70 % it is tight, above the whole it exceeds the wire', () => {
  const { link } = reads(10)
  expect(planLink(link, [group(43)]).verdict).toBe('fits')
  expect(planLink(link, [group(42)]).verdict).toBe('tight')
  expect(planLink(link, [group(29)]).verdict).toBe('exceeds')
})

test('so much slower, it fits', () => {
  const { link } = reads(10)
  const factor = slowdown(planLink(link, [group(10)]))
  expect(planLink(link, [group(10 * factor)]).verdict).toBe('fits')
})

test('requests that are under way side by side share the time', () => {
  const { link } = reads(10)
  expect(planLink({ ...link, depth: 4 }, [group(100)]).budget).toBe(0.075)
})

test('what was measured goes before what was predicted', async () => {
  const { link, clock } = reads(20)
  const plan = await measureLink(link, [group(100)], { signal, clock })
  expect(plan.requests.map(({ measuredMs }) => measuredMs)).toEqual([20, 20, 20])
  expect(plan).toMatchObject({ cycleMs: 60, budget: 0.6 })
})

test('a request without an answer has no measured time, and says why', async () => {
  const { link, clock } = reads(20, [1])
  const { requests } = await measureLink(link, [group(100)], { signal, clock })
  expect(requests[1]).toMatchObject({ error: { code: 'no-answer' } })
  expect(requests[1]).not.toHaveProperty('measuredMs')
})

test('after two silences in a row the rest is not asked, and has the same result', async () => {
  const { link, clock, asked } = reads(1, [0, 1])
  const results = await readPoints(link, device, points, { signal, clock })
  expect(asked).toEqual([0, 1])
  expect(results.map(({ quality }) => quality)).toEqual(['bad-comm', 'bad-comm', 'bad-comm'])
})

test('one silence between answers costs one point', async () => {
  const { link, clock } = reads(1, [1])
  const results = await readPoints(link, device, points, { signal, clock })
  expect(results.map(({ value }) => value)).toEqual([0, null, 2])
})

test('what a driver asks in place of a declined exchange is asked next', async () => {
  const { link, clock, asked } = reads(1)
  const [first, second, third] = link.plan(device, points)
  const whole: Exchange = { points: [0, 1, 2], predictedMs: 1, request: {} }
  const splitting: Reads<Anything, Anything> = {
    ...link,
    plan: () => [whole],
    exchange: (...args) =>
      args[1] === whole ? Promise.resolve({ instead: [first!, second!, third!] }) : link.exchange(...args),
  }
  const results = await readPoints(splitting, device, points, { signal, clock })
  expect(asked).toEqual([0, 1, 2])
  expect(results.map(({ value }) => value)).toEqual([0, 1, 2])
})
