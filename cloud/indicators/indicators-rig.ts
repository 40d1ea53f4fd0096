import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AreaLevel } from '@ganzhi/contracts/area'
import type { Indicator, Period } from '@ganzhi/contracts/indicator'
import { QUALITIES, type Quality, VALUE_TYPES, type ValueType } from '@ganzhi/contracts/reading'
import type { Pool } from 'pg'
import { pino } from 'pino'
import { putAreas } from '../areas/put-areas.ts'
import { migrate } from '../database/migrate.ts'
import { inTransaction, openPool, withClient } from '../database/pool.ts'
import { openSeriesStore } from '../series-store/open-series-store.ts'
import { computePeriod } from './compute-period.ts'
import type { Numbered } from './measure.ts'
import { putIndicators } from './put-indicators.ts'
import { refreshIndicators } from './refresh-indicators.ts'

export interface RigPoint {
  readonly series: number
  readonly type: ValueType
  readonly scale: number
}

export type RigSample = readonly [at: number, value: number | boolean, quality?: Quality]

export interface StoredValue {
  readonly indicator: string
  readonly area: string
  readonly at: number
  readonly value: number | null
  readonly expected: number
  readonly present: number
}

/** Nothing older than this is looked for of a gateway that is new. */
const BACKLOG_MS = 8 * 86_400_000

/** A platform without gateways: roll-ups and indicators on a real PostgreSQL of their own, by a clock that is given. */
export interface IndicatorsRig extends AsyncDisposable {
  readonly pool: Pool
  areas(of: readonly (readonly [id: string, level: AreaLevel, parent?: string])[]): Promise<void>
  device(name: string, area: string | null, tags?: readonly string[]): Promise<void>
  /** Of a device that stands somewhere, first heard of at `seen`. */
  point(
    device: string,
    property: string,
    type: ValueType,
    more?: { seen?: number; scale?: number },
  ): Promise<RigPoint>
  write(point: RigPoint, samples: readonly RigSample[]): Promise<void>
  put(indicators: readonly Indicator[]): Promise<void>
  /** Makes roll-ups of all that is over at that time. */
  rollUp(now: number): Promise<void>
  /** Computes all indicators of one period. */
  compute(period: Period, from: number, to: number): Promise<void>
  /** Rolls up and computes all that is due at that time. */
  refresh(now: number): Promise<void>
  values(period: Period): Promise<StoredValue[]>
}

export async function openIndicatorsRig(
  startServer: (dataDir: string) => Promise<AsyncDisposable & { readonly url: string }>,
  { zone, begin }: { readonly zone: string; readonly begin: number },
): Promise<IndicatorsRig> {
  const log = pino({ level: 'silent' })
  await using begun = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'ganzhi-indicators-'))
  begun.defer(() => rm(dir, { recursive: true, force: true }))
  const server = begun.use(await startServer(join(dir, 'data')))
  const pool = openPool({ url: server.url, role: 'test', log })
  begun.defer(() => pool.end())
  await migrate(pool, { log })
  const store = await openSeriesStore({ pool, log, backend: 'postgres', timeZone: zone })
  await pool.query(`INSERT INTO gateway (name, first_seen) VALUES ('gw-1', $1)`, [
    new Date(begin + BACKLOG_MS),
  ])
  const owned = begun.move()
  let records = 0

  return {
    pool,
    async areas(of) {
      const entries = of.map(([id, level, parent = null]) => ({ id, level, parent, names: { zh: id } }))
      await putAreas(pool, entries, { dryRun: false })
    },
    async device(name, area, tags = []) {
      await pool.query(
        `INSERT INTO device (gateway_id, name, area, tags) VALUES (1, $1, $2, $3)
         ON CONFLICT (gateway_id, name) DO UPDATE SET area = $2, tags = $3`,
        [name, area, tags],
      )
    },
    async point(device, property, type, { seen = begin, scale = 0 } = {}) {
      const { rows } = await pool.query<{ id: number }>(
        `INSERT INTO series (gateway_id, device, property, type, scale, first_seen) VALUES (1, $1, $2, $3, $4, $5) RETURNING id`,
        [device, property, type, scale, new Date(seen)],
      )
      return { series: rows[0]?.id ?? 0, type, scale }
    },
    async write({ series, type, scale }, samples) {
      const batch = {
        gatewayId: 1,
        epoch: 1n,
        seq: ++records,
        seriesOfSlot: Int32Array.of(series),
        typeOfSlot: Uint8Array.of(VALUE_TYPES.indexOf(type)),
        scaleOfSlot: Uint8Array.of(scale),
        rows: {
          count: samples.length,
          slots: new Uint32Array(samples.length),
          at: Float64Array.from(samples, ([at]) => at),
          quality: Uint8Array.from(samples, ([, , quality = 'good']) => QUALITIES.indexOf(quality)),
          values: samples.map(([, value]) => value),
        },
      }
      const now = Math.max(...samples.map(([at]) => at))
      await inTransaction(pool, (tx) => store.write(tx, [batch], { now }))
    },
    async put(indicators) {
      await putIndicators(pool, indicators, { author: 'test', dryRun: false })
    },
    async rollUp(now) {
      await store.refreshRollups({ now })
    },
    async compute(period, from, to) {
      const { rows } = await pool.query<Numbered<Indicator>>('SELECT number, document FROM indicator')
      const known = new Map(rows.map((row) => [row.document.id, row]))
      const wanted = rows.filter(({ document }) => document.period === period)
      const span = { period, from: new Date(from), to: new Date(to) }
      await withClient(pool, (client) => computePeriod(client, span, wanted, known, undefined))
    },
    async refresh(now) {
      await store.refreshRollups({ now })
      await refreshIndicators({ pool, zone, now: () => now })
    },
    async values(period) {
      const { rows } = await pool.query<Omit<StoredValue, 'at'> & { at: Date }>(
        `SELECT i.id AS indicator, v.area, v.at, v.value, v.expected, v.present
           FROM indicator_value v JOIN indicator i ON i.number = v.indicator WHERE i.period = $1
          ORDER BY i.id COLLATE "C", v.at, v.area COLLATE "C"`,
        [period],
      )
      return rows.map((row) => ({ ...row, at: row.at.getTime() }))
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
