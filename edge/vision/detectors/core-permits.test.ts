import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CorePermits } from './core-permits.ts'

test('never more threads run than there are cores, whoever asks, and all come to run', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 30 }),
      async (cores, wishes) => {
        const permits = new CorePermits(cores)
        let running = 0
        let ran = 0
        const run = async (threads: number) => {
          using _lent = await permits.take({}, threads)
          running += Math.min(threads, cores)
          expect(running).toBeLessThanOrEqual(cores)
          await turn()
          running -= Math.min(threads, cores)
          ran += 1
        }
        await Promise.all(wishes.map(run))
        expect(ran).toBe(wishes.length)
      },
    ),
    { numRuns: 50 },
  )
})

test('who wants many cores is not passed by for ever by those who want few', async () => {
  const permits = new CorePermits(2)
  const order: string[] = []
  const first = await permits.take({}, 1)
  const wide = permits.take({}, 2).then((lent) => (order.push('wide'), lent))
  const narrow = permits.take({}, 1).then((lent) => (order.push('narrow'), lent))
  first[Symbol.dispose]()
  first[Symbol.dispose]()
  ;(await wide)[Symbol.dispose]()
  ;(await narrow)[Symbol.dispose]()
  expect(order).toEqual(['wide', 'narrow'])
})

test('looks of one model share its cores, and let in another that waits for them', async () => {
  const permits = new CorePermits(2)
  const [mine, other] = [{}, {}]
  const order: string[] = []
  const first = await permits.take(mine, 2)
  const second = await permits.take(mine, 2)
  const theirs = permits.take(other, 1).then((lent) => (order.push('theirs'), lent))
  const third = permits.take(mine, 2).then((lent) => (order.push('third'), lent))
  first[Symbol.dispose]()
  await turn()
  expect(order).toEqual([])
  second[Symbol.dispose]()
  await turn()
  expect(order).toEqual(['theirs'])
  ;(await theirs)[Symbol.dispose]()
  await third
})
