import { tearTail } from '../lab/disk-image.ts'
import type { Scenario } from '../scenario.ts'

export const outboxTorn: Scenario = {
  name: 'outbox-torn',
  promise: 'what a write that was cut short left behind is cut off, and nothing else',
  async run({ lab, load, random }) {
    const [gateway] = lab.gateways
    for (let time = 0; time < 5; time++) {
      if (time % 2 === 0) await lab.nats.kill()
      await load.more(random.integer(5, 30), gateway)
      await gateway.kill()
      await tearTail(gateway.dataDir, random)
      await gateway.start()
      await lab.nats.start()
    }
    await load.more(20)
  },
}
