import { GanzhiError } from '@ganzhi/contracts/error'
import type { Journal } from './journal.ts'
import type { LaneWriter } from './lane-writer.ts'
import { laneStates } from './lane-states.ts'
import { outboxBroken, outboxClosed } from './outbox-error.ts'
import type { OutboxListeners } from './outbox-listeners.ts'
import type { OutboxOptions } from './outbox-options.ts'
import type { Outbox } from './outbox.ts'
import type { PointTables } from './point-tables.ts'
import { receiptAccount } from './receipt-account.ts'
import type { Receipts } from './receipts.ts'
import { saveReceipts } from './receipts-file.ts'
import { recordIntake } from './record-intake.ts'
import { recordReader } from './record-reader.ts'
import type { Reserve } from './reserve.ts'
import type { SegmentStore } from './segment-store.ts'
import type { Segment } from './segment.ts'
import type { SeqRanges } from './seq-ranges.ts'
import { serial } from './serial.ts'
import { seqsUsing } from './table-users.ts'
import { upkeep } from './upkeep.ts'

export interface OutboxParts extends OutboxOptions {
  readonly lock: AsyncDisposable
  readonly store: SegmentStore
  readonly receipts: Receipts
  readonly reserve: Reserve
  readonly tables: PointTables
  readonly writer: LaneWriter
  readonly journal: Journal
  readonly listeners: OutboxListeners
  /** Running time of the outbox over all starts, ms. */
  readonly ran: () => number
}

const UPKEEP_MS = 60_000

/** The outbox over its parts. One task at a time changes the disk; reading goes on beside it. */
export function diskOutbox(parts: OutboxParts): Outbox {
  const { dir, disk, clock, limits, log, store, receipts, tables, writer, journal, listeners, ran } = parts
  const oneAtATime = serial()
  const lanes = laneStates(parts)
  const account = receiptAccount({ ...parts, head: lanes.head })
  const intake = recordIntake({
    clock,
    telemetryMs: parts.commit.telemetryMs,
    inFlightBytes: limits.inFlightBytes,
    isTableKnown: (hash) => tables.get(hash) !== undefined,
    commit: (lane, drafts) => oneAtATime(() => journal.commit(lane, drafts)),
  })
  const readRecords = recordReader({
    disk,
    store,
    named: (lane, epoch) => journal.named(lane, epoch),
    onRotten,
  })
  let closed = false
  let callOffUpkeep = clock.after(UPKEEP_MS, doUpkeep)

  async function onRotten({ lane, epoch }: Segment, ranges: SeqRanges): Promise<void> {
    await oneAtATime(async () => {
      journal.lose(lane, epoch, ranges, 'rotten')
      await nameWhatIsDue()
    })
  }

  /** What can't be named now stays due; the next commit tries again. */
  async function nameWhatIsDue(): Promise<void> {
    await journal
      .nameWhatIsDue()
      .catch((err: unknown) => log.warn({ err }, 'outbox: no gap record could be written'))
  }

  async function saveWhatIsReceipted(): Promise<void> {
    await saveReceipts(disk, dir, { ranMs: ran(), lanes: receipts.all() })
  }

  function doUpkeep(): void {
    void oneAtATime(async () => {
      if (closed) return
      await upkeep(parts)
      await saveWhatIsReceipted()
    })
      .catch((err: unknown) => log.warn({ err }, 'outbox: upkeep failed; trying again in a minute'))
      .finally(() => {
        if (!closed) callOffUpkeep = clock.after(UPKEEP_MS, doUpkeep)
      })
  }

  function whileOpen<T>(task: () => Promise<T>): Promise<T> {
    return closed ? Promise.reject(outboxClosed()) : task()
  }

  return {
    get epoch() {
      return writer.epoch
    },
    append: (lane, body, options) => whileOpen(() => intake.append(lane, body, options?.table)),
    putTable(hash, bytes) {
      const inUse = (known: string): boolean =>
        intake.isWaitingFor(known) || store.all().some((segment) => segment.tables.has(known))
      tables.put(hash, bytes, inUse)
    },
    table: (hash) => tables.get(hash),
    lanes: () => lanes.all(),
    read: (lane, epoch, fromSeq, options) =>
      whileOpen(() => readRecords(lane, epoch, fromSeq, options)).catch((error: unknown) => {
        throw error instanceof GanzhiError ? error : outboxBroken(error)
      }),
    receipted: (lane, epoch, coverage) =>
      whileOpen(() => oneAtATime(async () => account.receipted(lane, epoch, coverage))),
    rewind: (lane, epoch, coverage) =>
      whileOpen(() =>
        oneAtATime(async () => {
          account.rewind(lane, epoch, coverage)
          await nameWhatIsDue()
        }),
      ),
    tableLost: (hash) =>
      whileOpen(() =>
        oneAtATime(async () => {
          for (const segment of store.all().filter(({ tables }) => tables.has(hash))) {
            const { lane, epoch } = segment
            journal.lose(lane, epoch, await seqsUsing(disk, segment, hash), 'table-lost')
          }
          await nameWhatIsDue()
        }),
      ),
    onAppended: (listener) => listeners.onAppended(listener),
    onGap: (listener) => listeners.onGap(listener),

    async [Symbol.asyncDispose]() {
      if (closed) return
      closed = true
      callOffUpkeep()
      await intake.drain()
      await oneAtATime(async () => {
        await nameWhatIsDue()
        await writer.close()
        await saveWhatIsReceipted().catch((err: unknown) => log.warn({ err }, 'outbox: receipts not saved'))
      })
      await parts.lock[Symbol.asyncDispose]()
    },
  }
}
