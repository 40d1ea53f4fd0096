import type { GapRecord } from '@ganzhi/contracts/gap'
import type { LaneReceipt } from '@ganzhi/contracts/receipt'
import type { Epoch, Lane } from '@ganzhi/contracts/record-key'

/** The name of an accepted record; the gateway's own name is the uplink's business. */
export interface Accepted {
  readonly epoch: Epoch
  readonly seq: number
  /** Hex sha256 of the body. */
  readonly sha256: string
}

export interface StoredRecord extends Accepted {
  readonly lane: Lane
  /** When it was handed in, ms since 1970. */
  readonly at: number
  readonly body: Uint8Array
  /** Hash of the point table that gives a telemetry batch its meaning. */
  readonly table?: string
}

/** What the database says it holds of one lane and epoch. */
export type Coverage = Pick<LaneReceipt, 'contiguous' | 'holes' | 'top'>

/** One lane of one start of the agent, for as long as anything of it may still be asked for. */
export interface LaneState {
  readonly lane: Lane
  readonly epoch: Epoch
  /** Lowest seq still on the disk; `head + 1` when there is none. */
  readonly first: number
  /** Highest accepted (synced) seq; 0 before the first. */
  readonly head: number
  /** Everything up to here is in the database, or was named to it as missing. */
  readonly receipted: number
  /** Bytes on the disk, receipted ones included. */
  readonly bytes: number
  /** When the oldest record still held was handed in, ms since 1970; absent when there is none. */
  readonly oldestAt?: number
}

export interface ReadOptions {
  /** Bodies together stay below this, except that one record is always given. */
  readonly maxBytes: number
  /** Last seq wanted, to re-send a hole without what stands behind it. */
  readonly toSeq?: number
}

/**
 * The gateway's store: what it accepts is kept over any crash until the database has it, or is named as missing by a
 * gap record, which the outbox itself appends to the events lane.
 */
export interface Outbox extends AsyncDisposable {
  /** Of the records accepted from now on. New at every start, and after a disk error. */
  readonly epoch: Epoch

  /**
   * Resolves when the record is synced: that is what "accepted" means. Rejects with `outbox-full` or `outbox-broken`
   * (both retryable: nothing was accepted), `record-too-large`, `unknown-table` or `outbox-closed`.
   */
  append(lane: Lane, body: Uint8Array, options?: { readonly table?: string }): Promise<Accepted>

  /** Makes a point table known. It is written in front of the first batch of each segment that uses it. */
  putTable(hash: string, bytes: Uint8Array): void

  /** The bytes of a point table that a held record or a coming one needs. */
  table(hash: string): Uint8Array | undefined

  /** Oldest epoch first; the current epoch is always there, once for each lane. */
  lanes(): LaneState[]

  /**
   * Synced records from `fromSeq` upwards, in order. What was dropped or has rotted is passed over (and named by a gap
   * record), so an empty answer means: nothing there, up to the head. Rejects with `outbox-broken` when the disk can't be
   * read just now.
   */
  read(lane: Lane, epoch: Epoch, fromSeq: number, options: ReadOptions): Promise<StoredRecord[]>

  /** The database holds this; it only ever adds to what was receipted before. */
  receipted(lane: Lane, epoch: Epoch, coverage: Coverage): Promise<void>

  /**
   * The database, asked with a nonce, holds only this: what we have of the rest counts as unreceipted again, what we
   * no longer have becomes gap records. Also right when the database asks for a hole that `read` no longer gives.
   */
  rewind(lane: Lane, epoch: Epoch, coverage: Coverage): Promise<void>

  /** Nobody has this table any more: the records that need it are named as `table-lost`. */
  tableLost(hash: string): Promise<void>

  /** Called after each group that was accepted, gap records included. Returns the way to stop it. */
  onAppended(listener: (lane: Lane) => void): () => void

  /** Called after each gap record that was accepted. */
  onGap(listener: (gap: GapRecord) => void): () => void
}
