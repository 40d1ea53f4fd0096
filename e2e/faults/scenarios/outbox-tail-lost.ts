import { join } from 'node:path'

import { copyImage } from '../lab/disk-image.ts'
import { gapCount } from '../lab/gap-count.ts'
import { readProgress } from '../oracle/read-database.ts'
import { headsOf } from '../oracle/settle.ts'
import type { Scenario } from '../scenario.ts'

export const outboxTailLost: Scenario = {
  name: 'outbox-tail-lost',
  promise: 'what a disk forgot and no broker kept is named as missing, as far as the gateway had told of it',
  mayLose: true,
  async run({ lab, load, submissions, delivered, until }) {
    const [gateway] = lab.gateways
    const [ingest] = lab.ingests
    const image = join(lab.directory, 'image')
    await delivered()
    await gateway.stop()
    await copyImage(gateway.dataDir, image)
    await gateway.start()

    await lab.postgres.withClient(async (operator) => {
      // Ingest can store nothing, but it hears the gateway say how much it has accepted.
      await operator.query('BEGIN; LOCK TABLE samples, event, evidence IN EXCLUSIVE MODE')
      await load.more(30, gateway)
      await load.pause()
      await until('gateway that told of everything it accepted', async () => {
        const { heads } = await lab.postgres.withClient(readProgress)
        return [...headsOf(submissions)].every(([lane, head]) => (heads.get(lane) ?? 0) >= head)
      })
      await gateway.kill()
      await ingest.kill()
      await lab.nats.wipe()
      await copyImage(image, gateway.dataDir)
    })
    await ingest.start()
    await gateway.start()
    load.resume()
    await until('gap record for the lost tail', () =>
      lab.postgres.withClient((client) => gapCount(client, 'tail-lost')),
    )
    await load.more(30, gateway)
    await delivered()
  },
}
