import type { CommandView } from '@ganzhi/contracts/api-views'
import type { Command } from '@ganzhi/contracts/command'
import { timeView } from '../api/sample-view.ts'

/** The columns of a CommandRow, of a command `c`. */
export const COMMAND_COLUMNS = `
  c.seq, g.name AS gateway, c.body, p.state, p.ended, p.cancel_author,
  CASE WHEN p.try_at IS NOT NULL THEN p.hindrance END AS hindrance,
  (SELECT json_agg(json_build_object('state', s.state, 'source', s.source, 'at', extract(epoch FROM s.at) * 1000,
     'author', s.author, 'value', s.value, 'error', s.error, 'last', s.last) ORDER BY s.at, s.arrived_at, s.source DESC)
   FROM command_step s WHERE s.command_seq = c.seq) AS steps
  FROM command c JOIN command_progress p ON p.command_seq = c.seq JOIN gateway g ON g.id = c.gateway_id`

export interface CommandRow {
  readonly seq: string
  readonly gateway: string
  readonly body: Command
  readonly state: CommandView['state']
  readonly ended: boolean
  readonly cancel_author: string | null
  readonly hindrance: CommandView['hindrance']
  readonly steps: readonly (Omit<CommandView['steps'][number], 'at'> & { readonly at: number })[]
}

export function commandView({ body, cancel_author, steps, ...row }: CommandRow): CommandView {
  return {
    id: body.id,
    gateway: row.gateway,
    device: body.device,
    property: body.property,
    value: body.value,
    precondition: body.precondition ?? null,
    author: body.author,
    askedAt: timeView(body.askedAt),
    expiresAt: timeView(body.expiresAt),
    state: row.state,
    ended: row.ended,
    cancelling: cancel_author,
    hindrance: row.hindrance,
    steps: steps.map((step) => ({ ...step, at: timeView(step.at) })),
  }
}
