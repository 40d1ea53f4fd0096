import type { GapRecord } from '@ganzhi/contracts/gap'
import type { Coverage, Outbox, StoredRecord } from '../outbox.ts'
import { union, type SeqRange, type SeqRanges } from '../seq-ranges.ts'

/** As much of the platform as an outbox can notice: what it stored, and what it was told is missing. */
export interface CloudLedger {
  readonly stored: Map<string, string>
  readonly gaps: GapRecord[]
  take(record: StoredRecord): void
  /** The receipt for one lane and epoch. */
  coverage(lane: string, epoch: string): Coverage
  /** Goes on asking until the outbox has nothing left that the cloud lacks. */
  drain(outbox: Outbox, maxBytes?: number): Promise<void>
}

export function cloudLedger(): CloudLedger {
  const stored = new Map<string, string>()
  const gaps: GapRecord[] = []

  const accountedFor = new Map<string, SeqRanges>()

  function account(lane: string, epoch: string, range: SeqRange): void {
    const key = `${lane} ${epoch}`
    accountedFor.set(key, union(accountedFor.get(key) ?? [], [range]))
  }

  const ledger: CloudLedger = {
    stored,
    gaps,
    take(record) {
      if (stored.has(keyOf(record))) return
      stored.set(keyOf(record), record.sha256)
      account(record.lane, record.epoch, [record.seq, record.seq])
      const gap = gapIn(record)
      if (!gap) return
      gaps.push(gap)
      account(gap.lane, gap.epoch, [gap.firstSeq, gap.lastSeq])
    },
    coverage(lane, epoch) {
      const ranges = accountedFor.get(`${lane} ${epoch}`) ?? []
      const contiguous = ranges[0]?.[0] === 1 ? ranges[0][1] : 0
      const above = ranges.filter(([first]) => first > contiguous)
      const ends = [contiguous, ...above.map(([, last]) => last)]
      const holes = above.map(([first], i): [number, number] => [(ends[i] ?? 0) + 1, first - 1])
      return { contiguous, holes, top: ends.at(-1) ?? 0 }
    },
    async drain(outbox, maxBytes = 3000) {
      for (let round = 0; round < 3; round++) {
        for (const { lane, epoch } of outbox.lanes()) {
          let from = ledger.coverage(lane, epoch).contiguous + 1
          for (;;) {
            const records = await outbox.read(lane, epoch, from, { maxBytes })
            if (records.length === 0) break
            for (const record of records) ledger.take(record)
            from = (records.at(-1)?.seq ?? from) + 1
          }
        }
        for (const { lane, epoch } of outbox.lanes())
          await outbox.receipted(lane, epoch, ledger.coverage(lane, epoch))
      }
    },
  }
  return ledger
}

export function keyOf({ lane, epoch, seq }: Pick<StoredRecord, 'lane' | 'epoch' | 'seq'>): string {
  return `${lane} ${epoch} ${seq}`
}

export function gapIn({ lane, body }: Pick<StoredRecord, 'lane' | 'body'>): GapRecord | undefined {
  const text = lane === 'events' ? Buffer.from(body).toString() : ''
  return text.startsWith('{"kind":"gap"') ? (JSON.parse(text) as GapRecord) : undefined
}
