import type { ClientBase, Pool } from 'pg'
import type { ReachInput } from '../rules/engine/rule-input.ts'
import { ms } from './reach-rows.ts'

/** A device, or the gateway itself, whose name is then empty. */
export interface BehindGateway {
  readonly gatewayId: number
  readonly device: string
}

/** What rules got, or would have got, of whether a gateway is heard, from `from` until before `to`; in order of time. */
export async function reachInputs(
  db: Pool | ClientBase,
  { gatewayId, device }: BehindGateway,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<ReachInput[]> {
  const began = device === '' ? 'silent_at' : 'from_at'
  const { rows } = await db.query<{ began: number; until: number | null }>(
    `SELECT ${ms(began)} AS began, ${ms('until_at')} AS until FROM gateway_unreached
     WHERE gateway_id = $1 AND ${began} < $3 AND (until_at IS NULL OR until_at >= $2) ORDER BY from_at`,
    [gatewayId, new Date(from), new Date(to)],
  )
  return rows.flatMap((span): ReachInput[] => [
    { kind: 'reach', at: Math.max(span.began, from), reached: false },
    ...(span.until !== null && span.until < to
      ? [{ kind: 'reach', at: span.until, reached: true } as const]
      : []),
  ])
}
