import { expect, test } from 'vitest'

import { type Alteration, ALTERATIONS } from '../rules/reference/alteration.ts'
import { judgeAlarms } from './judge-alarms.ts'
import { runRounds } from './run-rounds.ts'

// The long run is `npm run alarms`; this is its proof of life.
const SEED = process.env['GANZHI_ALARMS_SEED'] ?? 'short'
const ROUNDS = 3
const WITHIN_MS = 300_000

test(
  `whatever is killed, alarms are told as by the text, each once (seed ${SEED})`,
  async () => {
    const signal = AbortSignal.timeout(WITHIN_MS)
    const { record, verdict } = await runRounds({ seed: SEED, rounds: ROUNDS, signal, say: () => {} })
    expect(verdict.faults).toEqual([])
    expect(verdict.told).toBeGreaterThan(20)
    if (!record) return
    expect(record.late).toBeGreaterThan(0)
    const altered = Object.keys(ALTERATIONS) as Alteration[]
    const seen = altered.filter((each) => judgeAlarms(record, each).faults.length > 0)
    expect(seen).not.toEqual([])
  },
  WITHIN_MS,
)
