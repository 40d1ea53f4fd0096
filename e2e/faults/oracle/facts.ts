import type { RecordKey } from '@ganzhi/contracts/record-key'

/** A reading, an event or a piece of evidence: `id` is unique in the whole run, `digest` tells all the rest of it. */
export interface Item {
  readonly id: string
  readonly digest: string
}

export interface AcceptedRecord extends RecordKey {
  readonly sha256: string
}

/** One thing handed to a gateway, written down outside the fault domain. */
export interface Submission {
  /** Who handed it in, one thing after the other: its records of an epoch are numbered in this order. */
  readonly source: string
  readonly gateway: string
  readonly items: readonly Item[]
  /** What the gateway answered. Without an answer it may be stored, once, or not at all. */
  readonly accepted: readonly AcceptedRecord[] | undefined
}

export interface StoredRecord extends RecordKey {
  readonly sha256: string
}

export interface NamedGap {
  readonly gateway: string
  readonly lane: RecordKey['lane']
  readonly epoch: string
  readonly firstSeq: number
  readonly lastSeq: number
  readonly reason: string
}

/** Everything that the database holds of the gateways under test. */
export interface Stored {
  readonly records: readonly StoredRecord[]
  readonly gaps: readonly NamedGap[]
  readonly items: readonly Item[]
  /** Series whose latest value is not their newest trusted sample. */
  readonly wrongLatest: readonly string[]
}

export function laneOf({ gateway, lane, epoch }: Omit<RecordKey, 'seq'>): string {
  return `${gateway} ${lane} ${epoch}`
}

export function nameOf(key: RecordKey): string {
  return `${laneOf(key)} ${key.seq}`
}
