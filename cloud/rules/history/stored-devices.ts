import type { ValueType } from '@ganzhi/contracts/reading'
import type { RuleScope } from '@ganzhi/contracts/rule'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { ClientBase, Pool } from 'pg'
import { scopeSql } from '../../areas/scope.ts'
import type { Span } from '../../series-store/series-store.ts'
import { nameOfLink } from '../../topology/target-name.ts'
import type { Heeded } from './stored-inputs.ts'
import type { StoredDevice } from './stored-events.ts'

export interface DeviceSeries {
  readonly id: number
  readonly property: string
  readonly type: ValueType
  readonly scale: number
}

/** A device of which something may be stored that a rule looks at. */
export interface HistoryDevice extends StoredDevice {
  readonly gateway: string
  readonly attributes: Readonly<Record<string, number>>
  /** ms since 1970; null of one that only ever told of events. */
  readonly knownSince: number | null
  /** Those that are looked at, by property. */
  readonly series: readonly DeviceSeries[]
}

const MOST = 100_000

/** The devices of a scope as they are placed now, with those that only ever told of events in the span. */
export async function devicesInScope(
  pool: Pool,
  scope: RuleScope,
  { properties, eventTypes }: Heeded,
  { from, to }: Span,
): Promise<HistoryDevice[]> {
  const { where, values } = await scopeSql(pool, scope)
  const given = [...values]
  const bound = (value: unknown) => `$${given.push(value)}`
  const phases = [...eventTypes].flatMap((type) => [`${type}.started`, `${type}.ended`])
  const unregistered =
    phases.length === 0
      ? ''
      : `UNION ALL SELECT DISTINCT gateway_id, subject, NULL::text, NULL::text, '{}'::text[], '{}'::jsonb, NULL::timestamptz FROM event e
         WHERE type = ANY (${bound(phases)}) AND time >= ${bound(new Date(from))} AND time < ${bound(new Date(to))}
           AND NOT EXISTS (SELECT FROM device d WHERE (d.gateway_id, d.name) = (e.gateway_id, e.subject))`
  const { rows } = await pool.query<HistoryDevice>(
    `SELECT d.gateway_id AS "gatewayId", g.name AS gateway, d.name AS device, d.attributes,
       (extract(epoch FROM d.first_seen) * 1000)::float8 AS "knownSince",
       (SELECT coalesce(json_agg(json_build_object('id', s.id, 'property', property, 'type', type, 'scale', scale)
                 ORDER BY property, s.id), '[]')
        FROM series s WHERE (s.gateway_id, s.device) = (d.gateway_id, d.name) AND property = ANY (${bound([...properties])})) AS series
     FROM (SELECT gateway_id, name, area, profile, tags, attributes, first_seen FROM device ${unregistered}) d
     JOIN gateway g ON g.id = d.gateway_id WHERE ${where} ORDER BY d.gateway_id, d.name LIMIT ${MOST + 1}`,
    given,
  )
  if (rows.length > MOST) throw tooMany()
  return rows
}

/** The gateways of a scope that have told whether they live, as they stand among their devices. */
export async function gatewaysInScope(pool: Pool, scope: RuleScope): Promise<HistoryDevice[]> {
  if (isOfDevices(scope)) return []
  const { rows } = await pool.query<HistoryDevice>(
    `SELECT g.id AS "gatewayId", g.name AS gateway, '' AS device, '{}'::json AS attributes, 0 AS "knownSince", '[]'::json AS series
     FROM gateway g JOIN gateway_reach r ON r.gateway_id = g.id WHERE $1::text IS NULL OR g.name = $1 ORDER BY g.id LIMIT ${MOST + 1}`,
    [scope.gateway ?? null],
  )
  if (rows.length > MOST) throw tooMany()
  return rows
}

/** The links of the gateways of a scope that were down in the span, likewise. */
export async function linksInScope(
  pool: Pool,
  scope: RuleScope,
  { from, to }: Span,
): Promise<HistoryDevice[]> {
  if (isOfDevices(scope)) return []
  const { rows } = await pool.query<{ gatewayId: number; gateway: string; link: string }>(
    `SELECT DISTINCT g.id AS "gatewayId", g.name AS gateway, link FROM link_unreached l JOIN gateway g ON g.id = l.gateway_id
     WHERE ($1::text IS NULL OR g.name = $1) AND from_at < $3 AND (until_at IS NULL OR until_at > $2)
     ORDER BY g.id, link LIMIT ${MOST + 1}`,
    [scope.gateway ?? null, new Date(from), new Date(to)],
  )
  if (rows.length > MOST) throw tooMany()
  return rows.map(({ gatewayId, gateway, link }) => ({
    gatewayId,
    gateway,
    device: nameOfLink(link),
    attributes: {},
    knownSince: 0,
    series: [],
  }))
}

function isOfDevices({ device, area, tag, profile, property }: RuleScope): boolean {
  return [device, area, tag, profile, property].some((said) => said !== undefined)
}

/** When each of these told of anything for the first time in the span; undefined of those that told of nothing. */
export async function firstInputs(
  db: Pick<ClientBase, 'query'>,
  devices: readonly StoredDevice[],
  { from, to }: Span,
): Promise<(number | undefined)[]> {
  const { rows } = await db.query<{ at: number | null }>(FIRST, [
    devices.map(({ gatewayId }) => gatewayId),
    devices.map(({ device }) => device),
    new Date(from),
    new Date(to),
  ])
  return rows.map(({ at }) => at ?? undefined)
}

const FIRST = `
SELECT floor(extract(epoch FROM least(
  (SELECT min(first.ts) FROM series s CROSS JOIN LATERAL (
     SELECT ts FROM samples WHERE series_id = s.id AND ts >= $3 AND ts < $4 ORDER BY ts LIMIT 1) AS first
   WHERE (s.gateway_id, s.device) = (k.g, k.device)),
  (SELECT min(time) FROM event WHERE (gateway_id, subject) = (k.g, k.device) AND time >= $3 AND time < $4)
)) * 1000)::float8 AS at
FROM unnest($1::int4[], $2::text[]) WITH ORDINALITY AS k (g, device, n) ORDER BY n`

function tooMany(): GanzhiError {
  return new GanzhiError(
    `规则对应的设备超过 the rule is for more than ${MOST.toLocaleString('en')} devices`,
    {
      code: 'too-many-devices',
      blame: 'caller',
      field: 'scope',
      remedy:
        '用 area、tag、gateway 或 device 减少设备。 Try it on fewer: name an area, tag, gateway or device.',
    },
  )
}
