import type { Pool, PoolClient } from 'pg'
import type { Retention } from './retention.ts'
import type { RollupLevel } from './rollup-level.ts'
import type { Tick } from './series-store.ts'

/** What plain PostgreSQL and TimescaleDB do in their own way; all else is common. */
export interface Backend {
  readonly kind: 'postgres' | 'timescale'
  /** Tables and views, in one transaction, only once. */
  create(tx: PoolClient): Promise<void>
  /** Before rows of these times (ms) are written. */
  makeRoom(table: string, times: Iterable<number>): Promise<void>
  /**
   * Works off some marks of one level on the client that holds the lease, earliest bucket first, and leaves marks for
   * the levels above; false when none is due. No mark goes that the roll-up's snapshot has not seen.
   */
  rollUp(leased: PoolClient, level: RollupLevel, tick: Tick): Promise<boolean>
  maintain(tick: Tick): Promise<void>
}

export interface BackendContext {
  readonly pool: Pool
  readonly retention: Retention
  /** IANA name as an SQL literal. */
  readonly zone: string
}
