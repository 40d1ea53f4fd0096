import type { FastifyPluginAsync } from 'fastify'
import type { Pool } from 'pg'
import { Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { SeriesStore } from '../series-store/series-store.ts'
import { SILENT_AFTER_MS } from '../topology/reach.ts'
import type { LiveFeed } from './live-feed.ts'

export interface MetricSources {
  readonly pool: Pool
  readonly store: Pick<SeriesStore, 'backlog'>
  readonly feed: LiveFeed
  readonly now: () => number
}

/** For Prometheus, at /metrics. What the database knows is asked at the scrape. */
export function openMetrics({ pool, store, feed, now }: MetricSources): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })

  const gauge = (name: string, help: string, read: () => Promise<number> | number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await Promise.resolve(read()).catch(() => Number.NaN))
      },
    })
  const count = async (sql: string, values: unknown[] = []) =>
    Number((await pool.query<{ n: string }>(sql, values)).rows[0]?.n ?? 0)

  gauge('ganzhi_gateways', 'gateways in the register', () => count('SELECT count(*) AS n FROM gateway'))
  gauge('ganzhi_gateways_alive', 'gateways that reported within 30 s', () =>
    count(`SELECT count(*) AS n FROM gateway WHERE last_status_at > now() - $1 * interval '1 ms'`, [
      SILENT_AFTER_MS,
    ]),
  )
  gauge('ganzhi_records_unstored', 'records that gateways accepted and the database lacks', () =>
    count('SELECT coalesce(sum(greatest(0, head - contiguous)), 0) AS n FROM lane_progress'),
  )
  gauge('ganzhi_identity_conflicts', 'identity conflicts that nobody has resolved', () =>
    count('SELECT count(*) AS n FROM identity_conflict WHERE resolved_at IS NULL'),
  )
  gauge('ganzhi_rollup_lag_seconds', 'age of the oldest bucket that roll-ups have not taken in', async () => {
    const { oldest } = await store.backlog()
    return oldest === null ? 0 : (now() - oldest) / 1000
  })
  gauge('ganzhi_live_readers', 'pages that read live values', () => feed.readers)
  return registry
}

export function metricsRoutes(registry: Registry): FastifyPluginAsync {
  return async (app) => {
    app.get(
      '/metrics',
      { config: { access: 'open-on-this-machine' }, schema: { hide: true } },
      async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
    )
  }
}

/** How long requests take, by route and outcome. */
export function requestTimer(registry: Registry): (route: string, status: number, ms: number) => void {
  const seconds = new Histogram({
    name: 'ganzhi_http_request_seconds',
    help: 'time to answer a request',
    labelNames: ['route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  })
  return (route, status, ms) => seconds.observe({ route, status }, ms / 1000)
}
