import { randomBytes } from 'node:crypto'
import type { CloudEvent } from '@ganzhi/contracts/cloud-event'
import { encodeEvent, encodeGap } from '@ganzhi/contracts/event'
import { encodeEvidence } from '@ganzhi/contracts/evidence'
import { type PointTable, encodePointTable, hashOf } from '@ganzhi/contracts/point-table'
import type { Reading } from '@ganzhi/contracts/reading'
import { type Lane, headersOf, messageId } from '@ganzhi/contracts/record-key'
import type { GatewayStatus } from '@ganzhi/contracts/status'
import { gatewaySubject, laneSubject } from '@ganzhi/contracts/subjects'
import { encodeBatch } from '@ganzhi/contracts/telemetry-batch'
import { jetstream } from '@nats-io/jetstream'
import { connect, headers as messageHeaders } from '@nats-io/transport-node'

export interface SendingGateway extends AsyncDisposable {
  send(readings: readonly Reading[]): Promise<void>
  /** Accepted and never sent: names the seq as lost. */
  lose(): Promise<void>
  tell(event: CloudEvent): Promise<void>
  show(picture: Uint8Array): Promise<void>
  status(links?: GatewayStatus['links']): Promise<void>
}

/** Speaks to the broker as a gateway does, without the agent: what it sends is up to the test. */
export async function openSendingGateway(
  natsUrl: string,
  gateway: string,
  table: PointTable,
): Promise<SendingGateway> {
  const connection = await connect({ servers: natsUrl })
  const stream = jetstream(connection)
  const epoch = randomBytes(8).toString('hex')
  const { hash, bytes } = encodePointTable(table)
  const heads: Record<Lane, number> = { telemetry: 0, events: 0, evidence: 0 }

  async function publish(subject: string, facts: Record<string, string>, id: string, body: Uint8Array) {
    const headers = messageHeaders()
    for (const [name, value] of Object.entries(facts)) headers.set(name, value)
    await stream.publish(subject, body, { headers, msgID: id })
  }

  async function record(lane: Lane, body: Uint8Array) {
    const key = { gateway, lane, epoch, seq: ++heads[lane] }
    const facts = headersOf({ kind: 'record', key, sha256: hashOf(body) })
    await publish(laneSubject(gateway, lane), facts, messageId(key, 1), body)
  }

  await publish(
    laneSubject(gateway, 'telemetry'),
    headersOf({ kind: 'table', gateway, sha256: hash }),
    `table.${hash}`,
    bytes,
  )

  return {
    send: (readings) => record('telemetry', encodeBatch(hash, table, readings)),
    async lose() {
      const seq = ++heads.telemetry
      const gap = { kind: 'gap', lane: 'telemetry', epoch, firstSeq: seq, lastSeq: seq, count: 1 } as const
      await record('events', encodeGap({ ...gap, reason: 'evicted-full', at: Date.now() }))
    },
    tell: (event) => record('events', encodeEvent(event)),
    async show(picture) {
      const { records } = encodeEvidence(picture, { contentType: 'image/jpeg', at: Date.now() })
      for (const part of records) await record('evidence', part)
    },
    async status(links = []) {
      const lanes = (['telemetry', 'events'] as const).map((lane) => ({ lane, epoch, head: heads[lane] }))
      const status = {
        phase: 'alive',
        at: Date.now(),
        epoch,
        agent: '0.1.0',
        heads: lanes,
        outbox: { bytes: 4096, capBytes: 1024 ** 3, writable: true },
        links,
        counters: {},
      }
      connection.publish(gatewaySubject(gateway, 'status'), JSON.stringify(status))
      await connection.flush()
    },
    [Symbol.asyncDispose]: () => connection.close(),
  }
}
