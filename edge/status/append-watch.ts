import { isGanzhiError } from '@ganzhi/contracts/error'
import type { Outbox } from '../outbox/outbox.ts'

export interface WatchedAppends extends Pick<Outbox, 'append' | 'putTable'> {
  /** False while the disk refuses what is handed in. */
  readonly writable: boolean
  readonly counters: { accepted: number; refused: number }
}

export function watchAppends(outbox: Pick<Outbox, 'append' | 'putTable'>): WatchedAppends {
  const counters = { accepted: 0, refused: 0 }
  let writable = true
  return {
    counters,
    get writable() {
      return writable
    },
    putTable: (hash, bytes) => outbox.putTable(hash, bytes),
    async append(lane, body, options) {
      try {
        const accepted = await outbox.append(lane, body, options)
        counters.accepted += 1
        writable = true
        return accepted
      } catch (error) {
        counters.refused += 1
        if (isGanzhiError(error) && error.retryable) writable = false
        throw error
      }
    },
  }
}
