import type { Point } from '@ganzhi/contracts/point-table'
import type { ClientBase } from 'pg'

/**
 * Ids of the gateways of these names; those never heard of are entered as unclaimed, with all that they send. Any
 * number of processes may do so at once: names go in sorted, and who comes second reads what the first has made.
 */
export async function registerGateways(
  tx: ClientBase,
  names: readonly string[],
): Promise<Map<string, number>> {
  const sorted = [...new Set(names)].sort()
  await tx.query(
    `INSERT INTO gateway (name) SELECT n FROM unnest($1::text[]) n
     WHERE NOT EXISTS (SELECT FROM gateway WHERE name = n) ORDER BY n ON CONFLICT DO NOTHING`,
    [sorted],
  )
  const { rows } = await tx.query<{ id: number; name: string }>(
    'SELECT id, name FROM gateway WHERE name = ANY ($1::text[])',
    [sorted],
  )
  return new Map(rows.map(({ id, name }) => [name, id]))
}

/** Of each point, in their order. */
export interface RegisteredSeries {
  readonly seriesOfSlot: Int32Array
  /** What the series was entered with, whatever decimals the point has by now. */
  readonly scaleOfSlot: Uint8Array
}

/** What was never heard of is entered, with its device. */
export async function registerSeries(
  tx: ClientBase,
  gatewayId: number,
  points: readonly Point[],
): Promise<RegisteredSeries> {
  const columns = [
    gatewayId,
    points.map(({ device }) => device),
    points.map(({ property }) => property),
    points.map(({ type }) => type),
  ]
  await tx.query(
    `INSERT INTO device (gateway_id, name) SELECT DISTINCT $1::int, d FROM unnest($2::text[]) d
     WHERE NOT EXISTS (SELECT FROM device WHERE gateway_id = $1 AND name = d) ORDER BY d ON CONFLICT DO NOTHING`,
    columns.slice(0, 2),
  )
  await tx.query(
    `INSERT INTO series (gateway_id, device, property, type, decimals, scale)
     SELECT DISTINCT ON (d, p, t) $1::int, d, p, t, s, CASE WHEN t = 'float' THEN coalesce(s, 0) ELSE 0 END
     FROM unnest($2::text[], $3::text[], $4::text[], $5::int2[]) x (d, p, t, s)
     WHERE NOT EXISTS (SELECT FROM series WHERE (gateway_id, device, property, type) = ($1, d, p, t))
     ORDER BY d, p, t ON CONFLICT DO NOTHING`,
    [...columns, points.map(({ decimals }) => decimals ?? null)],
  )
  const { rows } = await tx.query<{ id: number; scale: number }>(
    `SELECT id, scale FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY x (d, p, t, n)
     JOIN series ON (gateway_id, device, property, type) = ($1, d, p, t) ORDER BY n`,
    columns,
  )
  return {
    seriesOfSlot: Int32Array.from(rows, ({ id }) => id),
    scaleOfSlot: Uint8Array.from(rows, ({ scale }) => scale),
  }
}
