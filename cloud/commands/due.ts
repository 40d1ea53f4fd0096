import type { Command, CommandError } from '@ganzhi/contracts/command'
import type { Pool, PoolClient } from 'pg'
import { inTransaction } from '../database/pool.ts'
import type { DueCommand } from './deliver.ts'
import { enterStep, lockCommand } from './journal.ts'

export interface ClaimedCommand extends DueCommand {
  readonly seq: string
  readonly gatewayId: number
  readonly tries: number
}

const AT_ONCE = 32

/**
 * Commands whose gateways are to be asked now; for the time of a try nobody else asks. The commands of a device go in the
 * order in which they were asked, so one waits for those before it that are not delivered and may still be.
 */
export async function claimDue(pool: Pool, tryMs: number): Promise<ClaimedCommand[]> {
  const { rows } = await pool.query<ClaimedRow>(CLAIM, [AT_ONCE, tryMs])
  return rows.map((row) => ({
    seq: row.seq,
    gatewayId: row.gateway_id,
    gateway: row.gateway,
    command: row.body,
    cancelAuthor: row.cancel_author,
    tries: row.tries,
  }))
}

interface ClaimedRow {
  readonly seq: string
  readonly gateway_id: number
  readonly gateway: string
  readonly body: Command
  readonly cancel_author: string | null
  readonly tries: number
}

const CLAIM = `
  UPDATE command_progress p SET tries = tries + 1, try_at = now() + $2 * interval '1 ms'
  FROM command c JOIN gateway g ON g.id = c.gateway_id
  WHERE c.seq = p.command_seq AND p.command_seq IN (
    SELECT q.command_seq FROM command_progress q JOIN command d ON d.seq = q.command_seq
    WHERE q.try_at <= now()
      AND (q.cancel_author IS NOT NULL OR NOT EXISTS (
        SELECT FROM command e JOIN command_progress r ON r.command_seq = e.seq
        WHERE (e.gateway_id, e.device) = (d.gateway_id, d.device) AND e.seq < d.seq
          AND r.state = 'asked' AND r.try_at IS NOT NULL AND e.expires_at > now()))
    ORDER BY q.try_at LIMIT $1 FOR UPDATE OF q SKIP LOCKED)
  RETURNING c.seq, c.gateway_id, g.name AS gateway, c.body, p.cancel_author, p.tries`

export interface Missed {
  /** The gateway certainly has it not. */
  readonly surely: boolean
  readonly why: CommandError
}

/** This try came to nothing; the next is after a pause. */
export async function tryAgain(
  pool: Pool,
  seq: string,
  pauseMs: number,
  { surely, why }: Missed,
): Promise<void> {
  await pool.query(
    `UPDATE command_progress SET try_at = now() + $2 * interval '1 ms', missed = missed + $3, hindrance = $4
     WHERE command_seq = $1 AND try_at IS NOT NULL`,
    [seq, pauseMs, surely ? 1 : 0, JSON.stringify(why)],
  )
}

/** Too late to cancel: the command goes on, and its steps will tell. */
export async function giveUpCancelling(pool: Pool, seq: string): Promise<void> {
  await pool.query(
    `UPDATE command_progress SET cancel_author = NULL, try_at = CASE WHEN state = 'asked' THEN now() END
     WHERE command_seq = $1`,
    [seq],
  )
}

/** So long after its expiry a gateway is still asked what became of a command that it may have had. */
const ASKED_ON = "interval '24 hours'"

/**
 * Ends what has expired: as `expired` where it certainly never arrived; else as `unknown`, until the gateway says more.
 */
export async function expireOverdue(pool: Pool, now: number): Promise<void> {
  await inTransaction(pool, async (tx) => {
    const { rows } = await tx.query<{
      seq: string
      id: string
      missed: boolean
      hindrance: CommandError | null
    }>(
      `SELECT c.seq, c.id, p.tries = p.missed AS missed, p.hindrance
       FROM command_progress p JOIN command c ON c.seq = p.command_seq
       WHERE p.try_at IS NOT NULL AND p.state = 'asked' AND c.expires_at <= now()
       ORDER BY c.id LIMIT 100 FOR UPDATE OF p SKIP LOCKED`,
    )
    for (const { seq, id, missed, hindrance } of rows) {
      if (missed) {
        await enterStep(
          tx,
          seq,
          { command: id, state: 'expired', at: now, error: hindrance ?? NOT_TRIED },
          'platform',
        )
        await stopTrying(tx, seq)
      } else {
        await enterStep(tx, seq, { command: id, state: 'unknown', at: now, error: NO_WORD }, 'platform')
      }
    }
    await tx.query(
      `UPDATE command_progress p SET try_at = NULL FROM command c
       WHERE c.seq = p.command_seq AND p.try_at IS NOT NULL AND c.expires_at < now() - ${ASKED_ON}`,
    )
  })
}

export async function stopTrying(tx: PoolClient, seq: string): Promise<void> {
  await tx.query('UPDATE command_progress SET try_at = NULL, cancel_author = NULL WHERE command_seq = $1', [
    seq,
  ])
}

/** The gateway will not take it, whenever it is asked. */
export async function enterRefusal(
  pool: Pool,
  due: ClaimedCommand,
  error: CommandError,
  now: number,
): Promise<void> {
  const { command, gatewayId } = due
  await inTransaction(pool, async (tx) => {
    const seq = await lockCommand(tx, command.id, gatewayId)
    if (seq === undefined) return
    await enterStep(tx, seq, { command: command.id, state: 'failed', at: now, error }, 'platform')
    await stopTrying(tx, seq)
  })
}

const NOT_TRIED: CommandError = {
  code: 'not-delivered',
  message: '有效期内未能送达 it could not be delivered until it expired',
  remedy: '请用更长的有效期重新下达。 Ask again, with more time.',
}
const NO_WORD: CommandError = {
  code: 'no-word',
  message:
    '有效期内未收到网关答复，可能已执行 no word from the gateway until the command expired: it may have been done',
  remedy: '网关恢复后将自动补报结果。 What the gateway says when it is back will stand here.',
}
