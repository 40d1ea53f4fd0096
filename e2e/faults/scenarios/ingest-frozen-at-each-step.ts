import { readFile } from 'node:fs/promises'

import type { Scenario } from '../scenario.ts'
import { INGEST_STEPS } from './ingest-steps.ts'

/** 20 s, and as long again for a machine that does other things too. */
const GOES_ON_WITHIN_MS = 40_000

export const ingestFrozenAtEachStep: Scenario = {
  name: 'ingest-frozen-at-each-step',
  promise:
    'one ingest that freezes with a batch in its hands does not hold the other up, and may wake up later',
  setup: { gateways: 2, ingests: 2 },
  async run({ lab, load, delivered, until, say }) {
    const [ingest] = lab.ingests
    for (const step of INGEST_STEPS) {
      say(`frozen when ${step}`)
      await ingest.stop()
      await ingest.start({ GANZHI_FAILPOINT: `${step}:freeze` })
      await until(`ingest frozen when ${step}`, () => isStopped(ingest.pid()))
      await load.more(10)
      await delivered(GOES_ON_WITHIN_MS)
      ingest.thaw()
      await load.more(10)
    }
  },
}

/** State T in /proc/<pid>/stat; the second field is the name in brackets. */
async function isStopped(pid: number | undefined): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return /\) T /.test(stat)
}
