import {
  type EncodedTable,
  encodePointTable,
  type Point,
  type PointTable,
} from '@ganzhi/contracts/point-table'

export interface KnownTable extends EncodedTable {
  readonly table: PointTable
}

/** A program submits the same points again and again: their table is made once. */
const TABLES_KEPT = 64

/** The table of a list of points. */
export function tableMaker(): (points: readonly Point[]) => KnownTable {
  const known = new Map<string, KnownTable>()
  return (points) => {
    const key = JSON.stringify(points)
    const table = { points: [...points] }
    const made = known.get(key) ?? { table, ...encodePointTable(table) }
    // The latest used stands last.
    known.delete(key)
    known.set(key, made)
    if (known.size > TABLES_KEPT) known.delete(known.keys().next().value ?? '')
    return made
  }
}
