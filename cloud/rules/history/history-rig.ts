import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { QUALITIES, type Quality, VALUE_TYPES, type Value, type ValueType } from '@ganzhi/contracts/reading'
import type { Pool } from 'pg'
import { pino } from 'pino'
import { migrate } from '../../database/migrate.ts'
import { inTransaction, openPool } from '../../database/pool.ts'
import { insertEvents } from '../../events/event-rows.ts'
import { registerGateways, registerSeries } from '../../register/register.ts'
import { openSeriesStore } from '../../series-store/open-series-store.ts'
import type { SeriesStore } from '../../series-store/series-store.ts'

const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' })
const INCIDENT = '01KAJ0000000000000000000AA'

export interface RigPoint {
  readonly id: number
  readonly gatewayId: number
  readonly type: ValueType
}

export type RigSample = readonly [point: RigPoint, at: number, value: Value, quality?: Quality]
export type RigEvent = readonly [at: number, type: string]

/** For tests: a store with what devices have told, on a real PostgreSQL. */
export interface HistoryRig extends AsyncDisposable {
  readonly url: string
  readonly pool: Pool
  readonly store: SeriesStore
  gateway(name: string): Promise<number>
  point(gateway: string, device: string, property: string, type?: ValueType): Promise<RigPoint>
  write(samples: readonly RigSample[], now?: number): Promise<void>
  tell(gateway: string, device: string, events: readonly RigEvent[]): Promise<void>
}

export async function openHistoryRig(
  startServer: (dataDir: string) => Promise<AsyncDisposable & { readonly url: string }>,
): Promise<HistoryRig> {
  await using begun = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'ganzhi-history-'))
  begun.defer(() => rm(dir, { recursive: true, force: true }))
  const server = begun.use(await startServer(join(dir, 'data')))
  const pool = openPool({ url: server.url, role: 'test', log })
  begun.defer(() => pool.end())
  await migrate(pool, { log })
  const store = await openSeriesStore({ pool, log, backend: 'postgres' })
  const owned = begun.move()
  let records = 0
  let told = 0

  const gateway = (name: string): Promise<number> =>
    inTransaction(pool, async (tx) => (await registerGateways(tx, [name])).get(name) as number)

  return {
    url: server.url,
    pool,
    store,
    gateway,
    async point(name, device, property, type = 'float') {
      const gatewayId = await gateway(name)
      const { seriesOfSlot } = await inTransaction(pool, (tx) =>
        registerSeries(tx, gatewayId, [{ device, property, type }]),
      )
      return { id: seriesOfSlot[0] as number, gatewayId, type }
    },
    async write(samples, now = Date.now()) {
      const points = [...new Set(samples.map(([point]) => point))]
      const record = {
        gatewayId: points[0]?.gatewayId ?? 0,
        epoch: 1n,
        seq: ++records,
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
      await inTransaction(pool, (tx) => store.write(tx, [record], { now }))
    },
    async tell(name, device, events) {
      const gatewayId = await gateway(name)
      await inTransaction(pool, (tx) =>
        insertEvents(
          tx,
          events.map(([at, type]) => ({
            gatewayId,
            event: {
              specversion: '1.0',
              id: `${INCIDENT}.${type.slice(type.lastIndexOf('.') + 1)}.${++told}`,
              source: name,
              type,
              subject: device,
              time: new Date(at).toISOString(),
              incident: INCIDENT,
            },
          })),
        ),
      )
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
