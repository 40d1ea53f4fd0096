import { expect, test } from 'vitest'
import { conditionIn, valueIn } from './command-words.ts'

test.each([
  ['33.3', 33.3],
  ['-5', -5],
  ['on', true],
  ['开', true],
  ['FALSE', false],
  ['"7"', '7'],
  ['auto', 'auto'],
  ['9007199254740993', '9007199254740993'],
])('the word %s means %j', (word, value) => {
  expect(valueIn(word)).toBe(value)
})

test('a condition is a property, a sign and a value', () => {
  expect(conditionIn('level<=2')).toEqual({ property: 'level', atMost: 2 })
  expect(conditionIn('level >= 0.5')).toEqual({ property: 'level', atLeast: 0.5 })
  expect(conditionIn('mode=auto')).toEqual({ property: 'mode', equals: 'auto' })
  expect(() => conditionIn('level<2')).toThrow('must be like')
  expect(() => conditionIn('level<=low')).toThrow('needs a number')
})
