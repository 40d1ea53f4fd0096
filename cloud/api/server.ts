import type { AddressInfo } from 'node:net'
import cookie from '@fastify/cookie'
import type { NatsConnection } from '@nats-io/nats-core'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { guardAccess } from '../accounts/access.ts'
import { sessionRoutes } from '../accounts/session-routes.ts'
import { alarmRoutes } from '../alarms/alarm-routes.ts'
import { areaRoutes } from '../areas/area-routes.ts'
import { placementRoutes } from '../areas/placement-routes.ts'
import { commandRoutes } from '../commands/command-routes.ts'
import { startDelivery } from '../commands/delivery.ts'
import { incidentRoutes } from '../events/incident-routes.ts'
import { evidenceRoutes } from '../evidence-store/evidence-routes.ts'
import type { EvidenceStore } from '../evidence-store/evidence-store.ts'
import { indicatorRoutes } from '../indicators/indicator-routes.ts'
import { backtestRoutes } from '../rules/book/backtest-routes.ts'
import { noticeRoutes } from '../notices/notice-routes.ts'
import { silenceRoutes } from '../notices/silence-routes.ts'
import { ruleRoutes } from '../rules/book/rule-routes.ts'
import { ruleTextRoutes } from '../rules/book/rule-text-routes.ts'
import { loadRuleReader } from '../rules/reading/rule-reader.ts'
import type { SeriesStore } from '../series-store/series-store.ts'
import { completenessRoutes } from './completeness-routes.ts'
import { serveConsole } from './console-files.ts'
import { deviceRoutes } from './device-routes.ts'
import { gapRoutes } from './gap-routes.ts'
import { gatewayRoutes } from './gateway-routes.ts'
import { healthRoutes } from './health-routes.ts'
import { openLiveFeed } from './live-feed.ts'
import { liveRoutes } from './live-routes.ts'
import { metricsRoutes, openMetrics, requestTimer } from './metrics-routes.ts'
import { describeApi } from './openapi.ts'
import { notFound, reportProblems } from './problem.ts'
import { refusedRoutes } from './refused-routes.ts'
import { latestView } from './sample-view.ts'
import { seriesRoutes } from './series-routes.ts'
import { validateRequests } from './validation.ts'

export interface ApiConfig {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** Where the built console lies. */
  readonly consoleDir?: string
  /** The platform's time zone, whose midnight begins a day. */
  readonly zone: string
  /** Addresses of reverse proxies whose X-Forwarded-For is believed. */
  readonly trustProxy?: string | readonly string[]
  readonly liveEveryMs?: number
}

export interface ApiOptions {
  readonly pool: Pool
  readonly store: SeriesStore
  readonly evidence: Pick<EvidenceStore, 'get'>
  readonly nats?: NatsConnection
  readonly config: ApiConfig
  readonly log: Logger
  readonly signal?: AbortSignal
}

export interface Api extends AsyncDisposable {
  readonly url: string
}

export async function startApi(options: ApiOptions): Promise<Api> {
  const { config, signal } = options
  const app = await buildApi(options)
  await app.listen({ host: config.host, port: config.port, ...(signal && { signal }) })
  const { port } = app.server.address() as AddressInfo
  const host = config.host === '0.0.0.0' || config.host === '::' ? 'localhost' : config.host
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    async [Symbol.asyncDispose]() {
      await app.close()
    },
  }
}

export async function buildApi({
  pool,
  store,
  evidence,
  nats,
  config,
  log,
}: ApiOptions): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = log
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: typeof config.trustProxy === 'object' ? [...config.trustProxy] : (config.trustProxy ?? false),
    bodyLimit: 256 * 1024,
    // Streams to open pages have no end of their own.
    forceCloseConnections: true,
  })
  const feed = openLiveFeed({
    latest: async (seriesIds) => (await store.latest({ seriesIds })).map(latestView),
    everyMs: config.liveEveryMs ?? 1_000,
    maxReaders: 200,
    log,
  })
  app.addHook('onClose', () => feed[Symbol.dispose]())
  const delivery =
    nats && startDelivery({ pool, nats, now: Date.now, log: log.child({ component: 'commands' }) })
  app.addHook('onClose', () => delivery?.[Symbol.asyncDispose]())

  app.setValidatorCompiler(validateRequests)
  reportProblems(app)
  app.setNotFoundHandler((request) => {
    throw notFound(request.url)
  })
  await app.register(cookie)
  guardAccess(app, pool)

  const registry = openMetrics({ pool, store, feed, now: Date.now })
  const timed = requestTimer(registry)
  app.addHook('onResponse', async (request, reply) => {
    timed(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime)
  })

  await describeApi(app)
  const reader = await loadRuleReader()
  const routes = [
    sessionRoutes(pool),
    gatewayRoutes(pool),
    deviceRoutes(pool, store),
    seriesRoutes(store),
    gapRoutes(pool),
    completenessRoutes(pool, config.zone),
    refusedRoutes(pool, store),
    healthRoutes({ pool, store, nats, now: Date.now, log }),
    liveRoutes(pool, feed),
    incidentRoutes(pool),
    alarmRoutes(pool, reader),
    noticeRoutes(pool),
    silenceRoutes(pool),
    ruleRoutes(pool, reader),
    ruleTextRoutes(pool, reader),
    backtestRoutes(pool, reader),
    evidenceRoutes(pool, evidence),
    areaRoutes(pool),
    placementRoutes(pool),
    indicatorRoutes(pool, config.zone),
    commandRoutes({ pool, now: Date.now, wake: () => delivery?.wake() }),
  ]
  for (const route of routes) await app.register(route, { prefix: '/api/v1' })
  await app.register(metricsRoutes(registry))
  await serveConsole(app, config.consoleDir)
  return app
}
