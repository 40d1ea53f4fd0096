import { hasStreams, unreadMessages } from '../lab/broker-state.ts'
import type { Scenario } from '../scenario.ts'

export const brokerWiped: Scenario = {
  name: 'broker-wiped',
  promise: 'a broker that loses all it was given costs a re-send and nothing else',
  async run({ lab, load, until }) {
    await lab.nats.wipe()
    await load.more(40)

    const [ingest] = lab.ingests
    await until('streams', () => hasStreams(lab.nats))
    await ingest.kill()
    await load.more(40)
    await until(
      'messages with the broker that nobody has read',
      async () => (await unreadMessages(lab.nats)) > 20,
    )
    await lab.nats.wipe()
    await ingest.start()
    await load.more(40)
  },
}
