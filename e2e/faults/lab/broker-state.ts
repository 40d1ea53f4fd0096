import { STREAMS } from '@ganzhi/contracts/subjects'

import type { NatsPart } from './nats-part.ts'

/** Messages that nobody has read, or that somebody has in his hands. Rejects where there is no stream. */
export async function messagesUnderWay(nats: NatsPart): Promise<number> {
  return await nats.withManager(async (manager) => {
    const counts = Object.values(STREAMS).map(async ({ name }) => {
      const [consumer, ...others] = await manager.consumers.list(name).next()
      if (!consumer || others.length > 0) throw new Error(`${name} has not exactly one consumer`)
      return consumer.num_pending + consumer.num_ack_pending
    })
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
  })
}

/** Whether all streams are there, each with its reader. */
export async function hasStreams(nats: NatsPart): Promise<boolean> {
  return await messagesUnderWay(nats).then(
    () => true,
    () => false,
  )
}
