import { GanzhiError } from '@ganzhi/contracts/error'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { Rollup, SeriesStore } from './series-store.ts'

export interface SeriesStoreOptions {
  readonly pool: Pool
  readonly log: Logger
  /** `auto`: what the database already holds, else TimescaleDB where it is installed. */
  readonly backend?: 'auto' | 'postgres' | 'timescale'
  /** Whose midnight starts a day: an IANA name. */
  readonly timeZone?: string
  /** Days that are kept; coarser roll-ups are kept longer. */
  readonly retentionDays?: Readonly<Record<'raw' | Rollup, number>>
}

/** After `migrate`. Creates what is missing for the backend; several processes may do so at once. */
export async function openSeriesStore(options: SeriesStoreOptions): Promise<SeriesStore> {
  throw new GanzhiError(`${options.backend ?? 'auto'}: not there yet`, { code: 'not-there', blame: 'ours' })
}
