import { gapCount } from '../lab/gap-count.ts'
import { mountSmallDisk, withoutSmallDisks } from '../lab/small-disk.ts'
import type { Scenario } from '../scenario.ts'

const DISK_BYTES = 1024 * 1024

export const edgeDiskFull: Scenario = {
  name: 'edge-disk-full',
  promise: 'a full disk refuses, or drops the oldest and names it; with room again all goes on',
  mayLose: true,
  unable: withoutSmallDisks,
  load: { evidenceBytes: 50_000 },
  async run({ lab, load, until }) {
    const gateway = lab.addGateway({ name: 'small' })
    lab.own(await mountSmallDisk(gateway.dataDir, DISK_BYTES))
    await gateway.start()
    load.add(gateway)
    await load.more(20, gateway)
    await lab.nats.kill()
    const refused = () => load.refused().get('outbox-full') ?? 0
    const enough = load.accepted(gateway) + 250
    await until('more than the disk holds', () => refused() > 10 || load.accepted(gateway) > enough)
    await lab.nats.start()
    await load.more(40, gateway)
    const named = () => lab.postgres.withClient((client) => gapCount(client, 'evicted-full'))
    await until('refusal, or gap record', async () => refused() > 0 || (await named()) > 0)
  },
}
