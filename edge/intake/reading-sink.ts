import { encodePointTable, type EncodedTable, type PointTable } from '@ganzhi/contracts/point-table'
import type { Reading } from '@ganzhi/contracts/reading'
import { encodeBatches } from '@ganzhi/contracts/telemetry-batch'
import type { Outbox } from '../outbox/outbox.ts'

const AGAIN_MS = 1_000

/**
 * Batches of readings into the outbox: all of a batch, or nothing. Once a part of one that had to be split is
 * accepted, the rest is handed in until it is accepted too, or `signal` ends it.
 */
export function readingSink(
  outbox: Pick<Outbox, 'append' | 'putTable'>,
  wait: (ms: number, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): (table: PointTable, readings: Reading[]) => Promise<void> {
  const encoded = new WeakMap<PointTable, EncodedTable>()
  return async (table, readings) => {
    const known = encoded.get(table) ?? encodePointTable(table)
    encoded.set(table, known)
    outbox.putTable(known.hash, known.bytes)
    const append = (body: Uint8Array) => outbox.append('telemetry', body, { table: known.hash })
    const [first, ...rest] = encodeBatches(known.hash, table, readings)
    if (first) await append(first)
    for (const body of rest) {
      while (
        !(await append(body).then(
          () => true,
          () => false,
        ))
      )
        await wait(AGAIN_MS, signal)
    }
  }
}
