import type { ClientBase } from 'pg'

const LOCK = 0x67_7a_05
/** A transaction holds so many of these locks at most: the server's lock table is small, gateways are many. */
const STRIPES = 1024

/**
 * Entering records and naming gaps of one gateway take turns: neither sees what the other has not yet committed, and a
 * record would be stored and named as missing. Any number may enter at once.
 */
export async function lockForEntering(tx: ClientBase, gatewayIds: readonly number[]): Promise<void> {
  const stripes = [...new Set(gatewayIds.map((id) => id % STRIPES))].sort((a, b) => a - b)
  await tx.query('SELECT pg_advisory_xact_lock_shared($1, stripe) FROM unnest($2::int4[]) AS stripe', [
    LOCK,
    stripes,
  ])
}

export async function lockForNaming(tx: ClientBase, gatewayId: number): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1, $2)', [LOCK, gatewayId % STRIPES])
}
