import type { Scenario } from '../scenario.ts'
import { INGEST_STEPS } from './ingest-steps.ts'

export const ingestKilledAtEachStep: Scenario = {
  name: 'ingest-killed-at-each-step',
  promise: 'ingest may die anywhere between its fetch and its receipt',
  setup: { gateways: 2, ingests: 1 },
  async run({ lab, load, until, say }) {
    const [ingest] = lab.ingests
    for (const step of INGEST_STEPS) {
      say(`killed when ${step}`)
      await ingest.stop()
      const deaths = ingest.deaths
      await ingest.start({ GANZHI_FAILPOINT: `${step}:kill:2` })
      await until(`death of ingest when ${step}`, () => ingest.deaths > deaths)
      await load.more(10)
    }
  },
}
