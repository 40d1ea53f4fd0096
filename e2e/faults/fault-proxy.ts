import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export type Direction = 'to-server' | 'to-client'

/** A TCP connection's worst days, to be had at any moment. Each fault stays until it is taken back. */
export interface FaultProxy extends AsyncDisposable {
  readonly port: number
  /** Connections that are open now. */
  readonly open: number
  /** Connections made since the start. */
  readonly made: number
  /** Ends all connections with RST. */
  reset(): void
  /** New connections are reset at once. */
  refuse(yes: boolean): void
  /** Nothing is read: both ends feel back-pressure, nothing is lost. */
  stall(yes: boolean): void
  /** Present connections stay open for both ends, and what is sent over them vanishes; new ones are sound. */
  halfOpen(): void
  /** What goes that way vanishes, on present and new connections; a connection that lost bytes never heals. */
  drop(direction: Direction | undefined): void
  /** Everything arrives in pieces of 1 to so many bytes. */
  slice(maxBytes: number | undefined): void
  latency(ms: number): void
}

export interface FaultProxyOptions {
  readonly target: { readonly host?: string; readonly port: number }
  /** 0: any free one. */
  readonly port?: number
  /** Evenly from 0 to 1; a seeded one makes a run repeatable. */
  readonly random?: () => number
}

/** Bytes of one direction on their way; beyond it the sender feels back-pressure. */
const MOST_HELD = 1024 * 1024

interface Conversation {
  readonly near: Socket
  readonly far: Socket
  readonly lost: Set<Direction>
}

export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { target, port = 0, random = Math.random } = options
  const conversations = new Set<Conversation>()
  const fault = {
    refuse: false,
    dropped: undefined as Direction | undefined,
    maxBytes: Infinity,
    latencyMs: 0,
  }
  let flowing = Promise.withResolvers<void>()
  flowing.resolve()
  let made = 0

  async function forward(
    from: Socket,
    to: Socket,
    direction: Direction,
    lost: Set<Direction>,
  ): Promise<void> {
    let delivery = Promise.resolve()
    let held = 0
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        await flowing.promise
        if (fault.dropped === direction) lost.add(direction)
        if (lost.has(direction)) continue
        held += chunk.length
        const due = Promise.all([delivery, fault.latencyMs > 0 ? sleep(fault.latencyMs) : undefined])
        delivery = due.then(() => write(to, chunk)).then(() => void (held -= chunk.length))
        if (held > MOST_HELD) await delivery
      }
      await delivery
    } catch {
      // Reset by one end: so is the other.
      to.resetAndDestroy()
    }
    if (!lost.has(direction)) to.end()
  }

  async function write(to: Socket, chunk: Buffer): Promise<void> {
    for (let from = 0; from < chunk.length;) {
      await flowing.promise
      if (to.destroyed) return
      const size = Number.isFinite(fault.maxBytes) ? 1 + Math.floor(random() * fault.maxBytes) : chunk.length
      const drained = to.write(chunk.subarray(from, from + size))
      from += size
      if (!drained) await Promise.race([once(to, 'drain'), once(to, 'close')])
      else if (from < chunk.length) await new Promise(setImmediate)
    }
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    made += 1
    near.on('error', () => {})
    if (fault.refuse) return near.resetAndDestroy()
    const far = connect({ host: '127.0.0.1', ...target, allowHalfOpen: true, noDelay: true })
    const conversation: Conversation = { near, far, lost: new Set() }
    conversations.add(conversation)
    far.on('error', () => near.resetAndDestroy())
    for (const socket of [near, far]) {
      socket.on('close', () => {
        if (near.destroyed && far.destroyed) conversations.delete(conversation)
      })
    }
    void forward(near, far, 'to-server', conversation.lost)
    void forward(far, near, 'to-client', conversation.lost)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')

  function reset(): void {
    for (const { near, far } of conversations) for (const socket of [near, far]) socket.resetAndDestroy()
  }

  return {
    port: (server.address() as AddressInfo).port,
    get open() {
      return conversations.size
    },
    get made() {
      return made
    },
    reset,
    refuse: (yes) => (fault.refuse = yes),
    stall(yes) {
      flowing.resolve()
      flowing = Promise.withResolvers<void>()
      if (!yes) flowing.resolve()
    },
    halfOpen() {
      for (const { lost } of conversations) lost.add('to-server').add('to-client')
    },
    drop: (direction) => (fault.dropped = direction),
    slice: (maxBytes = Infinity) => (fault.maxBytes = maxBytes),
    latency: (ms) => (fault.latencyMs = ms),
    async [Symbol.asyncDispose]() {
      flowing.resolve()
      server.close()
      reset()
      if (server.listening) await once(server, 'close')
    },
  }
}
