import type { ClientBase } from 'pg'

/** What is locked of a gateway: each is a lock of its own. */
const PURPOSES = { latest: 0x67_7a_04, records: 0x67_7a_05 } as const
/** A transaction holds so many of these locks at most: the server's lock table is small, gateways are many. */
const STRIPES = 1024

export interface GatewayLock {
  readonly of: keyof typeof PURPOSES
  readonly gatewayIds: Iterable<number>
  /** Together with others that share it, against whoever does not. */
  readonly shared?: boolean
}

/** Until the transaction ends; in the same order for everybody, so that two with the same gateways take turns. */
export async function lockGateways(
  tx: ClientBase,
  { of, gatewayIds, shared = false }: GatewayLock,
): Promise<void> {
  const stripes = new Set(Array.from(gatewayIds, (id) => id % STRIPES))
  const lock = shared ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock'
  await tx.query(`SELECT ${lock}($1, stripe) FROM unnest($2::int4[]) AS stripe`, [
    PURPOSES[of],
    [...stripes].sort((a, b) => a - b),
  ])
}
