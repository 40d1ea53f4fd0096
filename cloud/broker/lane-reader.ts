import type { Lane } from '@ganzhi/contracts/record-key'
import type { Consumer, JsMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { type LaneStreamLimits, openLaneStream } from './lane-stream.ts'

/** A pull asks for so many messages: the most that wait in our memory, half a MiB each at worst. */
const PULL_MESSAGES = 128
const PULL_MS = 2_000
const RETRY_MS = 500

export interface LaneReaderOptions {
  readonly connection: NatsConnection
  readonly lane: Lane
  readonly limits: LaneStreamLimits
  readonly log: Logger
  readonly signal: AbortSignal
  /** Empty pulls in a row, with messages waiting in the stream, after which the consumer counts as stuck. */
  readonly stuckAfter?: number
}

/**
 * The lane's messages for as long as the signal allows. The next pull is made when the last one has been taken, so
 * a reader that is held up holds up the broker, and through its limits the gateways.
 */
export async function* readLane(options: LaneReaderOptions): AsyncGenerator<JsMsg, void, void> {
  const { connection, lane, limits, log, signal, stuckAfter = 3 } = options
  while (!signal.aborted) {
    try {
      const consumer = await openLaneStream(connection, lane, limits)
      let emptyPulls = 0
      while (!signal.aborted && emptyPulls < stuckAfter) {
        const before = emptyPulls
        emptyPulls++
        for await (const message of pull(consumer, signal)) {
          emptyPulls = 0
          yield message
        }
        if (emptyPulls > before && !(await messagesWait(consumer))) emptyPulls = 0
      }
      if (emptyPulls === 0) continue
      log.warn({ lane }, 'messages wait, but none come: the consumer is made anew')
      await consumer.delete()
    } catch (error) {
      if (signal.aborted || connection.isClosed()) return
      log.info({ lane, err: error }, 'stream can not be read, trying again')
      await delay(RETRY_MS, undefined, { signal }).catch(() => {})
    }
  }
}

async function* pull(consumer: Consumer, signal: AbortSignal): AsyncGenerator<JsMsg, void, void> {
  const messages = await consumer.fetch({ max_messages: PULL_MESSAGES, expires: PULL_MS })
  const stop = (): void => messages.stop()
  signal.addEventListener('abort', stop)
  try {
    if (!signal.aborted) yield* messages
  } finally {
    signal.removeEventListener('abort', stop)
    messages.stop()
  }
}

/** True when the consumer owes us a message: what others hold unacknowledged does not count. */
async function messagesWait(consumer: Consumer): Promise<boolean> {
  const { num_pending: waiting, num_ack_pending: held, config } = await consumer.info()
  return waiting > 0 && held < (config.max_ack_pending ?? Infinity)
}
