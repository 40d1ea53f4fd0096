import type { ClientBase } from 'pg'
import { levelOf } from './device-parts.ts'
import type { AreaRule, Meeting } from './area-rule.ts'
import { AREA_ABOVE } from './area-above.ts'

/** Where a device stood, up to and with `until`; of where it stands now that is Infinity. */
export interface Standing {
  readonly area: string | null
  readonly until: number
}

/** In which of a rule's areas a device stood, by the time of its values: it was placed elsewhere when what came next was judged. */
export async function stoodWhere(
  tx: ClientBase,
  { rule: { document, latenessMs } }: AreaRule,
  { gatewayId, device }: Pick<Meeting, 'gatewayId' | 'device'>,
): Promise<Standing[]> {
  const { rows } = await tx.query<{ area: string | null; until: number }>({
    name: 'rule-stood-where',
    text: STOOD,
    values: [gatewayId, device, levelOf(document)],
  })
  return rows.map(({ area, until }) => ({ area, until: Math.floor(until) - latenessMs }))
}

const STOOD = `
SELECT a.token AS area, (extract(epoch FROM d.until) * 1000)::float8 AS until
FROM (
  SELECT until, area FROM device_area_before WHERE (gateway_id, device) = ($1, $2)
  UNION ALL SELECT 'infinity', (SELECT area FROM device WHERE (gateway_id, name) = ($1, $2))
) d CROSS JOIN (SELECT $3::text AS level) k ${AREA_ABOVE}
ORDER BY d.until`
