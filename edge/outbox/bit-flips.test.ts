import { expect, it } from 'vitest'
import { flipOneBit, type FlipResult } from './simulation/bit-flips.ts'

it('loses at most the record that a flipped bit has hit, and names it', async () => {
  const results: FlipResult[] = []
  for (let seed = 0; seed < 250; seed++) results.push(await flipOneBit(seed))
  expect(results.filter(({ owed }) => owed.length > 0)).toEqual([])
  expect(results.filter(({ rotten }) => rotten > 1)).toEqual([])
  // A flip that hits no record proves nothing: most must.
  expect(results.filter(({ rotten }) => rotten === 1).length).toBeGreaterThan(90)
})
