import { type Quality, QUALITIES, VALUE_TYPES, type Value, type ValueType } from '@ganzhi/contracts/reading'
import { Client, type Pool } from 'pg'
import { pino } from 'pino'
import { type Migration, migrate, readMigrations } from '../database/migrate.ts'
import { inTransaction, openPool } from '../database/pool.ts'
import { type SeriesStoreOptions, openSeriesStore } from './open-series-store.ts'
import type { SampleBatch, SeriesStore, Written } from './series-store.ts'

const log = pino({ level: 'silent' })

/** A server with TimescaleDB, of which we make and drop databases. */
export const TIMESCALE_URL = process.env['TIMESCALE_URL']

export const STORES: readonly { readonly name: string; readonly backend: SeriesStore['backend'] }[] = [
  { name: 'plain PostgreSQL', backend: 'postgres' },
  ...(TIMESCALE_URL ? [{ name: 'TimescaleDB', backend: 'timescale' } as const] : []),
]

export interface TestStore extends AsyncDisposable {
  readonly pool: Pool
  readonly store: SeriesStore
  /** Outside of the pool: when it goes, so do its transaction and its locks. */
  connection(): Promise<Client & AsyncDisposable>
  /** Opens the same store once more, as another process would. */
  again(options?: Partial<SeriesStoreOptions>): Promise<SeriesStore>
  /** Registers a series, and its gateway where it is new. */
  series(gateway: string, type: ValueType, property?: string, scale?: number): Promise<TestSeries>
  write(batches: readonly SampleBatch[], now: number): Promise<Written>
}

/** The register's and our own: what the others make is none of our business. */
function isOurs({ number }: Migration): boolean {
  return number === 1 || (number >= 20 && number < 40)
}

export interface TestSeries {
  readonly id: number
  readonly gatewayId: number
  readonly type: ValueType
  readonly scale: number
}

/** A store in a database of its own on a server that runs. */
export async function storeOn(
  serverUrl: string,
  backend: SeriesStore['backend'],
  options: Partial<SeriesStoreOptions> = {},
): Promise<TestStore> {
  const database = `t_${crypto.randomUUID().replaceAll('-', '')}`
  await onServer(serverUrl, `CREATE DATABASE ${database}`)
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  const pool = openPool({ url: url.href, role: 'test', maxConnections: 12, log })
  await migrate(pool, { log, migrations: (await readMigrations()).filter(isOurs) })
  const again = (more: Partial<SeriesStoreOptions> = {}) =>
    openSeriesStore({ pool, log, backend, ...options, ...more })
  const store = await again()
  let properties = 0

  return {
    pool,
    store,
    async connection() {
      const client = new Client(url.href)
      await client.connect()
      return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
    },
    again,
    async series(gateway, type, property = `p${++properties}`, scale = 0) {
      const { rows } = await pool.query<{ id: number; gateway_id: number }>(
        `WITH g AS (INSERT INTO gateway (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET name = $1 RETURNING id)
         INSERT INTO series (gateway_id, device, property, type, scale) SELECT id, 'meter, north', $2, $3, $4 FROM g
         RETURNING id, gateway_id`,
        [gateway, property, type, scale],
      )
      const [row] = rows
      if (!row) throw new Error('no row')
      return { id: row.id, gatewayId: row.gateway_id, type, scale }
    },
    write: (batches, now) => inTransaction(pool, (tx) => store.write(tx, batches, { now })),
    async [Symbol.asyncDispose]() {
      await pool.end()
      await onServer(serverUrl, `DROP DATABASE ${database} WITH (FORCE)`)
    },
  }
}

export type TestRow = readonly [series: TestSeries, at: number, value: Value, quality?: Quality]

/** A record of these rows; all series of one gateway. */
export function batchOf(rows: readonly TestRow[], key: { epoch?: bigint; seq?: number } = {}): SampleBatch {
  const series = [...new Set(rows.map(([series]) => series))]
  return {
    gatewayId: series[0]?.gatewayId ?? 0,
    epoch: key.epoch ?? 1n,
    seq: key.seq ?? 1,
    seriesOfSlot: Int32Array.from(series, ({ id }) => id),
    typeOfSlot: Uint8Array.from(series, ({ type }) => VALUE_TYPES.indexOf(type)),
    scaleOfSlot: Uint8Array.from(series, ({ scale }) => scale),
    rows: {
      count: rows.length,
      slots: Uint32Array.from(rows, ([one]) => series.indexOf(one)),
      at: Float64Array.from(rows, ([, at]) => at),
      quality: Uint8Array.from(rows, ([, , , quality]) => QUALITIES.indexOf(quality ?? 'good')),
      values: rows.map(([, , value]) => value),
    },
  }
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new Client(url)
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
