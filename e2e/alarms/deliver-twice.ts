import { anyGateway } from '@ganzhi/contracts/subjects'
import { connect, headers } from '@nats-io/transport-node'

/** Sends each batch and event once more, under an id of its own, so that the broker takes it for another. */
export async function deliverTwice(url: string): Promise<AsyncDisposable> {
  const connection = await connect({
    servers: url,
    name: 'delivers-twice',
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
  })
  for (const topic of ['telemetry', 'event'] as const) {
    connection.subscribe(anyGateway(topic), {
      callback(_error, { subject, data, headers: given }) {
        const id = given?.get('Nats-Msg-Id') ?? ''
        if (!given || id.endsWith(AGAIN)) return
        const copied = headers()
        for (const [name, [value = '']] of given) copied.set(name, value)
        copied.set('Nats-Msg-Id', id + AGAIN)
        connection.publish(subject, data, { headers: copied })
      },
    })
  }
  return { [Symbol.asyncDispose]: () => connection.close() }
}

const AGAIN = '.again'
