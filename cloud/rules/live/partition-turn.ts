import { GanzhiError } from '@ganzhi/contracts/error'
import type { ClientBase } from 'pg'
import type { Lease } from './partition-leases.ts'

/** A partition as it stands in the database between two transactions. */
export interface Standing {
  /** Counts the transactions. */
  readonly step: string
  /** How far the platform's time has come, ms since 1970: what waited for less was judged. */
  readonly clock: number
  /** The changes of rules that it has seen. */
  readonly revision: string
}

export interface Turn extends Standing {
  /** When, by the platform's time, what rules remember was kept last. */
  readonly checkpointAt: number
  /** The database's time, older than all that the transaction will read. */
  readonly now: number
}

/**
 * Begins a transaction on a partition, and keeps others out until it ends. Where `known` is given, it must still stand
 * so: if not, somebody else has worked on it, or the database was restored, and what is held in memory is void.
 */
export async function beginTurn(tx: ClientBase, lease: Lease, known: Standing | undefined): Promise<Turn> {
  const { rows } = await tx.query<Turn>({
    name: 'rule-turn',
    text: `SELECT step, revision, (extract(epoch FROM clock) * 1000)::float8 AS clock,
             (extract(epoch FROM checkpoint_at) * 1000)::float8 AS "checkpointAt",
             floor(extract(epoch FROM now()) * 1000)::float8 AS now
           FROM rule_partition WHERE id = $1 AND token = $2 FOR UPDATE`,
    values: [lease.partition, lease.token],
  })
  const [turn] = rows
  if (turn && (known === undefined || known.step === turn.step)) return turn
  throw new GanzhiError(`partition ${lease.partition} is not as we left it`, {
    code: 'partition-lost',
    blame: 'outside',
    remedy: 'Nothing: whoever holds it now goes on with it.',
    retryable: true,
  })
}

/** The last statement before the commit. */
export async function endTurn(
  tx: ClientBase,
  lease: Lease,
  { clock, revision, leaseMs }: { clock: number; revision: string; leaseMs: number },
): Promise<Standing> {
  const { rows } = await tx.query<{ step: string }>({
    name: 'rule-turn-end',
    text: `UPDATE rule_partition SET step = step + 1, clock = to_timestamp($2::float8 / 1000), revision = $3,
             held_until = clock_timestamp() + $4 * interval '1 ms'
           WHERE id = $1 RETURNING step`,
    values: [lease.partition, clock, revision, leaseMs],
  })
  return { step: rows[0]?.step ?? '', clock, revision }
}
