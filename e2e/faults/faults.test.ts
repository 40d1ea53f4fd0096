import { expect, test } from 'vitest'

import type { Defect } from './defects.ts'
import { verdictOf } from './oracle/verdict.ts'
import { type Outcome, runScenario } from './run-scenario.ts'
import type { Scenario } from './scenario.ts'
import { brokerWiped } from './scenarios/broker-wiped.ts'
import { killedAtRandom } from './scenarios/killed-at-random.ts'

// The long run is `npm run faults`; this is its proof of life.
const SEED = process.env['GANZHI_FAULT_SEED'] ?? 'short'
const ROUNDS = 6
const WITHIN_MS = 240_000
const SIX_EMPTY_SETS = verdictOf([])

async function run(scenario: Scenario, defect?: Defect): Promise<Outcome> {
  const signal = AbortSignal.timeout(WITHIN_MS)
  return await runScenario(scenario, { seed: SEED, rounds: ROUNDS, defect, signal, say: () => {} })
}

test(
  `whatever is killed, everything accepted is stored once (seed ${SEED})`,
  async () => {
    const outcome = await run(killedAtRandom)
    expect(outcome.verdict).toEqual(SIX_EMPTY_SETS)
    expect(outcome.problem).toBeUndefined()
  },
  WITHIN_MS,
)

test(
  `a broker that is wiped costs nothing (seed ${SEED})`,
  async () => {
    const outcome = await run(brokerWiped)
    expect(outcome.verdict).toEqual(SIX_EMPTY_SETS)
    expect(outcome.problem).toBeUndefined()
  },
  WITHIN_MS,
)

test(
  `the oracle sees what a gateway loses that sends nothing twice (seed ${SEED})`,
  async () => {
    const { verdict } = await run(brokerWiped, 'never-resent')
    expect(verdict?.lost).not.toEqual([])
    expect(verdict?.duplicated).toEqual([])
  },
  WITHIN_MS,
)
