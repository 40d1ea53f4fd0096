import { flipBit } from '../lab/disk-image.ts'
import type { Scenario } from '../scenario.ts'

const FLIPS = 5

export const outboxBitFlipped: Scenario = {
  name: 'outbox-bit-flipped',
  promise: 'a rotten bit costs the record that it hit, which is named, and no other',
  mayLose: true,
  async run({ lab, load, random, rounds, say }) {
    const [gateway] = lab.gateways
    for (let time = 0; time < Math.max(3, rounds / 20); time++) {
      await lab.nats.kill()
      await load.more(random.integer(50, 150), gateway)
      await gateway.kill()
      for (let flip = 0; flip < FLIPS; flip++) say(`flipped ${await flipBit(gateway.dataDir, random)}`)
      await gateway.start()
      await lab.nats.start()
      await load.more(20, gateway)
    }
  },
}
