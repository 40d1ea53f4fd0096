import type { Property } from '@ganzhi/contracts/profile'
import type { Value } from '@ganzhi/contracts/reading'
import { GanzhiError } from '@ganzhi/contracts/error'
import { expect, test } from 'vitest'
import { measure } from './measure.ts'

const names = { zh: '值', en: 'Value' }

function property(fields: Partial<Property>): Property {
  return { id: 'p', names, type: 'float', access: 'r', ...fields }
}

function measured(fields: Partial<Property>, value: Value) {
  return measure(property(fields), { quality: 'good', value, readAt: 7 })
}

test.each<[Partial<Property>, Value, object]>([
  [{ decimals: 1 }, 21.549, { quality: 'good', value: 21.5 }],
  [{ decimals: 0 }, 3n, { quality: 'good', value: 3 }],
  [{}, 21.549, { quality: 'good', value: 21.549 }],
  [{ type: 'integer' }, 2n ** 60n, { quality: 'good', value: 2n ** 60n }],
  [{ type: 'integer' }, 2.5, { quality: 'bad-config', value: null }],
  [{ type: 'bool' }, true, { quality: 'good', value: true }],
  [{ type: 'bool' }, 1, { quality: 'bad-config', value: null }],
  [{ type: 'text' }, 'GZ-1', { quality: 'good', value: 'GZ-1' }],
  [{ type: 'text' }, 1, { quality: 'bad-config', value: null }],
  [{}, '1', { quality: 'bad-config', value: null }],
  [{}, NaN, { quality: 'uncertain', value: null }],
  [{ range: [0, 10] }, 10, { quality: 'good', value: 10 }],
  [{ range: [0, 10] }, 10.1, { quality: 'uncertain', value: 10.1 }],
  [{ range: [0, 10] }, -0.1, { quality: 'uncertain', value: -0.1 }],
  [{ type: 'json' }, { a: [1] }, { quality: 'good', value: { a: [1] } }],
])('with %o, %o is %o, as of when it was read', (fields, value, expected) => {
  expect(measured(fields, value)).toEqual({ at: 7, ...expected })
})

test('what could not be read has its quality, no value, and the time at which that was known', () => {
  const error = new GanzhiError('silent', { code: 'no-answer', blame: 'outside' })
  const result = { quality: 'bad-comm', value: null, readAt: 9, error } as const
  expect(measure(property({}), result)).toEqual({ at: 9, quality: 'bad-comm', value: null })
})
