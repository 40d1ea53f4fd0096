import { profileFaults } from '@ganzhi/firmware-config/profile'
import { type Header, headerOf } from './point-columns.ts'
import { type CellFault, type ImportedPoint, pointOfRow } from './point-row.ts'
import { profileOf, profileYaml } from './profile-yaml.ts'
import { sheetRows } from './sheet-rows.ts'

export type Imported =
  | {
      /** The profile as a file. */
      readonly yaml: string
      readonly points: number
      /** Columns that were not used. */
      readonly unknown: readonly string[]
    }
  | { readonly faults: readonly CellFault[] }

/** A list of points as a profile; or, when anything is wrong, everything that is, and no profile. */
export async function importPoints(bytes: Uint8Array, profileId: string): Promise<Imported> {
  const rows = await sheetRows(bytes)
  const header = headerOf(rows)
  if (!header) {
    const message =
      '没有表头：要有“地址”列和“类型”等列 no header was found: it needs a column address, and others like type; see --template'
    return { faults: [{ line: rows[0]?.line ?? 1, column: '', message }] }
  }
  const results = rows.filter(({ line }) => line > header.line).map((row) => pointOfRow(row, header))
  const points = results.filter((result): result is ImportedPoint => 'point' in result)
  const faults = results.flatMap((result) => ('point' in result ? [] : result))
  faults.push(...repeatedIds(points, titleOfId(header)))
  if (results.length === 0)
    faults.push({ line: header.line, column: '', message: '表头下没有点 no points below the header' })
  if (faults.length > 0) return { faults: faults.toSorted((a, b) => a.line - b.line) }
  const profile = profileOf(profileId, points)
  const contradictions = profileFaults(profile).map(({ path, message }) => ({
    line:
      points[Number(path.find((step) => typeof step === 'number' || /^\d+$/.test(step)))]?.line ??
      header.line,
    column: String(path.at(-1) ?? ''),
    message,
  }))
  if (contradictions.length > 0) return { faults: contradictions }
  const yaml = profileYaml(profile)
  return { yaml, points: points.length, unknown: header.unknown }
}

/** Without a column of ids an id is made of the address. */
function titleOfId({ columns, titles }: Header): string {
  return titles[columns.get('id') ?? columns.get('address') ?? -1] ?? ''
}

function repeatedIds(points: readonly ImportedPoint[], column: string): CellFault[] {
  const first = new Map<string, number>()
  return points.flatMap(({ line, point: { id } }) => {
    const before = first.get(id)
    if (before === undefined) {
      first.set(id, line)
      return []
    }
    return [{ line, column, message: `${id} 与第 ${before} 行重复 is also in line ${before}` }]
  })
}
