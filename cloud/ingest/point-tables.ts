import { isGanzhiError } from '@ganzhi/contracts/error'
import { decodePointTable } from '@ganzhi/contracts/point-table'
import type { TableArrival } from './arrival.ts'
import { type Quarantined, quarantine } from './quarantine.ts'
import type { IngestSession } from './session.ts'

/** Stores the tables that came; what is none is quarantined. Answers with these. */
export async function storeTables(
  session: IngestSession,
  generation: number,
  arrivals: readonly TableArrival[],
): Promise<Quarantined[]> {
  const tables = new Map<string, Uint8Array>()
  const broken: Quarantined[] = []
  for (const { delivery, sha256 } of arrivals) {
    const fault = tables.has(sha256) ? undefined : faultOf(delivery.data)
    if (fault === undefined) tables.set(sha256, delivery.data)
    else broken.push({ delivery, reason: fault })
  }
  await session.transaction(generation, async ({ client }) => {
    await quarantine(client, broken)
    for (const [hash, bytes] of [...tables].sort(([a], [b]) => (a < b ? -1 : 1))) {
      await client.query('INSERT INTO point_table (hash, bytes) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
        Buffer.from(hash, 'hex'),
        bytes,
      ])
    }
  })
  return broken
}

function faultOf(bytes: Uint8Array): string | undefined {
  try {
    decodePointTable(bytes)
    return undefined
  } catch (error) {
    if (isGanzhiError(error)) return error.message
    throw error
  }
}
