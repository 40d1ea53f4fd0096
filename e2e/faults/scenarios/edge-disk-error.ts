import { failingSyncs, withoutFailingSyncs } from '../lab/failing-sync.ts'
import type { Scenario } from '../scenario.ts'

const ERRORS = 5

export const edgeDiskError: Scenario = {
  name: 'edge-disk-error',
  promise: 'what could not be synced was not accepted, and no second sync makes it so',
  unable: withoutFailingSyncs,
  async run({ lab, load, random, until }) {
    const under = failingSyncs({ healthy: random.integer(20, 60), every: random.integer(30, 60) })
    const gateway = lab.addGateway({ name: 'failing', under })
    await gateway.start()
    load.add(gateway)
    await until('disk errors that were told', () => (load.refused().get('outbox-broken') ?? 0) >= ERRORS)
    await lab.nats.kill()
    await load.more(60, gateway)
    await gateway.kill()
    await gateway.start()
    await lab.nats.start()
    await load.more(20, gateway)
  },
}
