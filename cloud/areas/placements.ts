import type { DeviceKey, Placement } from '@ganzhi/contracts/placement'
import type { ClientBase, Pool } from 'pg'
import { tokensOf } from './area-path.ts'
import { streamRows } from './stream-rows.ts'

/** The columns of a PlacementRow: of a device `d`, its gateway `g`, and its area `a`, which may be missing. */
export const PLACEMENT_COLUMNS = `g.name AS gateway, d.name AS device, d.area, a.path, d.lon, d.lat, d.profile, d.tags, d.attributes`

export interface PlacementRow {
  readonly gateway: string
  readonly device: string
  readonly area: string | null
  readonly path: string | null
  readonly lon: number | null
  readonly lat: number | null
  readonly profile: string | null
  readonly tags: readonly string[]
  readonly attributes: Readonly<Record<string, number>>
}

export function placementOf({
  gateway,
  device,
  area,
  path,
  lon,
  lat,
  profile,
  tags,
  attributes,
}: PlacementRow): Placement {
  return {
    gateway,
    device,
    area,
    path: path === null ? [] : tokensOf(path),
    place: lon === null || lat === null ? null : { lon, lat },
    profile,
    tags: [...tags],
    attributes: { ...attributes },
  }
}

/** Of each device, in their order; one that was never placed stands nowhere and has nothing. */
export async function placementsOf(
  db: Pick<ClientBase, 'query'>,
  keys: readonly DeviceKey[],
): Promise<Placement[]> {
  const { rows } = await db.query<PlacementRow>(
    `SELECT k.gateway, k.device, d.area, a.path, d.lon, d.lat, d.profile,
            coalesce(d.tags, '{}') AS tags, coalesce(d.attributes, '{}') AS attributes
     FROM unnest($1::text[], $2::text[]) WITH ORDINALITY k (gateway, device, n)
     LEFT JOIN gateway g ON g.name = k.gateway
     LEFT JOIN device d ON d.gateway_id = g.id AND d.name = k.device
     LEFT JOIN area a ON a.token = d.area
     ORDER BY k.n`,
    [keys.map(({ gateway }) => gateway), keys.map(({ device }) => device)],
  )
  return rows.map(placementOf)
}

/**
 * What has changed since a revision, in pages: of each device its placement as it is now. Whoever follows reads
 * `placeRevision` first, then these pages, and goes on from what was read first. Devices that are heard of for the first
 * time change nothing.
 */
export async function* changedPlacements(
  pool: Pool,
  since: number,
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<Placement[]> {
  for await (const rows of streamRows<PlacementRow>(pool, { text: CHANGED, values: [since] }, options)) {
    yield rows.map(placementOf)
  }
}

/** Placed otherwise, or with an area that was moved. */
const CHANGED = `
  SELECT ${PLACEMENT_COLUMNS} FROM device d JOIN gateway g ON g.id = d.gateway_id LEFT JOIN area a ON a.token = d.area
  WHERE d.id IN (SELECT id FROM device WHERE place_revision > $1 AND place_revision > 0
                 UNION ALL SELECT m.id FROM area moved JOIN device m ON m.area = moved.token WHERE moved.revision > $1)`
