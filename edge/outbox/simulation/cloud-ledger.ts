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

  function accountedFor(lane: string, epoch: string): SeqRanges {
    const own = gaps.filter((gap) => gap.lane === lane && gap.epoch === epoch)
    const named = own.map((gap): SeqRange => [gap.firstSeq, gap.lastSeq])
    const kept = [...stored.keys()]
      .map((key) => key.split(' '))
      .filter((key) => key[0] === lane && key[1] === epoch)
    return union(
      kept.map((key): SeqRange => [Number(key[2]), Number(key[2])]),
      named,
    )
  }

  const ledger: CloudLedger = {
    stored,
    gaps,
    take(record) {
      stored.set(keyOf(record), record.sha256)
      const gap = gapIn(record)
      if (gap) gaps.push(gap)
    },
    coverage(lane, epoch) {
      const ranges = accountedFor(lane, epoch)
      const contiguous = ranges[0]?.[0] === 1 ? ranges[0][1] : 0
      const above = ranges.filter(([first]) => first > contiguous)
      const ends = [contiguous, ...above.map(([, last]) => last)]
      const holes = above.map(([first], i): [number, number] => [(ends[i] ?? 0) + 1, first - 1])
      return { contiguous, holes, top: ends.at(-1) ?? 0 }
    },
    async drain(outbox, maxBytes = 3000) {
      for (let round = 0; round < 4; round++) {
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
