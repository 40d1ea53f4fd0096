import { type PointTable, decodePointTable } from '@ganzhi/contracts/point-table'
import type { ClientBase } from 'pg'

/** Points held in memory; of the tables those used last stay. */
const MAX_POINTS = 1_000_000

export interface TableReader {
  /** By hash, in hex. A record is only stored when its table is. */
  read(tx: ClientBase, hashes: Iterable<string>): Promise<ReadonlyMap<string, PointTable>>
}

export function openTableReader(): TableReader {
  const held = new Map<string, PointTable>()
  let points = 0
  return {
    async read(tx, hashes) {
      const found = new Map<string, PointTable>()
      const unknown: string[] = []
      for (const hash of new Set(hashes)) {
        const table = held.get(hash)
        if (!table) unknown.push(hash)
        else {
          held.delete(hash)
          held.set(hash, table)
          found.set(hash, table)
        }
      }
      if (unknown.length === 0) return found
      const { rows } = await tx.query<{ hash: string; bytes: Buffer }>(
        `SELECT encode(hash, 'hex') AS hash, bytes FROM point_table WHERE hash = ANY ($1::bytea[])`,
        [unknown.map((hash) => `\\x${hash}`)],
      )
      for (const { hash, bytes } of rows) {
        const table = decodePointTable(bytes)
        held.set(hash, table)
        found.set(hash, table)
        points += table.points.length
      }
      for (const [oldest, table] of held) {
        if (points <= MAX_POINTS) break
        held.delete(oldest)
        points -= table.points.length
      }
      return found
    },
  }
}
