import { beforeAll, expect, test } from 'vitest'

import { backtest } from './backtest.ts'
import { randomCase } from './cases/random-case.ts'
import type { RuleCase } from './cases/rule-case.ts'
import { seedsOf } from './cli.ts'
import { differences } from './compare.ts'
import { judgeSeed } from './judge-seed.ts'
import { type Alteration, ALTERATIONS } from './reference/alteration.ts'
import { expectedTransitions } from './reference/expected.ts'
import type { Told } from './told.ts'

/** Together they show every alteration; the last those that few rules show. Another generator needs others. */
const SEEDS = [...seedsOf('text', 10), 'text-11', 'text-22', 'text-32', 'text-53']
const cases: { seed: string; of: RuleCase; told: readonly Told[] }[] = []

beforeAll(async () => {
  for (const seed of SEEDS) {
    const of = randomCase(seed)
    cases.push({ seed, of, told: await backtest(of) })
  }
}, 300_000)

test('rules made by chance are told as the text says, to the millisecond', { timeout: 600_000 }, async () => {
  expect(cases).toHaveLength(SEEDS.length)
  const wrong = cases.find(({ of, told }) => differences(expectedTransitions(of), told).length > 0)
  expect(wrong && (await judgeSeed(wrong.seed)).fault).toBeUndefined()
})

test.each(Object.entries(ALTERATIONS))('%s would be seen: %s', { timeout: 120_000 }, (alteration) => {
  const seen = cases.some(
    ({ of, told }) => differences(expectedTransitions(of, alteration as Alteration), told).length > 0,
  )
  expect(seen).toBe(true)
})
