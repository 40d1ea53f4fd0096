import { setTimeout as delay } from 'node:timers/promises'
import type { Lane } from '@ganzhi/contracts/record-key'
import type { Consumer, JsMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Logger } from 'pino'
import { type LaneStreamLimits, openLaneStream } from './lane-stream.ts'
import { type StreamLook, lookAtStream } from './stream-fault.ts'

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
}

/**
 * The lane's messages for as long as the signal allows. The next pull is made when the last one has been taken, so
 * a reader that is held up holds up the broker, and through its limits the gateways.
 */
export async function* readLane(options: LaneReaderOptions): AsyncGenerator<JsMsg, void, void> {
  const { connection, lane, limits, log, signal } = options
  while (!signal.aborted) {
    try {
      const consumer = await openLaneStream(connection, lane, limits)
      const watch = watchdog(connection, lane, limits)
      let fault: string | undefined
      while (!signal.aborted && fault === undefined) {
        let came = 0
        for await (const message of pull(consumer, signal)) {
          came++
          yield message
        }
        fault = await watch(came)
      }
      if (signal.aborted) return
      log.warn({ lane }, `${fault}: the consumer is made anew`)
      // What was acknowledged comes again and is known by the ledger; what was not comes at last.
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

/**
 * Says what is wrong between stream and consumer: a doubt that two looks in a row confirm (one may fall between a
 * message and its acknowledgement), or messages in somebody's hands that should long have come again.
 */
function watchdog(
  connection: NatsConnection,
  lane: Lane,
  { checkEveryMs, ackWaitMs }: LaneStreamLimits,
): (came: number) => Promise<string | undefined> {
  let lookedAt = performance.now()
  let heldSince = lookedAt
  let last: StreamLook = {}
  let idle = true
  return async (came) => {
    idle &&= came === 0
    const now = performance.now()
    if (now < lookedAt + checkEveryMs) return undefined
    const look = await lookAtStream(connection, lane, idle)
    if (look.held === undefined || look.held !== last.held) heldSince = now
    const confirmed = look.doubt === last.doubt ? look.doubt : undefined
    last = look
    idle = true
    lookedAt = now
    return now > heldSince + 2 * ackWaitMs ? 'messages that nobody has are held' : confirmed
  }
}
