import type { Lane } from '@ganzhi/contracts/record-key'
import { STREAMS } from '@ganzhi/contracts/subjects'

import type { NatsPart } from './nats-part.ts'

/** Messages that each stream holds; 0 where there is no stream. */
export async function messagesWithBroker(nats: NatsPart): Promise<Record<Lane, number>> {
  return await nats.withManager(async (manager) => {
    const count = async (lane: Lane) => {
      const { state } = await manager.streams.info(STREAMS[lane].name)
      return state.messages
    }
    return {
      telemetry: await count('telemetry'),
      events: await count('events'),
      evidence: await count('evidence'),
    }
  })
}

export async function allMessagesWithBroker(nats: NatsPart): Promise<number> {
  const { telemetry, events, evidence } = await messagesWithBroker(nats)
  return telemetry + events + evidence
}
