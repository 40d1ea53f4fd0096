import type { ClientBase } from 'pg'
import type { Span } from '../../series-store/series-store.ts'
import type { ReachInput } from '../engine/rule-input.ts'

/**
 * Since when these gateways were not heard of, and from when on they were again: of each in order of time, of those without any
 * nothing. Records that stay away make devices unknown, and are no silence of the gateway itself.
 */
export async function storedReach(
  db: Pick<ClientBase, 'query'>,
  gatewayIds: Iterable<number>,
  { from, to }: Span,
  { of = 'devices' }: { readonly of?: 'devices' | 'itself' } = {},
): Promise<ReadonlyMap<number, readonly ReachInput[]>> {
  const { rows } = await db.query<{ gateway_id: number; from_at: Date; until_at: Date | null }>(
    `SELECT gateway_id, ${COLUMNS[of]} AS from_at, until_at FROM gateway_unreached
     WHERE gateway_id = ANY ($1::int4[]) AND ${COLUMNS[of]} < $3 AND (until_at IS NULL OR until_at > $2)
     ORDER BY ${COLUMNS[of]}`,
    [[...new Set(gatewayIds)], new Date(from), new Date(to)],
  )
  const changes = new Map<number, ReachInput[]>()
  for (const { gateway_id: id, from_at: lost, until_at: again } of rows) {
    const theirs = changes.get(id) ?? []
    theirs.push({ kind: 'reach', at: lost.getTime(), reached: false })
    if (again) theirs.push({ kind: 'reach', at: again.getTime(), reached: true })
    changes.set(id, theirs)
  }
  return changes
}

const COLUMNS = { devices: 'from_at', itself: 'silent_at' }
