import { STREAMS } from '@ganzhi/contracts/subjects'

import type { NatsPart } from './nats-part.ts'

/** Messages that no ingest has read yet. Rejects where there is no stream. */
export async function unreadMessages(nats: NatsPart): Promise<number> {
  return await nats.withManager(async (manager) => {
    const counts = Object.values(STREAMS).map(async ({ name }) => {
      const [consumer, ...others] = await manager.consumers.list(name).next()
      if (!consumer || others.length > 0) throw new Error(`${name} has not exactly one consumer`)
      return consumer.num_pending
    })
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
  })
}

/** Messages that the streams hold at all: what was acknowledged must not stay in them. */
export async function heldMessages(nats: NatsPart): Promise<number> {
  return await nats.withManager(async (manager) => {
    const infos = Object.values(STREAMS).map(({ name }) => manager.streams.info(name))
    return (await Promise.all(infos)).reduce((sum, { state }) => sum + state.messages, 0)
  })
}

/** Whether all streams are there, each with its reader. */
export async function hasStreams(nats: NatsPart): Promise<boolean> {
  return await unreadMessages(nats).then(
    () => true,
    () => false,
  )
}
