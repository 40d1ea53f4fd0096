import { mountSmallDisk, withoutSmallDisks } from '../lab/small-disk.ts'
import type { Scenario } from '../scenario.ts'

const DISK_BYTES = 2 * 1024 * 1024

export const edgeDiskFull: Scenario = {
  name: 'edge-disk-full',
  promise:
    'a full disk refuses, or drops the oldest and names it; alarms are kept; with room again all goes on',
  unable: withoutSmallDisks,
  async run({ lab, load, until }) {
    const gateway = lab.addGateway({ name: 'small' })
    await using _disk = await mountSmallDisk(gateway.dataDir, DISK_BYTES)
    await gateway.start()
    load.add(gateway)
    await load.more(20, gateway)
    await lab.nats.kill()
    const isFull = () => (load.refused().get('outbox-full') ?? 0) > 5
    await until('gateway that has no room left', isFull)
    await lab.nats.start()
    await load.more(40, gateway)
  },
}
