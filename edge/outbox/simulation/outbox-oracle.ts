import { createHash } from 'node:crypto'
import type { GapRecord } from '@ganzhi/contracts/gap'
import type { Lane } from '@ganzhi/contracts/record-key'
import type { Accepted, Outbox, StoredRecord } from '../outbox.ts'
import { cloudLedger, gapIn, keyOf, type CloudLedger } from './cloud-ledger.ts'

/** Stands outside the faults: knows what was accepted, and says what an outbox owes. */
export interface OutboxOracle {
  readonly cloud: CloudLedger
  readonly accepted: ReadonlyMap<string, string>
  /** Hands a record in, and remembers it once it is accepted. */
  append(outbox: Outbox, lane: Lane, body: Uint8Array, table?: string): Promise<void>
  /** Takes note of the heads: the outbox forgets an epoch in the end, and what it said of it must still be true. */
  observe(outbox: Outbox): void
  /** Every sentence is a promise broken; empty is good. */
  check(outbox: Outbox): Promise<string[]>
}

export function outboxOracle(): OutboxOracle {
  const cloud = cloudLedger()
  const accepted = new Map<string, string>()
  /** Every body that was ever seen under a key. */
  const seen = new Map<string, string>()
  /** Was read, and so perhaps sent: it may not vanish, even if its acceptance was never told. */
  const given = new Set<string>()
  const heads = new Map<string, number>()
  const broken: string[] = []

  function see(key: string, sha256: string): void {
    if ((seen.get(key) ?? sha256) !== sha256) broken.push(`${key} was used for two records`)
    seen.set(key, sha256)
  }

  function observe(outbox: Outbox): void {
    for (const { lane, epoch, head } of outbox.lanes()) {
      heads.set(`${lane} ${epoch}`, Math.max(head, heads.get(`${lane} ${epoch}`) ?? 0))
    }
  }

  async function readAll(outbox: Outbox): Promise<StoredRecord[]> {
    const records: StoredRecord[] = []
    for (const { lane, epoch } of outbox.lanes()) {
      let from = 1
      for (;;) {
        const piece = await outbox.read(lane, epoch, from, { maxBytes: 2000 })
        for (const record of piece) {
          if (record.seq < from) broken.push(`${keyOf(record)} came after seq ${from - 1}`)
          from = record.seq + 1
        }
        records.push(...piece)
        if (piece.length === 0) break
      }
    }
    return records
  }

  return {
    cloud,
    accepted,
    observe,
    async append(outbox, lane, body, table) {
      const sha256 = createHash('sha256').update(body).digest('hex')
      let key: Accepted
      try {
        key = await outbox.append(lane, body, table === undefined ? {} : { table })
      } catch {
        return
      }
      if (key.sha256 !== sha256) broken.push(`${lane} ${key.epoch} ${key.seq} was accepted with another hash`)
      see(keyOf({ lane, ...key }), sha256)
      accepted.set(keyOf({ lane, ...key }), sha256)
    },

    async check(outbox) {
      // What rots is found by reading, and named in a lane that may have been read before.
      await readAll(outbox)
      const records = await readAll(outbox)
      const readable = new Map(records.map((record) => [keyOf(record), record.sha256]))
      for (const record of records) {
        if (createHash('sha256').update(record.body).digest('hex') !== record.sha256) {
          broken.push(`${keyOf(record)} is altered`)
        }
        see(keyOf(record), record.sha256)
        given.add(keyOf(record))
      }
      const gaps = records.map(gapIn).filter((gap) => gap !== undefined)
      const namedHere = sentencesOf(
        gaps,
        ({ reason, firstSeq, lastSeq }) => `${reason} ${firstSeq}-${lastSeq}`,
      )
      // What was sent may be told again as part of a longer range, but never with another reason.
      const named = sentencesOf([...gaps, ...cloud.gaps], ({ reason }) => reason)
      const isAccountedFor = (key: string): boolean =>
        readable.has(key) || cloud.stored.has(key) || named.has(key)
      for (const key of new Set([...accepted.keys(), ...given])) {
        if (!isAccountedFor(key)) broken.push(`${key} is lost without a name`)
      }
      for (const { lane, epoch, head } of outbox.lanes()) {
        for (let seq = 1; seq <= head; seq++) {
          const key = keyOf({ lane, epoch, seq })
          if (!isAccountedFor(key)) broken.push(`${key} is below the head, and nowhere`)
        }
      }
      observe(outbox)
      for (const [key, sentences] of named) {
        const [lane, epoch, seq] = key.split(' ')
        if (readable.has(key)) broken.push(`${key} is named as missing, and there`)
        for (const told of [sentences, namedHere.get(key) ?? sentences]) {
          if (told.size > 1) broken.push(`${key} is named by ${[...told].join(' and ')}`)
        }
        if (Number(seq) > (heads.get(`${lane} ${epoch}`) ?? 0)) broken.push(`${key} is named, and never was`)
      }
      return broken
    },
  }
}

/** Each missing key with the different things that gap records say of it. */
function sentencesOf(gaps: readonly GapRecord[], say: (gap: GapRecord) => string): Map<string, Set<string>> {
  const named = new Map<string, Set<string>>()
  for (const gap of gaps) {
    for (let seq = gap.firstSeq; seq <= gap.lastSeq; seq++) {
      const key = keyOf({ ...gap, seq })
      named.set(key, (named.get(key) ?? new Set()).add(say(gap)))
    }
  }
  return named
}
