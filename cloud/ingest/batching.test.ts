import { expect, it } from 'vitest'
import { inBatches } from './batching.ts'

const LIMITS = { rows: 10, bytes: 100, messages: 4, waitMs: 60_000 }

async function* itemsOf(...rows: number[]): AsyncGenerator<number> {
  yield* rows
}

async function batchesOf(
  items: AsyncIterable<number>,
  limits: Partial<typeof LIMITS> = {},
): Promise<number[][]> {
  const batches: number[][] = []
  for await (const batch of inBatches(items, { ...LIMITS, ...limits }, (rows) => ({ rows, bytes: rows })))
    batches.push(batch)
  return batches
}

it('a batch ends where its rows, bytes or messages are enough', async () => {
  expect(await batchesOf(itemsOf(4, 4, 4, 9, 1, 1))).toEqual([[4, 4, 4], [9, 1], [1]])
  expect(await batchesOf(itemsOf(1, 1, 1, 1, 1))).toEqual([[1, 1, 1, 1], [1]])
  expect(await batchesOf(itemsOf(60, 60, 60), { rows: 1_000 })).toEqual([[60, 60], [60]])
})

it('what there is goes on when the first has waited long enough', async () => {
  const more = Promise.withResolvers<number>()
  const items = (async function* () {
    yield 1
    yield await more.promise
  })()
  const batches = inBatches(items, { ...LIMITS, waitMs: 5 }, (rows) => ({ rows, bytes: rows }))
  expect((await batches.next()).value).toEqual([1])
  more.resolve(2)
  expect((await batches.next()).value).toEqual([2])
  expect((await batches.next()).done).toBe(true)
})

it('whoever stops reading ends the source', async () => {
  let ended = false
  const items = (async function* () {
    try {
      for (;;) yield 10
    } finally {
      ended = true
    }
  })()
  for await (const _ of inBatches(items, LIMITS, (rows) => ({ rows, bytes: rows }))) break
  expect(ended).toBe(true)
})
