/** MTCP 3.1.3: 16 bits. */
const IDS = 65_536

export interface TransactionIds {
  /** An id whose reply can only be the one to come. */
  take(): number
  /** Its reply did not come, and still may. */
  retire(id: number): void
  /** Whether a frame with this id is the late reply to a retired one, whose id is then free again. */
  settle(id: number): boolean
  /** So many late replies may come that new ids run short: time for a new connection. */
  readonly scarce: boolean
  /** A new connection: nothing late can come through it. The count goes on all the same. */
  renew(): void
}

export function transactionIds(first = 1): TransactionIds {
  const retired = new Set<number>()
  let next = first
  return {
    take() {
      while (retired.has(next)) next = (next + 1) % IDS
      const id = next
      next = (next + 1) % IDS
      return id
    },
    retire: (id) => void retired.add(id),
    settle: (id) => retired.delete(id),
    get scarce() {
      return retired.size >= IDS / 2
    },
    renew: () => retired.clear(),
  }
}
