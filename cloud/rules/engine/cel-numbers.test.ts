import { parse } from '@marcbachmann/cel-js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { truthOfNumbers } from './cel-numbers.ts'

const { truth } = fc.letrec<{ number: string; truth: string }>((tie) => ({
  number: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('a', 'b', '2.0', '0.0', '1.5'),
    fc
      .tuple(tie('number'), fc.constantFrom('+', '-', '*', '/'), tie('number'))
      .map((parts) => `(${parts.join(' ')})`),
  ),
  truth: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .tuple(tie('number'), fc.constantFrom('<', '<=', '>', '>='), tie('number'))
      .map((parts) => parts.join(' ')),
    fc.tuple(tie('truth'), fc.constantFrom('&&', '||'), tie('truth')).map((parts) => `(${parts.join(' ')})`),
    tie('truth').map((inner) => `!(${inner})`),
  ),
}))
const value = fc.oneof(fc.constantFrom(0, -0, 1, 1.5, 2), fc.double({ noNaN: true, noDefaultInfinity: true }))

describe('an expression that only compares numbers', () => {
  it('is what CEL says of it', () => {
    fc.assert(
      fc.property(truth, value, value, (text, a, b) => {
        const quick = truthOfNumbers(parse(text).ast)
        expect(quick?.({ a, b })).toBe(parse(text)({ a, b }))
      }),
      { seed: 7, numRuns: 1_000 },
    )
  })

  it.each(['a == b', 'a > 2', 'a > 2 * b', 'a', 'a > b ? true : false', 'size("x") > 1', '-a > b'])(
    'is left to CEL where it is more than that: %s',
    (text) => {
      expect(truthOfNumbers(parse(text).ast)).toBeUndefined()
    },
  )
})
