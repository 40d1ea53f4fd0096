import { connect, createInbox, credsAuthenticator, headers as natsHeaders } from '@nats-io/transport-node'
import type { Msg, NatsConnection, NodeConnectionOptions } from '@nats-io/transport-node'
import type { Dial, Link, PublishOutcome } from './link.ts'
import { outcomeOf } from './publish-outcome.ts'

export interface NatsLinkOptions {
  readonly servers: readonly string[]
  readonly gateway: string
  /** Contents of a `.creds` file. */
  readonly credentials?: Uint8Array
  readonly timing: {
    readonly dialTimeoutMs: number
    readonly pingMs: number
  }
}

/** Unanswered pings after which a connection counts as half open. */
const MAX_PINGS_OUT = 2

/** The client's own reconnect is off: every connection is a new session, and we know what is unsent. */
export function natsDial(options: NatsLinkOptions): Dial {
  const { gateway, credentials, timing } = options
  const settings: NodeConnectionOptions = {
    servers: [...options.servers],
    name: `ganzhi-edge ${gateway}`,
    inboxPrefix: inboxPrefix(gateway),
    reconnect: false,
    timeout: timing.dialTimeoutMs,
    pingInterval: timing.pingMs,
    maxPingOut: MAX_PINGS_OUT,
    ignoreClusterUpdates: true,
    ...(credentials ? { authenticator: credsAuthenticator(credentials) } : {}),
  }
  return async ({ signal }) => {
    signal.throwIfAborted()
    const aborted = Promise.withResolvers<never>()
    const abort = () => aborted.reject(signal.reason)
    signal.addEventListener('abort', abort)
    const dialled = connect(settings)
    try {
      return linkOver(await Promise.race([dialled, aborted.promise]), inboxPrefix(gateway))
    } catch (error) {
      // The client's own dialling can't be called off: what comes of it later is closed.
      dialled.then((late) => late.close()).catch(() => {})
      throw error
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }
}

/** The one inbox that a gateway's permissions allow. */
function inboxPrefix(gateway: string): string {
  return `_INBOX_${gateway}`
}

function linkOver(connection: NatsConnection, prefix: string): Link {
  const waiting = new Map<string, (outcome: PublishOutcome) => void>()
  const inbox = createInbox(prefix)
  const gone = Promise.withResolvers<string>()
  let published = 0

  function answer(token: string, outcome: PublishOutcome): void {
    const settle = waiting.get(token)
    waiting.delete(token)
    settle?.(outcome)
  }

  connection.subscribe(`${inbox}.*`, {
    callback(error, message) {
      if (error) return
      answer(message.subject.slice(inbox.length + 1), outcomeOf(message.data, statusOf(message)))
    },
  })
  async function watch(): Promise<void> {
    const error = await connection.closed()
    waiting.clear()
    gone.resolve(error ? error.message : 'the server closed the connection')
  }
  void watch()

  return {
    server: connection.getServer(),
    closed: gone.promise,
    publish(subject, fields, body, settle) {
      const token = String((published += 1))
      const headers = natsHeaders()
      for (const [name, value] of Object.entries(fields)) headers.set(name, value)
      waiting.set(token, settle)
      try {
        connection.publish(subject, body, { headers, reply: `${inbox}.${token}` })
      } catch (error) {
        const refusal = refusalOf(error, body, connection)
        queueMicrotask(() => answer(token, refusal))
      }
      return () => waiting.delete(token)
    },
    send(subject, body) {
      if (!connection.isClosed()) connection.publish(subject, body)
    },
    subscribe(subject, take) {
      connection.subscribe(subject, {
        callback: (error, message) => {
          if (!error) take(message.data, (body) => void (connection.isClosed() || message.respond(body)))
        },
      })
    },
    flush: () => connection.flush(),
    close(reason) {
      gone.resolve(reason)
      waiting.clear()
      void connection.close()
    },
  }
}

function statusOf(message: Msg): number | undefined {
  return message.data.length === 0 ? message.headers?.code : undefined
}

/** The client throws before anything is on the wire: too large for this server, or no longer connected. */
function refusalOf(error: unknown, body: Uint8Array, connection: NatsConnection): PublishOutcome {
  const limit = connection.info?.max_payload ?? Number.POSITIVE_INFINITY
  const reason = !connection.isClosed() && body.length + 1024 > limit ? 'unfit' : 'unavailable'
  return { kind: 'refused', reason, message: error instanceof Error ? error.message : String(error) }
}
