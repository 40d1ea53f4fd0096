import type { Lane } from '@ganzhi/contracts/record-key'
import { STREAMS } from '@ganzhi/contracts/subjects'
import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { CONSUMER } from './lane-stream.ts'

/**
 * What a broker that crashed may have left behind (seen on 2.9.10): stream and consumer are written apart, and no
 * longer agree on what was read. `idle`: nothing came to us of late.
 */
export async function streamFault(
  connection: NatsConnection,
  lane: Lane,
  idle: boolean,
): Promise<string | undefined> {
  const manager = await jetstreamManager(connection, { checkAPI: false })
  const { name } = STREAMS[lane]
  const { state } = await manager.streams.info(name)
  const { ack_floor, config, delivered, num_ack_pending, num_pending } = await manager.consumers.info(
    name,
    CONSUMER,
  )
  if (state.messages > 0 && state.first_seq <= ack_floor.stream_seq) {
    return 'acknowledged messages still take room'
  }
  if (delivered.stream_seq > state.last_seq) return 'the consumer is ahead of its stream'
  // What others hold unacknowledged does not count.
  if (idle && num_pending > 0 && num_ack_pending < (config.max_ack_pending ?? Infinity)) {
    return 'messages wait, but none come'
  }
  return undefined
}
