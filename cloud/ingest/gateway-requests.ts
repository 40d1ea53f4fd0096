import { ReceiptRequest } from '@ganzhi/contracts/receipt'
import { check } from '@ganzhi/contracts/schema'
import { GatewayStatus } from '@ganzhi/contracts/status'
import { type GatewayTopic, anyGateway, parseGatewaySubject } from '@ganzhi/contracts/subjects'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Logger } from 'pino'

/** Of all ingest processes, one gets each message. */
const QUEUE = 'ingest'

export interface GatewayRequestsOptions {
  readonly connection: NatsConnection
  readonly onReceiptRequest: (gateway: string, request: ReceiptRequest) => void
  readonly onStatus: (gateway: string, status: GatewayStatus) => void
  readonly log: Logger
}

/** What gateways say outside of the streams. What can't be read is passed over: they say it again. */
export function listenToGateways(options: GatewayRequestsOptions): Disposable {
  const { connection, onReceiptRequest, onStatus, log } = options
  const listen = (topic: GatewayTopic, take: (gateway: string, body: unknown) => void) =>
    connection.subscribe(anyGateway(topic), {
      queue: QUEUE,
      callback: (error, message) => {
        const gateway = parseGatewaySubject(message.subject)?.gateway
        if (error || gateway === undefined) return
        try {
          take(gateway, message.json())
        } catch (cause) {
          log.debug({ err: cause, gateway, topic }, 'not understood')
        }
      },
    })
  const subscriptions = [
    listen('receipt.get', (gateway, body) =>
      onReceiptRequest(gateway, check(ReceiptRequest, body, 'receipt request')),
    ),
    listen('status', (gateway, body) => onStatus(gateway, check(GatewayStatus, body, 'status'))),
  ]
  return {
    [Symbol.dispose]: () => {
      for (const subscription of subscriptions) subscription.unsubscribe()
    },
  }
}
