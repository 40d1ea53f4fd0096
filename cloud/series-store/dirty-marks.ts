import type { ClientBase } from 'pg'
import { int4Array, timestampArray } from './binary-array.ts'
import type { SampleColumns } from './sample-columns.ts'
import type { SampleBatch } from './series-store.ts'

const MINUTE_MS = 60_000
/** Minutes since 1970 stay far below, gateway ids too: a pair is one exact number. */
const MINUTES = 2 ** 26

/** One mark a gateway and minute that these rows touch; `roll-up 0` is the finest. */
export async function writeMarks(
  tx: ClientBase,
  columns: SampleColumns,
  batches: readonly SampleBatch[],
  rows: Uint32Array,
): Promise<void> {
  const marks = new Set<number>()
  let previous = -1
  for (const row of rows) {
    const { gatewayId } = batches[columns.batch[row] as number] as SampleBatch
    const mark = gatewayId * MINUTES + Math.floor((columns.at[row] as number) / MINUTE_MS)
    if (mark !== previous) marks.add(mark)
    previous = mark
  }
  if (marks.size === 0) return
  await tx.query(
    `INSERT INTO dirty_mark (rollup, gateway_id, bucket)
     SELECT 0, gateway_id, bucket FROM unnest($1::int4[], $2::timestamptz[]) AS m(gateway_id, bucket)`,
    [
      int4Array(Array.from(marks, (mark) => Math.floor(mark / MINUTES))),
      timestampArray(Array.from(marks, (mark) => (mark % MINUTES) * MINUTE_MS)),
    ],
  )
}
