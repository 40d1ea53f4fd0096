import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { QUALITIES, type Quality, VALUE_TYPES, type Value, type ValueType } from '@ganzhi/contracts/reading'
import type { Pool } from 'pg'
import { type Logger, pino } from 'pino'
import { openFirstLogin } from '../accounts/first-login.ts'
import { migrate } from '../database/migrate.ts'
import { inTransaction, openPool } from '../database/pool.ts'
import { openDirectoryStore } from '../evidence-store/directory-store.ts'
import type { EvidenceStore } from '../evidence-store/evidence-store.ts'
import { openSeriesStore } from '../series-store/open-series-store.ts'
import type { SeriesStore } from '../series-store/series-store.ts'
import { type Api, type ApiConfig, startApi } from './server.ts'

export interface ApiUnderTest extends AsyncDisposable {
  readonly url: string
  readonly pool: Pool
  readonly store: SeriesStore
  readonly evidence: EvidenceStore
  readonly login: { readonly name: string; readonly password: string }
  /** Cookie of somebody who is logged in. */
  readonly cookie: string
  get(path: string, headers?: Record<string, string>): Promise<Response>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>
  point(gateway: string, device: string, property: string, type: ValueType): Promise<TestPoint>
  write(rows: readonly TestSample[]): Promise<void>
}

export interface TestPoint {
  readonly id: number
  readonly gatewayId: number
  readonly type: ValueType
}

export type TestSample = readonly [point: TestPoint, at: number, value: Value, quality?: Quality]

/** The API on a real PostgreSQL of its own, with somebody logged in. */
export async function openApiUnderTest(
  startServer: (dataDir: string) => Promise<AsyncDisposable & { readonly url: string }>,
  config: Partial<ApiConfig> = {},
): Promise<ApiUnderTest> {
  const log: Logger = pino({ level: process.env['TEST_LOG'] ?? 'silent' })
  await using begun = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'ganzhi-api-'))
  begun.defer(() => rm(dir, { recursive: true, force: true }))
  const server = begun.use(await startServer(join(dir, 'data')))
  const pool = openPool({ url: server.url, role: 'test', log })
  begun.defer(() => pool.end())
  await migrate(pool, { log })
  const store = await openSeriesStore({ pool, log, backend: 'postgres' })
  await store.maintain({ now: Date.now() })
  const evidence = await openDirectoryStore(join(dir, 'evidence'))
  const login = await openFirstLogin(pool)
  if (!login) throw new Error('somebody was there before the first')
  const settings = { host: '127.0.0.1', port: 0, zone: 'Asia/Shanghai', liveEveryMs: 20, ...config }
  const api: Api = begun.use(await startApi({ pool, store, evidence, config: settings, log }))

  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(api.url + path, {
      method: 'POST',
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const loggedIn = await post('/api/v1/login', login)
  const cookie = loggedIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const owned = begun.move()
  let records = 0

  return {
    url: api.url,
    pool,
    store,
    evidence,
    login,
    cookie,
    post,
    get: (path, headers = { cookie }) => fetch(api.url + path, { headers }),
    async point(gateway, device, property, type) {
      const { rows } = await pool.query<{ id: number; gateway_id: number }>(REGISTER, [
        gateway,
        device,
        property,
        type,
      ])
      const [row] = rows
      if (!row) throw new Error('the point was not registered')
      return { id: row.id, gatewayId: row.gateway_id, type }
    },
    async write(samples) {
      await inTransaction(pool, (tx) => store.write(tx, [recordOf(++records, samples)], { now: Date.now() }))
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const REGISTER = `
  WITH g AS (INSERT INTO gateway (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET name = $1 RETURNING id),
       d AS (INSERT INTO device (gateway_id, name) SELECT id, $2 FROM g ON CONFLICT DO NOTHING)
  INSERT INTO series (gateway_id, device, property, type) SELECT id, $2, $3, $4 FROM g RETURNING id, gateway_id`

function recordOf(seq: number, samples: readonly TestSample[]) {
  const points = [...new Set(samples.map(([point]) => point))]
  return {
    gatewayId: points[0]?.gatewayId ?? 0,
    epoch: 1n,
    seq,
    seriesOfSlot: Int32Array.from(points, ({ id }) => id),
    typeOfSlot: Uint8Array.from(points, ({ type }) => VALUE_TYPES.indexOf(type)),
    scaleOfSlot: new Uint8Array(points.length),
    rows: {
      count: samples.length,
      slots: Uint32Array.from(samples, ([point]) => points.indexOf(point)),
      at: Float64Array.from(samples, ([, at]) => at),
      quality: Uint8Array.from(samples, ([, , , quality]) => QUALITIES.indexOf(quality ?? 'good')),
      values: samples.map(([, , value]) => value),
    },
  }
}
