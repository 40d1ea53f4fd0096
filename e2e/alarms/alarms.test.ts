import { expect, test } from 'vitest'

import type { Alteration } from '../rules/reference/alteration.ts'
import { judgeAlarms } from './judge-alarms.ts'
import { runRounds } from './run-rounds.ts'

// The long run is `npm run alarms`; this is its proof of life.
const SEED = process.env['GANZHI_ALARMS_SEED'] ?? 'short'
const ROUNDS = 3
const WITHIN_MS = 300_000

const WOULD_BE_SEEN: readonly Alteration[] = [
  'no-hysteresis',
  'share-of-all',
  'unusable-is-used',
  'pending-from-last',
]

test(
  `whatever is killed, alarms are told as by the text, each once (seed ${SEED})`,
  async () => {
    const signal = AbortSignal.timeout(WITHIN_MS)
    const { record, verdict } = await runRounds({ seed: SEED, rounds: ROUNDS, signal, say: () => {} })
    expect(verdict.faults).toEqual([])
    expect(verdict.told).toBeGreaterThan(20)
    expect(record.late).toBeGreaterThan(0)
    const unseen = WOULD_BE_SEEN.filter((each) => judgeAlarms(record, each).faults.length === 0)
    expect(unseen).toEqual([])
  },
  WITHIN_MS,
)
