import { randomUUID } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import type { Logger } from 'pino'
import { inTransaction, withClient } from '../../database/pool.ts'
import { isDatabaseError } from '../../ingest/database-refusal.ts'
import { watchForFrozenPeers } from '../../ingest/frozen-peer.ts'

/** Gateways by id modulo this number; each has a row in rule_partition. */
export const PARTITIONS = 16
/** One more row, for what is judged of areas. */
export const AREAS = 16
const ROWS = PARTITIONS + 1

/** The right to work on a partition, until somebody else has taken it over. */
export interface Lease {
  readonly partition: number
  /** Grows with each holder: the fencing token. */
  readonly token: string
}

export interface Leases {
  /** Holds on to what is held, takes its share of what is free and gives back what is more. Answers with all that is held. */
  renew(): Promise<readonly Lease[]>
  /** For others to take at once. */
  release(): Promise<void>
}

/** SQLSTATE: somebody held it for longer than we wait. */
const LOCK_NOT_AVAILABLE = '55P03'

export interface LeaseOptions {
  readonly pool: Pool
  /** After so long without renewal a partition is free. */
  readonly leaseMs: number
  /** The age at which a transaction that keeps others out counts as frozen; to read a partition in takes a while. */
  readonly frozenAfterMs: number
  readonly log: Logger
}

/**
 * Who holds which partition, by the database's clock alone. That a process believes to hold one gives it no right: each
 * transaction finds its token in the partition's row, or does nothing.
 */
export function openLeases({ pool, leaseMs, frozenAfterMs, log }: LeaseOptions): Leases {
  const id = randomUUID()
  const lease = `clock_timestamp() + ${leaseMs} * interval '1 ms'`

  /** How many each of those who are alive should have. */
  const share = async (client: PoolClient): Promise<number> => {
    await client.query(
      `INSERT INTO rule_process (id, seen_at) VALUES ($1, clock_timestamp())
       ON CONFLICT (id) DO UPDATE SET seen_at = clock_timestamp()`,
      [id],
    )
    const { rows } = await client.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM rule_process WHERE seen_at > clock_timestamp() - ${leaseMs} * interval '1 ms'`,
    )
    return Math.ceil(ROWS / Math.max(1, rows[0]?.n ?? 1))
  }

  const take = async (client: PoolClient, atMost: number): Promise<void> => {
    const { rowCount } = await client.query(
      `UPDATE rule_partition SET holder = $1, token = token + 1, held_until = ${lease} WHERE id IN (
         SELECT id FROM rule_partition WHERE held_until < clock_timestamp()
         ORDER BY held_until, id LIMIT $2 FOR UPDATE SKIP LOCKED)`,
      [id, atMost],
    )
    if ((rowCount ?? 0) < atMost) await waitForLocked(client, atMost - (rowCount ?? 0))
  }

  /** A transaction of the holder before is waited for, and ended where the process behind it is frozen. Ours just takes long. */
  const waitForLocked = async (client: PoolClient, atMost: number): Promise<void> => {
    const { rows } = await client.query<{ id: number }>(
      `SELECT id FROM rule_partition WHERE held_until < clock_timestamp() AND holder <> $1 ORDER BY held_until, id LIMIT $2`,
      [id, atMost],
    )
    const watch = watchForFrozenPeers({ pool, client, lookEveryMs: 1_000, frozenAfterMs, log })
    try {
      for (const { id: partition } of rows) {
        await client.query(
          `UPDATE rule_partition SET holder = $1, token = token + 1, held_until = ${lease}
           WHERE id = $2 AND held_until < clock_timestamp()`,
          [id, partition],
        )
      }
    } catch (error) {
      if (!isDatabaseError(error) || error.code !== LOCK_NOT_AVAILABLE) throw error
    } finally {
      watch.stop()
    }
  }

  return {
    renew: () =>
      withClient(pool, async (client) => {
        const fair = await share(client)
        // What nobody has taken is still ours. A row that a transaction of ours holds is renewed by that.
        await client.query(
          `UPDATE rule_partition SET held_until = ${lease} WHERE id IN (
             SELECT id FROM rule_partition WHERE holder = $1 FOR UPDATE SKIP LOCKED)`,
          [id],
        )
        const held = await heldBy(client, id)
        if (held.length > fair) await giveBack(client, id, held.slice(fair))
        else if (held.length < fair) await take(client, fair - held.length)
        return heldBy(client, id)
      }),
    release: () =>
      inTransaction(pool, async (client) => {
        await client.query('DELETE FROM rule_process WHERE id = $1', [id])
        await giveBack(client, id, await heldBy(client, id))
      }),
  }
}

async function heldBy(client: PoolClient, id: string): Promise<Lease[]> {
  const { rows } = await client.query<Lease>(
    `SELECT id AS partition, token FROM rule_partition
     WHERE holder = $1 ORDER BY id`,
    [id],
  )
  return rows
}

async function giveBack(client: PoolClient, id: string, leases: readonly Lease[]): Promise<void> {
  await client.query(
    `UPDATE rule_partition SET holder = NULL, held_until = '-infinity' WHERE holder = $1 AND id = ANY ($2::int4[])`,
    [id, leases.map(({ partition }) => partition)],
  )
}
