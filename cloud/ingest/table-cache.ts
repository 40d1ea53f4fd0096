import { type PointTable, decodePointTable } from '@ganzhi/contracts/point-table'
import { VALUE_TYPES } from '@ganzhi/contracts/reading'
import { type RegisteredSeries, registerSeries } from '../register/register.ts'
import type { IngestSession } from './session.ts'

/** A point table as one gateway uses it. */
export interface GatewayTable extends RegisteredSeries {
  readonly table: PointTable
  readonly typeOfSlot: Uint8Array
}

export interface TableUse {
  readonly gatewayId: number
  /** Hex. */
  readonly hash: string
}

export interface TableCache {
  /** What each use needs; those whose table nobody has sent yet are missing from the answer. */
  resolve(uses: readonly TableUse[], generation: number): Promise<Map<string, GatewayTable>>
}

/** Points held in memory, some 150 bytes each: the tables used last stay. */
const MAX_POINTS = 1_000_000

export function useKey({ gatewayId, hash }: TableUse): string {
  return `${gatewayId}.${hash}`
}

export function openTableCache(session: IngestSession): TableCache {
  const held = new Map<string, GatewayTable>()
  let points = 0
  let learntUnder = session.generation

  const keep = (key: string, table: GatewayTable): void => {
    held.set(key, table)
    points += table.typeOfSlot.length
    for (const [oldest, { typeOfSlot }] of held) {
      if (points <= MAX_POINTS || oldest === key) break
      held.delete(oldest)
      points -= typeOfSlot.length
    }
  }

  return {
    async resolve(uses, generation) {
      if (learntUnder !== generation) {
        held.clear()
        points = 0
        learntUnder = generation
      }
      const found = new Map<string, GatewayTable>()
      const unknown = new Map<string, TableUse>()
      for (const use of uses) {
        const key = useKey(use)
        const table = held.get(key)
        if (table) {
          held.delete(key)
          held.set(key, table)
          found.set(key, table)
        } else unknown.set(key, use)
      }
      if (unknown.size > 0) {
        for (const [key, table] of await learn(session, generation, [...unknown.values()])) {
          if (learntUnder === generation) keep(key, table)
          found.set(key, table)
        }
      }
      return found
    },
  }
}

async function learn(
  session: IngestSession,
  generation: number,
  uses: readonly TableUse[],
): Promise<Map<string, GatewayTable>> {
  return session.transaction(generation, async ({ client }) => {
    const { rows } = await client.query<{ hash: string; bytes: Buffer }>(
      `SELECT encode(hash, 'hex') AS hash, bytes FROM point_table WHERE hash = ANY ($1::bytea[])`,
      [[...new Set(uses.map(({ hash }) => `\\x${hash}`))]],
    )
    const tables = new Map(rows.map(({ hash, bytes }) => [hash, decodePointTable(bytes)]))
    const learnt = new Map<string, GatewayTable>()
    for (const use of uses.toSorted((a, b) => a.gatewayId - b.gatewayId)) {
      const table = tables.get(use.hash)
      if (!table) continue
      const series = await registerSeries(client, use.gatewayId, table.points)
      const typeOfSlot = Uint8Array.from(table.points, ({ type }) => VALUE_TYPES.indexOf(type))
      learnt.set(useKey(use), { table, ...series, typeOfSlot })
    }
    return learnt
  })
}
