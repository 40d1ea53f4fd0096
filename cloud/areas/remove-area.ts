import { GanzhiError } from '@ganzhi/contracts/error'
import type { Pool } from 'pg'
import { changePlaces } from './change-places.ts'

/** An empty one; false where there is none. Areas below it and devices go elsewhere first. */
export async function removeArea(pool: Pool, token: string): Promise<boolean> {
  return changePlaces(pool, async (tx) => {
    const { rows } = await tx.query<Contents>(CONTENTS, [token])
    const { areas, devices, some } = rows[0] as Contents
    if (areas + devices > 0) throw notEmpty(token, { areas, devices, some })
    const { rowCount } = await tx.query('DELETE FROM area WHERE token = $1', [token])
    return rowCount === 1
  })
}

interface Contents {
  readonly areas: number
  readonly devices: number
  readonly some: readonly string[]
}

const CONTENTS = `
  SELECT (SELECT count(*)::int FROM area WHERE parent = $1) AS areas,
         (SELECT count(*)::int FROM device WHERE area = $1) AS devices,
         ARRAY((SELECT token FROM area WHERE parent = $1 ORDER BY token LIMIT 3)
               UNION ALL (SELECT name FROM device WHERE area = $1 ORDER BY name LIMIT 3)) AS some`

function notEmpty(token: string, { areas, devices, some }: Contents): GanzhiError {
  const names = `${some.join(', ')}${areas + devices > some.length ? ' …' : ''}`
  return new GanzhiError(
    `${token} 不为空 is not empty: ${areas} 个下级区域 areas, ${devices} 台设备 devices (${names})`,
    {
      code: 'area-not-empty',
      blame: 'caller',
      field: 'id',
      remedy: '先将其移至别处。 Move them elsewhere first.',
    },
  )
}
