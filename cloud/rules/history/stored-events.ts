import type { PoolClient } from 'pg'
import type { Span } from '../../series-store/series-store.ts'
import { AHEAD_MS } from '../../series-store/write-batches.ts'
import { eventInputOf } from '../engine/event-input.ts'
import type { EventInput } from '../engine/rule-input.ts'

const ROWS_AT_ONCE = 5_000

export interface StoredDevice {
  readonly gatewayId: number
  readonly device: string
}

/**
 * Events of a device by time; of the same time by id. Those of a time that can't be true are not for rules, as such values are
 * not.
 */
export async function* storedEvents(
  client: PoolClient,
  { gatewayId, device }: StoredDevice,
  types: readonly string[],
  { from, to }: Span,
): AsyncGenerator<EventInput[]> {
  if (types.length === 0) return
  const phases = types.flatMap((type) => [`${type}.started`, `${type}.ended`])
  for (let after = { at: from, id: '' }; ;) {
    const { rows } = await client.query<{ id: string; type: string; incident: string; at: number }>({
      name: 'stored-events',
      text: EVENTS,
      values: [gatewayId, device, phases, new Date(after.at), after.id, new Date(to)],
    })
    const last = rows.at(-1)
    if (last) yield rows.map((row) => eventInputOf(row, row.at))
    if (!last || rows.length < ROWS_AT_ONCE) return
    after = last
  }
}

const EVENTS = `
SELECT id, type, incident, floor(extract(epoch FROM time) * 1000)::float8 AS at FROM event
WHERE (gateway_id, subject) = ($1, $2) AND type = ANY ($3) AND (date_trunc('milliseconds', time), id) > ($4, $5)
  AND time >= $4 AND time < $6 AND time <= arrived_at + ${AHEAD_MS} * interval '1 ms'
ORDER BY date_trunc('milliseconds', time), id LIMIT ${ROWS_AT_ONCE}`
