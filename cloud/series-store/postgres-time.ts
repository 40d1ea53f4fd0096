/** ms from 1970 to 2000, where PostgreSQL's microseconds count from. */
const POSTGRES_EPOCH_MS = 946_684_800_000
const LOW_WORD = 2 ** 32

/** Binary timestamptz: no BigInt, which would cost more than all other fields of a row together. */
export function putTimestamp(view: DataView, offset: number, ms: number): void {
  const micros = (ms - POSTGRES_EPOCH_MS) * 1000
  view.setInt32(offset, Math.floor(micros / LOW_WORD))
  view.setUint32(offset + 4, micros % LOW_WORD)
}

export function readTimestamp(view: DataView, offset: number): number {
  const micros = view.getInt32(offset) * LOW_WORD + view.getUint32(offset + 4)
  return POSTGRES_EPOCH_MS + Math.floor(micros / 1000)
}
