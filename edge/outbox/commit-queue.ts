import type { Clock } from './clock.ts'

/** One group is written and synced at once; more than this is worth a sync of its own. */
const GROUP_BYTES = 2 * 1024 * 1024

export interface CommitQueue<Item> {
  push(item: Item): void
  /** Commits what waits, and returns when nothing does. */
  drain(): Promise<void>
}

/**
 * Gathers what comes within `delayMs` of the first item, or while the last group was being synced, into one commit.
 * `commit` must not throw: it answers each item itself.
 */
export function commitQueue<Item extends { readonly body: Uint8Array }>(
  clock: Clock,
  delayMs: number,
  commit: (group: readonly Item[]) => Promise<void>,
): CommitQueue<Item> {
  let waiting: Item[] = []
  let waitingBytes = 0
  let callOff: (() => void) | undefined
  let running: Promise<void> | undefined

  function takeGroup(): Item[] {
    let bytes = 0
    let count = 0
    while (count < waiting.length && bytes < GROUP_BYTES) bytes += waiting[count++]?.body.length ?? 0
    const group = waiting.slice(0, count)
    waiting = waiting.slice(count)
    waitingBytes -= bytes
    return group
  }

  async function commitWhatWaits(all: boolean): Promise<void> {
    for (;;) {
      await commit(takeGroup())
      if (waiting.length === 0 || (!all && mayWait())) return
    }
  }

  function mayWait(): boolean {
    return delayMs > 0 && waitingBytes < GROUP_BYTES
  }

  function start(all: boolean): void {
    callOff?.()
    callOff = undefined
    running = commitWhatWaits(all).finally(() => {
      running = undefined
      if (waiting.length > 0) wait()
    })
  }

  function wait(): void {
    if (running) return
    if (!mayWait()) start(false)
    else callOff ??= clock.after(delayMs, () => start(false))
  }

  return {
    push(item) {
      waiting.push(item)
      waitingBytes += item.body.length
      wait()
    },
    async drain() {
      while (running !== undefined || waiting.length > 0) {
        if (running === undefined) start(true)
        await running
      }
    },
  }
}
