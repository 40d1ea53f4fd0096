import type { Scenario } from '../scenario.ts'

export const databaseDown: Scenario = {
  name: 'database-down',
  promise:
    'while there is no database gateways go on accepting, and nothing is receipted that was not stored',
  async run({ lab, load }) {
    await lab.postgres.kill()
    await load.more(300)
    await lab.postgres.start()
    await load.more(20)
    await lab.postgres.stop()
    await load.more(100)
  },
}
