import type { CloudEvent } from '@ganzhi/contracts/cloud-event'
import type { ClientBase } from 'pg'
import { secondsInCalendar } from '../ledger/ledger.ts'

export interface GatewayEvent {
  readonly gatewayId: number
  readonly event: CloudEvent
}

/** An event bears the same id whenever it is told, so a gateway that tells it twice adds nothing. */
export async function insertEvents(tx: ClientBase, events: readonly GatewayEvent[]): Promise<void> {
  const sorted = events.toSorted((a, b) => a.gatewayId - b.gatewayId || (a.event.id < b.event.id ? -1 : 1))
  for (const { gatewayId, event } of sorted) {
    await tx.query({
      name: 'insert-event',
      text: `INSERT INTO event (gateway_id, id, incident, type, subject, source, time, area, confidence, evidence, body)
        VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7), $8, $9, $10::bytea[], $11) ON CONFLICT DO NOTHING`,
      values: [
        gatewayId,
        event.id,
        event.incident,
        event.type,
        event.subject,
        event.source,
        secondsInCalendar(Date.parse(event.time)),
        event.area ?? null,
        event.confidence ?? null,
        (event.evidence ?? []).map(({ sha256 }) => `\\x${sha256}`),
        JSON.stringify(event),
      ],
    })
  }
}
