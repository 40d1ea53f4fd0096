import type { ClientBase } from 'pg'
import { lockGateways } from '../database/gateway-lock.ts'
import type { Backend } from './backend.ts'
import { writeMarks } from './dirty-marks.ts'
import { DAY_MS } from './retention.ts'
import { bySeries, byTrust, columnsOf } from './sample-columns.ts'
import type { SampleBatch, Tick, Written } from './series-store.ts'
import { writeLatest } from './write-latest.ts'
import { copySamples, copyUntrusted } from './write-samples.ts'

/** A clock that is further ahead than this is wrong. */
export const AHEAD_MS = 5 * 60_000

export async function writeBatches(
  tx: ClientBase,
  backend: Backend,
  retentionDays: number,
  batches: readonly SampleBatch[],
  { now, signal }: Tick,
): Promise<Written> {
  signal?.throwIfAborted()
  const columns = columnsOf(batches)
  const { trusted, untrusted } = byTrust(columns, now - retentionDays * DAY_MS, now + AHEAD_MS)
  const rows = bySeries(columns, trusted)

  await backend.makeRoom('samples', daysOf(columns.at, rows))
  if (columns.bodies.size > 0) await backend.makeRoom('sample_body', daysOf(columns.at, rows))
  if (untrusted.length > 0) await backend.makeRoom('series_untrusted', [now])
  signal?.throwIfAborted()

  await copySamples(tx, columns, rows)
  await copyUntrusted(tx, columns, untrusted, now)
  await writeMarks(tx, columns, batches, rows)
  // Last and for a short time.
  if (rows.length > 0)
    await lockGateways(tx, { of: 'latest', gatewayIds: batches.map(({ gatewayId }) => gatewayId) })
  await writeLatest(tx, columns, batches, rows)
  return { stored: rows.length, untrusted: untrusted.length }
}

function daysOf(at: Float64Array, rows: Uint32Array): Set<number> {
  const days = new Set<number>()
  for (const row of rows) days.add(Math.floor((at[row] as number) / DAY_MS) * DAY_MS)
  return days
}
