import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import { diskOutbox } from './disk-outbox.ts'
import { Journal } from './journal.ts'
import { LaneWriter } from './lane-writer.ts'
import { outboxBroken } from './outbox-error.ts'
import type { OutboxOptions } from './outbox-options.ts'
import type { Outbox } from './outbox.ts'
import { PointTables } from './point-tables.ts'
import { Receipts } from './receipts.ts'
import { loadReceipts } from './receipts-file.ts'
import { recoverSegments } from './recovery.ts'
import { outboxListeners } from './outbox-listeners.ts'
import { Reserve } from './reserve.ts'
import { SegmentStore } from './segment-store.ts'

/** Rejects with `outbox-locked` when another process has it, with `outbox-broken` when the disk fails. */
export async function openOutbox(options: OutboxOptions): Promise<Outbox> {
  const { dir, disk } = options
  try {
    await disk.makeDir(dir)
    const lock = await disk.lock(dir)
    try {
      return await openLocked(options, lock)
    } catch (error) {
      await lock[Symbol.asyncDispose]()
      throw error
    }
  } catch (error) {
    throw error instanceof GanzhiError ? error : outboxBroken(error)
  }
}

async function openLocked(options: OutboxOptions, lock: AsyncDisposable): Promise<Outbox> {
  const { dir, disk, clock, random, limits, log } = options
  const store = new SegmentStore()
  const known = await loadReceipts(disk, dir)
  const receipts = new Receipts(known.lanes)
  const recovered = await recoverSegments(disk, dir, store)
  const tables = new PointTables(limits.tableBytes, recovered.tables)

  const openedAt = clock.elapsed()
  const ranBefore = Math.max(known.ranMs, ...store.all().map((segment) => segment.ranAt))
  const ran = (): number => ranBefore + clock.elapsed() - openedAt

  const listeners = outboxListeners()
  const reserve = new Reserve(disk, dir, random(limits.reserveBytes))
  const writer = new LaneWriter({
    disk,
    dir,
    random,
    store,
    tables,
    ran,
    log,
    segmentBytes: limits.segmentBytes,
    onFailed: (segment, rotten) => journal.giveUp(segment, rotten),
  })
  const journal = new Journal({
    disk,
    dir,
    clock,
    limits,
    store,
    receipts,
    reserve,
    writer,
    ran,
    log,
    onCommitted: (lane, drafts) => listeners.tell(lane, drafts),
  })

  await reserve.take()
  await journal.finishEvictions().catch((error: unknown) => {
    // Nothing is worse than before: what is named stays hidden, and goes when there is room again.
    if (!isGanzhiError(error, 'outbox-full')) throw error
  })
  await reserve.take()
  for (const { segment, ranges } of recovered.rotten) {
    journal.lose(segment.lane, segment.epoch, ranges, 'rotten')
  }
  return diskOutbox({ ...options, lock, store, receipts, reserve, tables, writer, journal, listeners, ran })
}
