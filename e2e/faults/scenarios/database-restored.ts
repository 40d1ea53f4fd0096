import type { Scenario } from '../scenario.ts'

export const databaseRestored: Scenario = {
  name: 'database-restored',
  promise: 'a database that is put back to an earlier state is filled again by the gateways',
  setup: { gateways: 2, ingests: 2 },
  async run({ lab, load, delivered }) {
    await lab.postgres.backUp()
    await load.more(60)
    await delivered()
    await lab.postgres.restore()
    await load.more(60)
    await lab.postgres.restore()
    await load.more(20)
  },
}
