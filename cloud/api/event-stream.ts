import type { ServerResponse } from 'node:http'

const HEARTBEAT_MS = 15_000

export interface EventStreamOptions {
  /** Called at every heartbeat; false ends the stream. */
  readonly mayGoOn: () => Promise<boolean>
  readonly onClose: () => void
}

export interface EventStream<T> {
  /** Queues under a key; a newer item takes the place of an unsent one, so the queue is as long as there are keys. */
  put(items: readonly T[], keyOf: (item: T) => number): void
  readonly waiting: number
}

/** Server-sent events to one client, who reads as fast as he can: whoever is slow misses steps in between, never the last. */
export function openEventStream<T>(
  response: ServerResponse,
  event: string,
  { mayGoOn, onClose }: EventStreamOptions,
): EventStream<T> {
  const queue = new Map<number, T>()
  let missedHeartbeats = 0

  const flush = () => {
    if (queue.size === 0 || response.writableNeedDrain || response.destroyed) return
    const data = JSON.stringify([...queue.values()])
    queue.clear()
    response.write(`event: ${event}\ndata: ${data}\n\n`)
  }

  const beat = async () => {
    missedHeartbeats = response.writableNeedDrain ? missedHeartbeats + 1 : 0
    const goesOn = missedHeartbeats < 4 && (await mayGoOn().catch(() => true))
    if (!goesOn) response.destroy()
    else if (!response.writableNeedDrain) response.write(': still here\n\n')
  }
  const heartbeat = setInterval(() => void beat(), HEARTBEAT_MS)

  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  response.write('retry: 2000\n\n')
  response.on('drain', flush)
  response.on('close', () => {
    clearInterval(heartbeat)
    queue.clear()
    onClose()
  })

  return {
    put(items, keyOf) {
      for (const item of items) queue.set(keyOf(item), item)
      flush()
    },
    get waiting() {
      return queue.size
    },
  }
}
