import { type Command, COMMAND_STATES, type CommandStep, isLastStep } from '@ganzhi/contracts/command'
import type { ClientBase } from 'pg'
import { secondsInCalendar } from '../ledger/ledger.ts'

export type StepSource = 'platform' | 'gateway'

export interface GatewayStep {
  readonly gatewayId: number
  readonly command: Command
  readonly step: CommandStep
}

/** A command that nobody has asked before, with its first step; false when the id is taken. */
export async function enterCommand(
  tx: ClientBase,
  gatewayId: number,
  command: Command,
  source: StepSource,
): Promise<boolean> {
  const { id, device, property, author, askedAt, expiresAt } = command
  const { rows } = await tx.query<{ seq: string }>(
    `INSERT INTO command (id, gateway_id, device, property, author, asked_at, expires_at, body)
     VALUES ($1, $2, $3, $4, $5, to_timestamp($6), to_timestamp($7), $8)
     ON CONFLICT (id) DO NOTHING RETURNING seq`,
    [
      id,
      gatewayId,
      device,
      property,
      author,
      secondsInCalendar(askedAt),
      secondsInCalendar(expiresAt),
      JSON.stringify(command),
    ],
  )
  const [row] = rows
  if (!row) return false
  await tx.query(
    `INSERT INTO command_progress (command_seq, state, try_at)
     VALUES ($1, 'asked', CASE WHEN $2 = 'platform' THEN now() END)`,
    [row.seq, source],
  )
  await insertStep(tx, row.seq, { command: id, state: 'asked', at: askedAt, author }, source)
  return true
}

/** Steps as their gateways tell them, in any order and as often as they like; also of commands never heard of here. */
export async function enterGatewaySteps(tx: ClientBase, steps: readonly GatewayStep[]): Promise<void> {
  // Sorted: two transactions with the same commands take turns.
  for (const { gatewayId, command, step } of steps.toSorted((a, b) =>
    a.command.id < b.command.id ? -1 : 1,
  )) {
    await enterCommand(tx, gatewayId, command, 'gateway')
    const seq = await lockCommand(tx, command.id, gatewayId)
    if (seq !== undefined) await enterStep(tx, seq, step, 'gateway')
  }
}

/** Until the transaction ends, one at a time decides where the command stands. Undefined: this gateway has no such command. */
export async function lockCommand(
  tx: ClientBase,
  id: string,
  gatewayId: number,
): Promise<string | undefined> {
  const { rows } = await tx.query<{ seq: string }>(
    `SELECT c.seq FROM command c JOIN command_progress p ON p.command_seq = c.seq
     WHERE c.id = $1 AND c.gateway_id = $2 FOR UPDATE OF p`,
    [id, gatewayId],
  )
  return rows[0]?.seq
}

/** Under the lock of its command. What the gateway says goes before what the platform concluded from its silence. */
export async function enterStep(
  tx: ClientBase,
  seq: string,
  step: CommandStep,
  source: StepSource,
): Promise<void> {
  await insertStep(tx, seq, step, source)
  await tx.query(
    `UPDATE command_progress p SET state = s.state, ended = s.last,
       try_at = CASE WHEN $3 = 'platform' OR (cancel_author IS NOT NULL AND NOT s.last) THEN try_at END,
       cancel_author = CASE WHEN s.last THEN NULL ELSE cancel_author END
     FROM (SELECT state, last FROM command_step WHERE command_seq = $1
           ORDER BY source = 'gateway' DESC, array_position($2::text[], state) DESC LIMIT 1) s
     WHERE p.command_seq = $1`,
    [seq, COMMAND_STATES, source],
  )
}

async function insertStep(tx: ClientBase, seq: string, step: CommandStep, source: StepSource): Promise<void> {
  const { state, at, author, value, error } = step
  await tx.query(
    `INSERT INTO command_step (command_seq, source, state, at, author, value, error, last)
     VALUES ($1, $2, $3, to_timestamp($4), $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
    [
      seq,
      source,
      state,
      secondsInCalendar(at),
      author ?? null,
      value === undefined ? null : JSON.stringify(value),
      error === undefined ? null : JSON.stringify(error),
      isLastStep(step),
    ],
  )
}
