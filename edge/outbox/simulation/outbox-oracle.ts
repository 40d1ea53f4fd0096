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
  const broken: string[] = []

  function see(key: string, sha256: string): void {
    if ((seen.get(key) ?? sha256) !== sha256) broken.push(`${key} was used for two records`)
    seen.set(key, sha256)
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
      const gaps = [...records.map(gapIn), ...cloud.gaps].filter((gap) => gap !== undefined)
      const named = namesOf(gaps)
      for (const key of accepted.keys()) {
        if (!readable.has(key) && !cloud.stored.has(key) && !named.has(key))
          broken.push(`${key} is lost without a name`)
      }
      const heads = new Map(outbox.lanes().map(({ lane, epoch, head }) => [`${lane} ${epoch}`, head]))
      for (const [key, sentences] of named) {
        const [lane, epoch, seq] = key.split(' ')
        if (readable.has(key)) broken.push(`${key} is named as missing, and there`)
        if (sentences.size > 1) broken.push(`${key} is named by ${[...sentences].join(' and ')}`)
        if (Number(seq) > (heads.get(`${lane} ${epoch}`) ?? 0)) broken.push(`${key} is named, and never was`)
      }
      return broken
    },
  }
}

/** Each missing key with the different gap records that name it; the same one twice is one. */
function namesOf(gaps: readonly GapRecord[]): Map<string, Set<string>> {
  const named = new Map<string, Set<string>>()
  for (const gap of gaps) {
    for (let seq = gap.firstSeq; seq <= gap.lastSeq; seq++) {
      const key = keyOf({ ...gap, seq })
      const sentences = named.get(key) ?? new Set()
      named.set(key, sentences.add(`${gap.reason} ${gap.firstSeq}-${gap.lastSeq}`))
    }
  }
  return named
}
