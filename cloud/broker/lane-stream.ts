import { STREAMS } from '@ganzhi/contracts/subjects'
import type { Lane } from '@ganzhi/contracts/record-key'
import {
  AckPolicy,
  type Consumer,
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  JetStreamApiCodes,
  JetStreamApiError,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream'
import { type NatsConnection, nanos } from '@nats-io/transport-node'

/** Of each lane's one consumer. Any number of ingest processes share it. */
export const CONSUMER = 'ingest'

export interface LaneStreamLimits {
  /** What the stream may hold before it refuses: that refusal is back-pressure on the gateways. */
  readonly maxBytes: number
  /** Messages that all ingest processes together may have in their hands. */
  readonly maxAckPending: number
  /** After this an ingest process that took a message and says nothing is taken for dead. */
  readonly ackWaitMs: number
  /** Between two looks whether stream and consumer still agree; what two looks find is mended. */
  readonly checkEveryMs: number
}

/** The lane's stream and consumer, made where they are missing: a broker may be wiped under our feet. */
export async function openLaneStream(
  connection: NatsConnection,
  lane: Lane,
  limits: LaneStreamLimits,
): Promise<Consumer> {
  const manager = await jetstreamManager(connection, { checkAPI: false })
  await ensureStream(manager, lane, limits.maxBytes)
  const { name } = STREAMS[lane]
  const consumer = {
    durable_name: CONSUMER,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(limits.ackWaitMs),
    max_ack_pending: limits.maxAckPending,
    max_deliver: -1,
  }
  try {
    // One that exists is brought to these settings.
    await manager.consumers.add(name, consumer)
  } catch (error) {
    if (!(error instanceof JetStreamApiError)) throw error
    // Not all settings can be changed. What it knew is worth nothing: what comes again is known by the ledger.
    await manager.consumers.delete(name, CONSUMER)
    await manager.consumers.add(name, consumer)
  }
  return jetstream(connection).consumers.get(name, CONSUMER)
}

async function ensureStream(manager: JetStreamManager, lane: Lane, maxBytes: number): Promise<void> {
  const { name, subject } = STREAMS[lane]
  try {
    const { config } = await manager.streams.info(name)
    if (config.max_bytes !== maxBytes) await manager.streams.update(name, { max_bytes: maxBytes })
  } catch (error) {
    if (!(error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound)) throw error
    await manager.streams.add({
      name,
      subjects: [subject],
      retention: RetentionPolicy.Workqueue,
      storage: StorageType.File,
      discard: DiscardPolicy.New,
      max_bytes: maxBytes,
    })
  }
}

/** Messages of the lane, of all gateways, that ingest has not yet relieved the broker of. */
export async function pendingOf(connection: NatsConnection, lane: Lane): Promise<number> {
  const manager = await jetstreamManager(connection, { checkAPI: false })
  const info = await manager.consumers.info(STREAMS[lane].name, CONSUMER)
  return info.num_pending + info.num_ack_pending
}
