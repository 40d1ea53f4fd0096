import type { GapRecord } from '@ganzhi/contracts/gap'
import type { Lane } from '@ganzhi/contracts/record-key'
import type { Draft } from './lane-writer.ts'

export type OutboxListeners = ReturnType<typeof outboxListeners>

export function outboxListeners() {
  const appended = new Set<(lane: Lane) => void>()
  const gaps = new Set<(gap: GapRecord) => void>()
  return {
    onAppended: (listener: (lane: Lane) => void) => subscribe(appended, listener),
    onGap: (listener: (gap: GapRecord) => void) => subscribe(gaps, listener),
    tell(lane: Lane, drafts: readonly Draft[]): void {
      for (const listener of appended) listener(lane)
      for (const { gap } of drafts) if (gap) for (const listener of gaps) listener(gap)
    },
  }
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
