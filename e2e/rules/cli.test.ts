import { expect, test } from 'vitest'

import { readOptions } from './cli.ts'

test('a seed names as many cases as are asked for, and one of them can be had alone', () => {
  expect(readOptions(['--seed', 'a', '--seeds', '2']).seeds).toEqual(['a-1', 'a-2'])
  expect(readOptions(['--only', 'a-2']).seeds).toEqual(['a-2'])
})

test('no cases at all are refused, as they would prove nothing', () => {
  expect(() => readOptions(['--seeds', '0'])).toThrow('--seeds 0 is no number of cases')
})
