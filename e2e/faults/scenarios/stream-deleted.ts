import { STREAMS } from '@ganzhi/contracts/subjects'

import { hasStreams, unreadMessages } from '../lab/broker-state.ts'
import type { Scenario } from '../scenario.ts'

export const streamDeleted: Scenario = {
  name: 'stream-deleted',
  promise: 'a stream that an operator deletes is made again, and filled again',
  async run({ lab, load, random, until }) {
    const [ingest] = lab.ingests
    const names = Object.values(STREAMS).map(({ name }) => name)
    const deleteStreams = () =>
      lab.nats.withManager((manager) => Promise.all(names.map((name) => manager.streams.delete(name))))

    for (let time = 0; time < 3; time++) {
      await deleteStreams()
      await load.more(random.integer(5, 30))
      await until('streams', () => hasStreams(lab.nats))
    }
    await ingest.kill()
    await load.more(40)
    await until('messages that nobody has read', async () => (await unreadMessages(lab.nats)) > 20)
    await deleteStreams()
    await ingest.start()
    await load.more(20)
  },
}
