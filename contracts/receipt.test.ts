import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Receipt, ReceiptRequest } from './receipt.ts'
import { check } from './schema.ts'

const golden = JSON.parse(
  readFileSync(new URL('./golden/receipt.v1.json', import.meta.url), 'utf8'),
) as Receipt

describe('a receipt', () => {
  it('of version 1 is read as it was written when version 1 was fixed', () => {
    expect(check(Receipt, golden, 'receipt')).toEqual(golden)
  })

  it.each([
    ['a hole of three numbers', { holes: [[1, 2, 3]] }, 'lanes[0].holes[0]'],
    ['an unknown lane', { lane: 'video' }, 'lanes[0].lane'],
    ['half a number', { contiguous: 1.5 }, 'lanes[0].contiguous'],
    [
      'more holes than may be told at once',
      { holes: Array.from({ length: 65 }, () => [1, 1]) },
      'lanes[0].holes',
    ],
  ])('with %s is refused by the name of the field', (_, change, field) => {
    const wrong = { ...golden, lanes: [{ ...golden.lanes[0], ...change }] }
    expect(() => check(Receipt, wrong, 'receipt')).toThrow(
      expect.objectContaining({ code: 'bad-input', field: expect.stringContaining(field) }),
    )
  })

  it('is asked for with a nonce', () => {
    expect(() => check(ReceiptRequest, { lanes: [] }, 'request')).toThrow(/nonce/)
  })
})
