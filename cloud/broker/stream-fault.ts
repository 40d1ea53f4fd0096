import type { Lane } from '@ganzhi/contracts/record-key'
import { STREAMS } from '@ganzhi/contracts/subjects'
import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { CONSUMER } from './lane-stream.ts'

/** How stream and consumer stand to each other. */
export interface StreamLook {
  /** What can only be while something is under way, or when a broker crashed: it is a fault when it lasts. */
  readonly doubt?: string
  /** Of messages in somebody's hands; it stays the same only while none of them comes back. */
  readonly held?: string
}

/**
 * Stream and consumer are written apart, and a broker that is killed may leave them at odds about what was read (seen
 * on 2.9.10): messages that were acknowledged and stay, and messages that are owed and gone. `idle`: nothing came of
 * late.
 */
export async function lookAtStream(
  connection: NatsConnection,
  lane: Lane,
  idle: boolean,
): Promise<StreamLook> {
  const manager = await jetstreamManager(connection, { checkAPI: false })
  const { name } = STREAMS[lane]
  const { state } = await manager.streams.info(name)
  const info = await manager.consumers.info(name, CONSUMER)
  const { ack_floor, config, delivered, num_ack_pending: held, num_pending: waiting } = info
  if (state.messages > 0 && state.first_seq <= ack_floor.stream_seq) {
    return { doubt: 'acknowledged messages still take room' }
  }
  if (delivered.stream_seq > state.last_seq) return { doubt: 'the consumer is ahead of its stream' }
  if (!idle) return {}
  if (waiting > 0 && held < (config.max_ack_pending ?? Infinity))
    return { doubt: 'messages wait, but none come' }
  if (state.messages !== waiting + held) {
    return { doubt: `${state.messages} messages are there, ${waiting + held} are owed` }
  }
  return held > 0 ? { held: `${delivered.consumer_seq}` } : {}
}
