import type { ClientBase } from 'pg'
import type { Logger } from 'pino'

export interface RuleFault {
  readonly rule: string
  readonly version: number
  /** The one device of which it is true; all, where none is named. */
  readonly target?: { readonly gatewayId: number; readonly device: string }
  /** `expression`: it could not be evaluated there, first of all devices of a partition; the rule is judged by nevertheless. */
  readonly kind: 'threw' | 'slow' | 'expression'
  readonly error: unknown
}

/** PostgreSQL's text has no NUL, and half a surrogate pair has no UTF-8. */
const storable = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed().slice(0, 1_000)

/** Is told once, however often it comes and by however many processes. */
export async function noteFault(tx: ClientBase, fault: RuleFault, log: Logger): Promise<void> {
  const { rule, version, target = { gatewayId: 0, device: '' }, kind, error } = fault
  const message = storable(error instanceof Error ? error.message : String(error))
  const { rowCount } = await tx.query(
    `INSERT INTO rule_fault (rule, version, gateway_id, device, kind, message)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [rule, version, target.gatewayId, target.device, kind, message],
  )
  if (!rowCount) return
  const told =
    kind === 'expression' ? 'an expression can not be evaluated' : 'a rule is not judged by any more'
  log.warn({ rule, version, ...target, kind, err: error }, told)
}
