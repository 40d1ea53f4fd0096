import fc from 'fast-check'
import { expect, it } from 'vitest'
import { contiguousFrom1, covers, subtract, union, type SeqRange } from './seq-ranges.ts'

const ranges = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.nat(5)), { maxLength: 6 }).map((drawn) =>
  union(
    drawn.map(([first, more]): SeqRange => [first, first + more]),
    [],
  ),
)

it('says of every seq what sets of seqs would say', () => {
  fc.assert(
    fc.property(ranges, ranges, (a, b) => {
      for (let seq = 0; seq < 40; seq++) {
        expect(covers(union(a, b), seq)).toBe(covers(a, seq) || covers(b, seq))
        expect(covers(subtract(a, b), seq)).toBe(covers(a, seq) && !covers(b, seq))
      }
      const joined = union(a, b)
      for (const [i, [first]] of joined.entries())
        expect(first).toBeGreaterThan((joined[i - 1]?.[1] ?? -1) + 1)
      expect(covers(a, contiguousFrom1(a) + 1)).toBe(false)
    }),
  )
})
