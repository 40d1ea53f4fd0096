import { MAX_HOLES } from '@ganzhi/contracts/receipt'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { covers, type SeqRange, type SeqRanges, subtract, union } from '../outbox/seq-ranges.ts'
import { countOf, intersect, missingOf, storedOf } from './coverage.ts'

const TOP = 400
const seqs = fc.uniqueArray(fc.integer({ min: 1, max: TOP }), { maxLength: TOP })

function rangesOf(list: readonly number[]): SeqRanges {
  return union(
    [...list].sort((a, b) => a - b).map((seq): SeqRange => [seq, seq]),
    [],
  )
}

/** As the cloud tells it: the lowest holes, and how far they reach. */
function toldOf(stored: SeqRanges) {
  const highest = stored.at(-1)?.[1] ?? 0
  const all = subtract(highest > 0 ? [[1, highest]] : [], stored)
  const holes = all.slice(0, MAX_HOLES).map(([first, last]): [number, number] => [first, last])
  const top = holes.length === MAX_HOLES ? (holes.at(-1)?.[1] ?? 0) : highest
  return { contiguous: (all[0]?.[0] ?? highest + 1) - 1, holes, top }
}

test('a receipt never makes more of what the database holds, and all of it when the holes fit', () => {
  fc.assert(
    fc.property(seqs, (list) => {
      const stored = rangesOf(list)
      const told = toldOf(stored)
      const understood = storedOf(told)
      expect(subtract(understood, stored)).toEqual([])
      if (told.holes.length < MAX_HOLES) expect(understood).toEqual(stored)
    }),
  )
})

test('nothing that is stored is called missing, and whatever is missing below the last told hole is', () => {
  fc.assert(
    fc.property(seqs, seqs, (storedList, sentList) => {
      const [stored, sent] = [rangesOf(storedList), rangesOf(sentList)]
      const told = toldOf(stored)
      const missing = missingOf(told, sent)
      expect(intersect(missing, stored)).toEqual([])
      const limit = told.holes.length < MAX_HOLES ? TOP : told.top
      for (const seq of sentList) {
        if (seq <= limit) expect(covers(missing, seq)).toBe(!covers(stored, seq))
      }
    }),
  )
})

test('counts what a list of ranges holds', () => {
  expect(
    countOf([
      [1, 3],
      [7, 7],
    ]),
  ).toBe(4)
})
