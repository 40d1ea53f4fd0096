import type { DeviceKey, Placement } from '@ganzhi/contracts/placement'
import type { RuleScope } from '@ganzhi/contracts/rule'
import type { Pool } from 'pg'
import { pathOfArea, subtreeRange } from './area-path.ts'
import { streamRows } from './stream-rows.ts'

/** The devices that a rule is for, in pages of one snapshot. An area, gateway or tag that is not known has none. */
export async function* scopeOf(
  pool: Pool,
  scope: RuleScope,
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<DeviceKey[]> {
  const { where, values } = await scopeSql(pool, scope)
  const text = `SELECT g.name AS gateway, d.name AS device FROM device d JOIN gateway g ON g.id = d.gateway_id WHERE ${where}`
  yield* streamRows<DeviceKey>(pool, { text, values }, options)
}

/**
 * What holds of a device `d` in the scope, with the values from `$1` on. It names gateway and area by what the planner
 * has figures of: a grid and a city are found in other ways.
 */
export async function scopeSql(
  pool: Pool,
  { profile, area, tag, gateway, device, property }: RuleScope,
): Promise<{ readonly where: string; readonly values: readonly unknown[] }> {
  const conditions: string[] = []
  const values: unknown[] = []
  const bound = (value: unknown) => `$${values.push(value)}`
  if (gateway !== undefined) {
    const { rows } = await pool.query<{ id: number }>('SELECT id FROM gateway WHERE name = $1', [gateway])
    conditions.push(`d.gateway_id = ${bound(rows[0]?.id ?? 0)}`)
  }
  if (area !== undefined) {
    const path = await pathOfArea(pool, area)
    const [from, to] = path === undefined ? ['', ''] : subtreeRange(path)
    conditions.push(`d.area IN (SELECT token FROM area WHERE path >= ${bound(from)} AND path < ${bound(to)})`)
  }
  if (profile !== undefined) conditions.push(`d.profile = ${bound(profile)}`)
  if (device !== undefined) conditions.push(`d.name = ${bound(device)}`)
  // The second is for the index, which has nothing of devices without tags.
  if (tag !== undefined) conditions.push(`d.tags @> ARRAY[${bound(tag)}::text] AND d.tags <> '{}'`)
  if (property !== undefined) {
    conditions.push(
      `EXISTS (SELECT FROM series s WHERE s.gateway_id = d.gateway_id AND s.device = d.name AND s.property = ${bound(property)})`,
    )
  }
  return { where: conditions.join(' AND ') || 'true', values }
}

/** Whether a rule is for a device, but for `property`: that it has is told by what it sends. */
export function inScope(
  { profile, area, tag, gateway, device }: RuleScope,
  placement: Pick<Placement, 'gateway' | 'device' | 'path' | 'profile' | 'tags'>,
): boolean {
  return (
    (area === undefined || placement.path.includes(area)) &&
    (profile === undefined || placement.profile === profile) &&
    (tag === undefined || placement.tags.includes(tag)) &&
    (gateway === undefined || placement.gateway === gateway) &&
    (device === undefined || placement.device === device)
  )
}
