import type { AreaLevel, AreaView } from '@ganzhi/contracts/area'
import { tokensOf } from './area-path.ts'

/** The columns of an AreaRow, of an area `a`. */
export const AREA_COLUMNS = `a.token, a.level, a.name_zh, a.name_en, a.code, a.parent, a.path,
  (a.bounds[1])[0] AS west, (a.bounds[1])[1] AS south, (a.bounds[0])[0] AS east, (a.bounds[0])[1] AS north`

export interface AreaRow {
  readonly token: string
  readonly level: AreaLevel
  readonly name_zh: string
  readonly name_en: string | null
  readonly code: string | null
  readonly parent: string | null
  readonly path: string
  readonly west: number | null
  readonly south: number
  readonly east: number
  readonly north: number
}

export function areaView({
  token,
  level,
  name_zh,
  name_en,
  code,
  parent,
  path,
  ...bounds
}: AreaRow): AreaView {
  const { west, south, east, north } = bounds
  return {
    id: token,
    level,
    names: { zh: name_zh, ...(name_en !== null && { en: name_en }) },
    code,
    parent,
    path: tokensOf(path),
    bounds: west === null ? null : [west, south, east, north],
  }
}
