import type pg from 'pg'

/** In which street each device stands; each street has devices of both gateways. */
export const LAB_PLACES: ReadonlyMap<string, string> = new Map([
  ['lab-1/meter-1', 'east'],
  ['lab-1/meter-2', 'west'],
  ['lab-1/meter-3', 'north'],
  ['lab-2/meter-1', 'east'],
  ['lab-2/meter-2', 'west'],
  ['lab-2/meter-3', 'north'],
])

/** Before anything is heard of them: where a device stands counts from then on. */
export async function placeDevices(database: pg.ClientBase): Promise<void> {
  const devices = [...LAB_PLACES.keys()].map((device) => device.split('/'))
  await database.query(
    `INSERT INTO area (token, level, name_zh, path, revision) SELECT s, 'street', s, s || '/', 1 FROM unnest($1::text[]) s`,
    [[...new Set(LAB_PLACES.values())]],
  )
  await database.query(
    'INSERT INTO gateway (name) SELECT DISTINCT unnest($1::text[]) ON CONFLICT DO NOTHING',
    [devices.map(([gateway]) => gateway)],
  )
  await database.query(
    `INSERT INTO device (gateway_id, name, area, place_revision)
     SELECT g.id, d, street, 1 FROM unnest($1::text[], $2::text[], $3::text[]) p (gateway, d, street) JOIN gateway g ON g.name = p.gateway`,
    [devices.map(([gateway]) => gateway), devices.map(([, device]) => device), [...LAB_PLACES.values()]],
  )
  await database.query('UPDATE place_revision SET revision = revision + 1')
}
