import { expect, test } from 'vitest'

import { readOptions } from './cli.ts'
import { SCENARIOS } from './scenarios.ts'

const read = (...args: string[]) => readOptions(args, SCENARIOS)

test('without options all scenarios run, with a seed that can be repeated', () => {
  const { scenarios, seed, show } = read()
  expect(scenarios).toEqual(SCENARIOS)
  expect(seed).toMatch(/^[0-9a-f]{8}$/)
  expect(show).toBeUndefined()
})

test('scenarios have names of their own', () => {
  expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length)
})

test('a defect runs in the scenario that must show it, unless another is named', () => {
  expect(read('--defect', 'stale-receipts').scenarios.map(({ name }) => name)).toEqual(['database-restored'])
  const other = read('--defect', 'stale-receipts', '--only', 'broker-wiped')
  expect(other.scenarios.map(({ name }) => name)).toEqual(['broker-wiped'])
})

test.each([['--only', 'nothing'], ['--defect', 'nothing'], ['--rounds', 'many'], ['--what']])(
  '%s %s is refused',
  (...args) => {
    expect(() => read(...args)).toThrow(args[0])
  },
)
