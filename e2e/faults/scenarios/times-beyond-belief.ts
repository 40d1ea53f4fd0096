import type { Scenario } from '../scenario.ts'

const YEAR_2099 = Date.UTC(2099, 0, 1)

export const timesBeyondBelief: Scenario = {
  name: 'times-beyond-belief',
  promise: 'samples of 1970 and of 2099 keep their times, apart from those that can be true',
  async run({ lab, load, until }) {
    const start = Date.now()
    const sinceStart = () => Date.now() - start
    const untrusted = () =>
      lab.postgres.withClient(async (client) => {
        const { rows } = await client.query<{ count: number }>(
          'SELECT count(*)::int AS count FROM series_untrusted',
        )
        return rows[0]?.count ?? 0
      })
    for (const origin of [0, YEAR_2099]) {
      const before = await untrusted()
      load.setClock(() => origin + sinceStart())
      await load.more(40)
      load.setClock(Date.now)
      await load.more(20)
      await until('untrusted samples', async () => (await untrusted()) > before)
    }
  },
}
