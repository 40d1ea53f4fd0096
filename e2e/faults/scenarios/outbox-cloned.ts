import { copyImage } from '../lab/disk-image.ts'
import type { Scenario } from '../scenario.ts'

export const outboxCloned: Scenario = {
  name: 'outbox-cloned',
  promise: 'two gateways that run on copies of one disk are both stored, and noticed',
  async run({ lab, load, until }) {
    const [original] = lab.gateways
    const clone = lab.addGateway({ name: 'clone', gateway: original.gateway })
    await lab.nats.kill()
    await load.more(30, original)
    await original.kill()
    await copyImage(original.dataDir, clone.dataDir)
    await Promise.all([original.start(), clone.start()])
    await lab.nats.start()
    load.add(clone)
    await load.more(60, original)
    await until('identity conflict', () =>
      lab.postgres.withClient(async (client) => {
        const { rowCount } = await client.query(
          `SELECT FROM identity_conflict JOIN gateway ON gateway.id = gateway_id WHERE name = $1 AND kind = 'epoch'`,
          [original.gateway],
        )
        return rowCount
      }),
    )
    // Two that speak in turn are not told apart by silence.
    await load.more(60, original)
    await clone.stop()
  },
}
