import { GanzhiError } from '@ganzhi/contracts/error'
import type { DeviceKey, Placement } from '@ganzhi/contracts/placement'
import type { RuleScope } from '@ganzhi/contracts/rule'
import type { Pool } from 'pg'
import { streamRows } from './stream-rows.ts'

/** The devices that a rule is for, in pages of one snapshot. An area, gateway or tag that is not known has none. */
export async function* scopeOf(
  pool: Pool,
  scope: RuleScope,
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<DeviceKey[]> {
  const { where, values } = scopeSql(scope)
  const text = `SELECT g.name AS gateway, d.name AS device FROM device d JOIN gateway g ON g.id = d.gateway_id WHERE ${where}`
  yield* streamRows<DeviceKey>(pool, { text, values }, options)
}

/** What holds of a device `d` and its gateway `g` that are in the scope, with the values from `$1` on. */
export function scopeSql(scope: RuleScope): { readonly where: string; readonly values: readonly string[] } {
  if (scope.profile !== undefined) throw unknownProfile()
  const values: string[] = []
  const conditions = CONDITIONS.flatMap(({ field, sql }) => {
    const value = scope[field]
    return value === undefined ? [] : [sql.replace('$', `$${values.push(value)}`)]
  })
  return { where: conditions.join(' AND ') || 'true', values }
}

/** Each with a `$` for what the scope says; what it leaves out is no part of the statement, so that an index can serve it. */
const CONDITIONS = [
  { field: 'gateway', sql: 'g.name = $' },
  { field: 'device', sql: 'd.name = $' },
  { field: 'tag', sql: `d.tags @> ARRAY[$::text] AND d.tags <> '{}'` },
  {
    field: 'area',
    sql: `d.area IN (SELECT below.token FROM area top JOIN area below
            ON below.path >= top.path AND below.path < rtrim(top.path, '/') || '0' WHERE top.token = $)`,
  },
  {
    field: 'property',
    sql: `EXISTS (SELECT FROM series s WHERE s.gateway_id = d.gateway_id AND s.device = d.name AND s.property = $)`,
  },
] as const

/** Whether a rule is for a device, but for `property`: that it has is told by what it sends. */
export function inScope({ profile, area, tag, gateway, device }: RuleScope, placement: Placement): boolean {
  if (profile !== undefined) throw unknownProfile()
  return (
    (area === undefined || placement.path.includes(area)) &&
    (tag === undefined || placement.tags.includes(tag)) &&
    (gateway === undefined || placement.gateway === gateway) &&
    (device === undefined || placement.device === device)
  )
}

function unknownProfile(): GanzhiError {
  return new GanzhiError('平台尚不知设备的物模型 the platform does not know the profiles of devices yet', {
    code: 'bad-input',
    blame: 'caller',
    field: 'for.profile',
    remedy:
      '用 area、tag、gateway、device 或 property 指明设备。 Name devices by area, tag, gateway, device or property.',
  })
}
