import type { Quality, Value } from '@ganzhi/contracts/reading'
import type { DecodedBatch } from '@ganzhi/contracts/telemetry-batch'
import type { ClientBase } from 'pg'

/** One record of the telemetry lane, as it goes into the store. */
export interface SampleBatch {
  readonly gatewayId: number
  /** The epoch's 64 bits as the signed number that the database holds. */
  readonly epoch: bigint
  readonly seq: number
  /** Of each slot of the batch's point table: `series.id`. */
  readonly seriesOfSlot: Int32Array
  /** Of each slot: index into VALUE_TYPES. */
  readonly typeOfSlot: Uint8Array
  /** Of each slot: `series.scale`, the power of ten that its values are stored times of. */
  readonly scaleOfSlot: Uint8Array
  readonly rows: DecodedBatch
}

export interface Written {
  readonly stored: number
  /** Of a time that can't be true; kept apart, with their arrival. */
  readonly untrusted: number
}

/** Widths of a roll-up, finest first. Days are those of the platform's time zone. */
export const ROLLUPS = ['1m', '15m', '1h', '1d'] as const
export type Rollup = (typeof ROLLUPS)[number]

export interface Sample {
  readonly seriesId: number
  /** ms since 1970 */
  readonly at: number
  readonly quality: Quality
  readonly value: Value
}

export interface UntrustedSample extends Sample {
  /** ms since 1970, the platform's clock */
  readonly arrivedAt: number
}

/** Over the good, finite values of one series and bucket. */
export interface Aggregate {
  readonly seriesId: number
  /** Start of the bucket, ms since 1970. */
  readonly at: number
  readonly n: number
  /** Samples whose quality is not good, or whose value is not a finite number. */
  readonly nBad: number
  /** null where n is 0 */
  readonly sum: number | null
  readonly min: number | null
  readonly max: number | null
  readonly first: number | null
  readonly last: number | null
}

/** From inclusive, to exclusive, ms since 1970. */
export interface Span {
  readonly from: number
  readonly to: number
}

export interface RangeQuery extends Span {
  readonly seriesId: number
  /** Never more than so many are returned. */
  readonly points: number
  /** `min-max` keeps every spike (default), `lttb` keeps the shape. */
  readonly by?: 'min-max' | 'lttb'
}

export interface AggregateQuery extends Span {
  readonly seriesIds: readonly number[]
  readonly rollup: Rollup
  /** Rejects with `too-many-points` where a series would have more. */
  readonly points: number
}

export interface ExportQuery extends Span {
  readonly seriesIds: readonly number[]
}

/** Some samples of one series, in order of time. */
export interface SeriesPage {
  readonly device: string
  readonly property: string
  readonly samples: readonly Sample[]
}

export interface UntrustedQuery {
  readonly gatewayId?: number
  readonly seriesIds?: readonly number[]
  /** By arrival, newest first. */
  readonly arrived: Span
  readonly limit: number
}

export interface Abortable {
  readonly signal?: AbortSignal
}

export interface Tick extends Abortable {
  /** ms since 1970, the platform's clock */
  readonly now: number
}

/** Where samples live. One interface on plain PostgreSQL and on TimescaleDB. */
export interface SeriesStore {
  readonly backend: 'postgres' | 'timescale'
  /**
   * Stores batches inside the caller's transaction (read committed; after the ledger's keys): samples, latest
   * values, marks for the roll-ups. Locks gateways in order, until the transaction ends.
   */
  write(tx: ClientBase, batches: readonly SampleBatch[], tick: Tick): Promise<Written>
  /** Works off the marks of all buckets that are over. False where another process is at it. Call it every few seconds. */
  refreshRollups(tick: Tick): Promise<boolean>
  /** What roll-ups still have to take in: the number of marks and the start of the oldest bucket (ms), for health. */
  backlog(options?: Abortable): Promise<{ readonly marks: number; readonly oldest: number | null }>
  /** Makes partitions ahead, compresses, drops what is past its retention. Call it at the start and every hour. */
  maintain(tick: Tick): Promise<void>

  latest(of: { seriesIds: readonly number[] } | { gatewayId: number }, options?: Abortable): Promise<Sample[]>
  range(query: RangeQuery, options?: Abortable): Promise<Sample[]>
  aggregate(query: AggregateQuery, options?: Abortable): Promise<Aggregate[]>
  untrusted(query: UntrustedQuery, options?: Abortable): Promise<UntrustedSample[]>
  /** All of them, one series after the other, pulled as fast as the reader takes them. */
  samples(query: ExportQuery, options?: Abortable): AsyncIterable<SeriesPage>
  /** CSV (RFC 4180) `time,device,property,value,quality` of the same, in pieces. */
  exportCsv(query: ExportQuery, options?: Abortable): AsyncIterable<string>
  /** The same of samples whose time was not trusted, with `arrived` as the last column. */
  exportUntrustedCsv(arrived: Span, options?: Abortable): AsyncIterable<string>
}
