import { MAX_RECORD_BYTES } from '@ganzhi/contracts/record-key'
import { QUARANTINE_SUBJECT, parseGatewaySubject } from '@ganzhi/contracts/subjects'
import { type NatsConnection, headers } from '@nats-io/transport-node'
import type { ClientBase } from 'pg'
import type { Delivery } from './arrival.ts'

export interface Quarantined {
  readonly delivery: Delivery
  readonly reason: string
}

/** Keeps what could not be taken in, as it came. Nothing in it may make PostgreSQL refuse this. */
export async function quarantine(tx: ClientBase, items: readonly Quarantined[]): Promise<void> {
  for (const { delivery, reason } of items) {
    const names = delivery.headers?.keys() ?? []
    const found = Object.fromEntries(
      names.map((name) => [storable(name), storable(delivery.headers?.get(name) ?? '')]),
    )
    await tx.query(
      'INSERT INTO quarantine (gateway, subject, headers, body, reason) VALUES ($1, $2, $3, $4, $5)',
      [
        parseGatewaySubject(delivery.subject)?.gateway ?? null,
        storable(delivery.subject),
        JSON.stringify(found),
        delivery.data,
        storable(reason),
      ],
    )
  }
}

/** PostgreSQL's text has no NUL, and half a surrogate pair has no UTF-8. */
function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed().slice(0, 2_000)
}

/** For whoever watches: a copy of each, with the reason. Lost copies are no loss, the table has them. */
export function announceQuarantined(connection: NatsConnection, items: readonly Quarantined[]): void {
  for (const { delivery, reason } of items) {
    const copy = headers()
    copy.set('reason', reason.replace(/[^\x20-\x7e]/g, '?').slice(0, 500))
    copy.set('subject', delivery.subject)
    connection.publish(QUARANTINE_SUBJECT, delivery.data.subarray(0, MAX_RECORD_BYTES), { headers: copy })
  }
}
