import type { Lane } from '@ganzhi/contracts/record-key'
import type { LedgerState } from '../ledger/codes.ts'
import type { LedgerEntry } from '../ledger/ledger.ts'
import type { RecordArrival } from './arrival.ts'
import type { LedgerTransaction } from '../ledger/ledger-transaction.ts'

/** A record whose gateway is registered. */
export interface Registered {
  readonly arrival: RecordArrival
  readonly gatewayId: number
}

/** What was found in a record's body. */
export interface Opened<Content> {
  readonly state: LedgerState
  /** The record's own time, ms since 1970. */
  readonly at: number
  /** Samples in it. */
  readonly rows: number
  /** What `store` stores; absent where there is nothing to. */
  readonly content?: Content
  /** Why it is quarantined. */
  readonly reason?: string
}

/** A record on its way into the database. */
export interface Prepared<Content> extends Opened<Content> {
  readonly arrival: RecordArrival
  readonly entry: LedgerEntry
}

/** What differs between the lanes. Everything about order, once-ness and acknowledgement is the loop's. */
export interface LaneWork<Content> {
  readonly lane: Lane
  /** How much of a transaction's room a record takes. */
  rowsOf(body: Uint8Array): number
  /**
   * Makes bodies ready to be stored, in order, while PostgreSQL may be at work on others. What can't be decoded is
   * answered, not thrown. `generation` is that of the session under which the gateways' ids were learnt.
   */
  open(records: readonly Registered[], generation: number): Promise<Opened<Content>[]>
  /** Stores records that are new, in the transaction that enters their keys. */
  store(tx: LedgerTransaction, records: readonly Prepared<Content>[]): Promise<void>
}

export function undecodable<Content>(reason: string, now: number): Opened<Content> {
  return { state: 'quarantined', at: now, rows: 0, reason }
}
