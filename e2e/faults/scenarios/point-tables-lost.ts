import type { Scenario } from '../scenario.ts'

export const pointTablesLost: Scenario = {
  name: 'point-tables-lost',
  promise: 'batches whose point table the cloud has lost wait for it, and the gateway sends it again',
  async run({ lab, load, until }) {
    const count = () =>
      lab.postgres.withClient(async (client) => {
        const { rows } = await client.query<{ count: number }>(
          'SELECT count(*)::int AS count FROM point_table',
        )
        return rows[0]?.count ?? 0
      })
    const [ingest] = lab.ingests
    await until('point tables', async () => (await count()) > 0)
    await ingest.stop()
    await lab.postgres.withClient((client) => client.query('TRUNCATE point_table'))
    await ingest.start()
    await load.more(40)
    await until('point tables once more', async () => (await count()) > 0)
  },
}
