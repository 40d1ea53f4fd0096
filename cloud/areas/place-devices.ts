import {
  type DevicesPlaced,
  MAX_ATTRIBUTES,
  type Placement,
  PlacementEntry,
} from '@ganzhi/contracts/placement'
import type { Fault } from '@ganzhi/contracts/error'
import type { ClientBase, Pool } from 'pg'
import { isDeepStrictEqual } from 'node:util'
import { Compile } from 'typebox/compile'
import { changePlaces } from './change-places.ts'
import { formFaults } from './form-faults.ts'
import { locate } from './locate.ts'
import { placementsOf } from './placements.ts'
import { refuseFaults } from './refused-list.ts'

const entryForm = Compile(PlacementEntry)

/**
 * Places devices, gives them tags and attributes: all of them, or none where anything is wrong. A device that its gateway
 * has sent nothing of is entered: cameras send no values, and lists are made before devices speak.
 */
export async function placeDevices(
  pool: Pool,
  entries: readonly unknown[],
  { dryRun }: { readonly dryRun: boolean },
): Promise<DevicesPlaced> {
  refuseFaults([...entries.flatMap(entryFaults), ...repeated(entries)])
  const put = entries as readonly PlacementEntry[]
  if (dryRun) return (await changeOf(pool, put)).outcome
  return changePlaces(pool, async (tx, revision) => {
    const { outcome, changed } = await changeOf(tx, put)
    await write(tx, changed, revision)
    return outcome
  })
}

function entryFaults(entry: unknown, index: number): Fault[] {
  return entryForm.Check(entry) ? [] : formFaults(PlacementEntry, entry, index)
}

function repeated(entries: readonly unknown[]): Fault[] {
  const seen = new Set<string>()
  return entries.flatMap((entry, index) => {
    const { gateway, device } = (entry ?? {}) as Partial<PlacementEntry>
    const key = `${gateway}/${device}`
    if (!seen.has(key)) {
      seen.add(key)
      return []
    }
    const remedy = '每台设备只写一次。 Name each device once.'
    return [{ index, field: 'device', message: `${key} 重复 stands there twice`, remedy }]
  })
}

interface Change {
  readonly outcome: DevicesPlaced
  /** As they are to be. */
  readonly changed: readonly ChangedPlacement[]
}

interface ChangedPlacement {
  readonly gatewayId: number
  readonly placement: Placement
  readonly isHeardOf: boolean
}

async function changeOf(db: Database, entries: readonly PlacementEntry[]): Promise<Change> {
  const known = await lookUp(db, entries)
  const before = await placementsOf(db, entries)
  const toLocate = entries.flatMap(({ place, area }, n) =>
    place && area === undefined ? [{ n, place }] : [],
  )
  const areas = await locate(
    db,
    toLocate.map(({ place }) => place),
  )
  const located = new Map(toLocate.map(({ n }, i) => [n, areas[i]]))
  const after = entries.map((entry, n) => merged(before[n] as Placement, entry, located.get(n)))
  refuseFaults([
    ...entries.flatMap((entry, n) => nameFaults(entry, n, known[n] as Known)),
    ...after.flatMap(attributeFaults),
  ])
  const changed = after.flatMap((placement, n): ChangedPlacement[] => {
    const { gatewayId, isHeardOf } = known[n] as Known
    if (gatewayId === null || (isHeardOf && isDeepStrictEqual(placement, before[n]))) return []
    return [{ gatewayId, placement, isHeardOf }]
  })
  const outside = areas.filter((area) => area === undefined).length
  return {
    changed,
    outcome: {
      changed: changed.length,
      unchanged: entries.length - changed.length,
      entered: changed.filter(({ isHeardOf }) => !isHeardOf).length,
      located: areas.length - outside,
      outside,
    },
  }
}

type Database = Pick<ClientBase, 'query'>

interface Known {
  readonly gatewayId: number | null
  readonly isHeardOf: boolean
  readonly isAreaKnown: boolean
}

async function lookUp(db: Database, entries: readonly PlacementEntry[]): Promise<Known[]> {
  const { rows } = await db.query<Known>(
    `SELECT g.id AS "gatewayId", d.id IS NOT NULL AS "isHeardOf", e.area IS NULL OR a.token IS NOT NULL AS "isAreaKnown"
     FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY e (gateway, device, area, n)
     LEFT JOIN gateway g ON g.name = e.gateway
     LEFT JOIN device d ON d.gateway_id = g.id AND d.name = e.device
     LEFT JOIN area a ON a.token = e.area
     ORDER BY e.n`,
    [
      entries.map(({ gateway }) => gateway),
      entries.map(({ device }) => device),
      entries.map(({ area }) => area ?? null),
    ],
  )
  return rows
}

function nameFaults({ gateway, area }: PlacementEntry, index: number, known: Known): Fault[] {
  const remedy = '请核对名称。 Check its name.'
  return [
    ...(known.gatewayId === null
      ? [{ index, field: 'gateway', message: `没有网关 ${gateway} has never been heard of`, remedy }]
      : []),
    ...(known.isAreaKnown
      ? []
      : [{ index, field: 'area', message: `没有区域 there is no area ${area}`, remedy }]),
  ]
}

function attributeFaults({ attributes }: Placement, index: number): Fault[] {
  const count = Object.keys(attributes).length
  if (count <= MAX_ATTRIBUTES) return []
  const message = `属性过多 would have ${count} attributes, more than ${MAX_ATTRIBUTES}`
  return [{ index, field: 'attributes', message, remedy: '删去不用的。 Take away what no rule asks for.' }]
}

function merged(before: Placement, entry: PlacementEntry, located: string | undefined): Placement {
  const { area = located ?? before.area, place = before.place, profile = before.profile } = entry
  const { tags = before.tags, attributes = {} } = entry
  const all = { ...before.attributes, ...attributes }
  return {
    ...before,
    area,
    place,
    profile,
    tags: tags.toSorted(),
    attributes: Object.fromEntries(
      Object.entries(all).filter((given): given is [string, number] => given[1] !== null),
    ),
  }
}

async function write(tx: ClientBase, changed: readonly ChangedPlacement[], revision: number): Promise<void> {
  const keysOf = (some: readonly ChangedPlacement[]) => [
    some.map(({ gatewayId }) => gatewayId),
    some.map(({ placement }) => placement.device),
  ]
  await tx.query(
    `INSERT INTO device (gateway_id, name) SELECT * FROM unnest($1::int[], $2::text[]) ORDER BY 1, 2 ON CONFLICT DO NOTHING`,
    keysOf(changed.filter(({ isHeardOf }) => !isHeardOf)),
  )
  await tx.query(PLACE, [
    ...keysOf(changed),
    changed.map(({ placement }) => placement.area),
    changed.map(({ placement }) => placement.place?.lon ?? null),
    changed.map(({ placement }) => placement.place?.lat ?? null),
    changed.map(({ placement }) => JSON.stringify(placement.tags)),
    changed.map(({ placement }) => JSON.stringify(placement.attributes)),
    revision,
    changed.map(({ placement }) => placement.profile),
  ])
}

const PLACE = `
  UPDATE device SET area = p.area, lon = p.lon, lat = p.lat, attributes = p.attributes, place_revision = $8,
         profile = p.profile,
         tags = ARRAY(SELECT json_array_elements_text(p.tags))
  FROM unnest($1::int[], $2::text[], $3::text[], $4::float8[], $5::float8[], $6::json[], $7::jsonb[], $9::text[])
       p (gateway_id, device, area, lon, lat, tags, attributes, profile)
  WHERE device.gateway_id = p.gateway_id AND device.name = p.device`
