import { type NatsConnection, connect } from '@nats-io/transport-node'
import type { Logger } from 'pino'

export interface BrokerOptions {
  readonly url: string
  /** How the broker's operator sees us. */
  readonly name: string
  readonly log: Logger
}

/** Waits for the broker for as long as it takes, and goes back to it for ever. */
export async function connectBroker({ url, name, log }: BrokerOptions): Promise<NatsConnection> {
  const connection = await connect({
    servers: url.split(','),
    name,
    maxReconnectAttempts: -1,
    waitOnFirstConnect: true,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    // A half-open connection is found out within 15 s.
    pingInterval: 5_000,
    maxPingOut: 2,
  })
  void logStatus(connection, log)
  return connection
}

async function logStatus(connection: NatsConnection, log: Logger): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') log.warn('broker is gone')
    else if (status.type === 'reconnect') log.info('broker is back')
    else if (status.type === 'error') log.warn({ err: status.error }, 'broker refuses')
  }
}
