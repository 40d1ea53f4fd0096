import type { Border, Place } from '@ganzhi/contracts/area'
import type { ClientBase } from 'pg'
import { isInside } from './inside.ts'

/** Borders that are held at once. */
const BORDERS_AT_ONCE = 100

/** Of each place the lowest area whose border it lies in. Places may be many: each border is read once for all of them. */
export async function locate(
  db: Pick<ClientBase, 'query'>,
  places: readonly Place[],
): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = places.map(() => undefined)
  const { rows: candidates } = await db.query<{ token: string; places: number[] }>(CANDIDATES, [
    places.map(({ lon }) => lon),
    places.map(({ lat }) => lat),
  ])
  for (let i = 0; i < candidates.length; i += BORDERS_AT_ONCE) {
    const open = candidates
      .slice(i, i + BORDERS_AT_ONCE)
      .map((candidate) => ({
        token: candidate.token,
        places: candidate.places.filter((n) => found[n] === undefined),
      }))
      .filter((candidate) => candidate.places.length > 0)
    const { rows } = await db.query<{ token: string; border: Border }>(
      'SELECT token, border FROM area WHERE token = ANY ($1)',
      [open.map(({ token }) => token)],
    )
    const borders = new Map(rows.map(({ token, border }) => [token, border]))
    for (const candidate of open) {
      const border = borders.get(candidate.token)
      for (const n of candidate.places) {
        const { lon, lat } = places[n] as Place
        if (border && found[n] === undefined && isInside(border, lon, lat)) found[n] = candidate.token
      }
    }
  }
  return found
}

/** Areas in whose box places lie, from the lowest up. */
const CANDIDATES = `
  SELECT a.token, array_agg(p.n::int - 1) AS places
  FROM unnest($1::float8[], $2::float8[]) WITH ORDINALITY p (lon, lat, n)
  JOIN area a ON a.bounds @> box(point(p.lon, p.lat), point(p.lon, p.lat))
  GROUP BY a.token
  ORDER BY array_position(ARRAY['grid', 'community', 'street', 'county', 'city'], a.level), a.token`
