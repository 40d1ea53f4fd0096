import { GanzhiError } from '@ganzhi/contracts/error'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { openFirstLogin } from './accounts/first-login.ts'
import { type DeviceModel, readAnomalyFile } from './anomaly/config.ts'
import { startAnomaly } from './anomaly/start-anomaly.ts'
import { type ApiConfig, startApi } from './api/server.ts'
import { connectBroker } from './broker/connection.ts'
import type { CloudEnvironment } from './config.ts'
import { refuseUnsafeSettings } from './database/durability.ts'
import { migrate } from './database/migrate.ts'
import { type PoolOptions, openPool } from './database/pool.ts'
import { openEvidenceStore } from './evidence-store/open-evidence-store.ts'
import type { FaultLab } from './ingest/fail-point.ts'
import { type IngestOptions, startIngest } from './ingest/start-ingest.ts'
import { startMaintenance } from './ingest/maintenance.ts'
import { startNotices } from './notices/start-notices.ts'
import { startRules } from './rules/live/start-rules.ts'
import { DEFAULT_RETENTION, type Retention } from './series-store/retention.ts'
import { openSeriesStore } from './series-store/open-series-store.ts'

export const ROLES = ['api', 'ingest', 'rules', 'anomaly'] as const
export type Role = (typeof ROLES)[number]

export function rolesFrom(list: string | undefined): readonly Role[] {
  if (list === undefined) return ROLES
  return list.split(',').map((name) => {
    const role = ROLES.find((known) => known === name)
    if (role) return role
    throw new GanzhiError(`there is no role "${name}"`, {
      code: 'bad-role',
      blame: 'caller',
      field: '--roles',
      remedy: `Choose from ${ROLES.join(', ')}.`,
    })
  })
}

export interface CloudOptions {
  readonly roles: readonly Role[]
  readonly config: CloudEnvironment
  readonly lab: FaultLab
  readonly log: Logger
  /** Ends a start that is under way. */
  readonly signal: AbortSignal
}

export interface Cloud extends AsyncDisposable {
  /** For whoever started it: where it serves, and at the very first start how to get in. */
  readonly facts: {
    readonly url?: string
    readonly login?: { readonly name: string; readonly password: string }
  }
}

/** Longer than any statement of ingest and of a page may take. */
const SILENCE_MS = 40_000

export async function startCloud({ roles, config, lab, log, signal }: CloudOptions): Promise<Cloud> {
  await using starting = new AsyncDisposableStack()
  const models = await modelsFor(roles, config)
  const connection = await connectBroker({ url: config.NATS_URL, name: `ganzhi ${roles.join(' ')}`, log })
  starting.defer(() => connection.close())
  const open = (role: string, more: Partial<PoolOptions> = {}): Pool => {
    const maxConnections = config.GANZHI_DATABASE_CONNECTIONS
    const pool = openPool({ url: config.DATABASE_URL, role, maxConnections, log, ...more })
    starting.defer(() => pool.end())
    return pool
  }
  const pool = open('main')
  await refuseUnsafeSettings(pool)
  await migrate(pool, { log, signal })
  const store = await openSeriesStore({
    pool,
    log,
    backend: config.GANZHI_SERIES_BACKEND,
    timeZone: config.GANZHI_TIMEZONE,
    retentionDays: retentionOf(config),
  })
  const evidence = await openEvidenceStore(config.GANZHI_EVIDENCE)
  if (roles.includes('ingest')) {
    const ingestPool = open('ingest', { silenceMs: SILENCE_MS })
    const clock = { now: Date.now }
    starting.use(startMaintenance({ pool, store, zone: config.GANZHI_TIMEZONE, log, ...clock }))
    starting.use(
      await startIngest({
        ...ingestSettings(config),
        pool: ingestPool,
        connection,
        store,
        evidence,
        lab,
        log,
        ...clock,
      }),
    )
  }
  if (roles.includes('rules')) {
    starting.use(
      await startRules({
        // As ingest it holds locks that others wait for, and is ended by them when it is frozen.
        pool: open('ingest', { silenceMs: SILENCE_MS }),
        connection,
        store,
        timing: {
          leaseMs: config.GANZHI_RULES_LEASE_MS,
          everyMs: config.GANZHI_RULES_EVERY_MS,
          lookEveryMs: config.GANZHI_RULES_LOOK_MS,
        },
        retentionDays: retentionOf(config).raw,
        failPoint: lab.failPoint,
        log: log.child({ role: 'rules' }),
      }),
    )
    starting.use(
      await startNotices({
        pool: open('notices', { maxConnections: 2, silenceMs: SILENCE_MS }),
        leaseMs: config.GANZHI_RULES_LEASE_MS,
        everyMs: config.GANZHI_RULES_EVERY_MS,
        failPoint: lab.failPoint,
        log: log.child({ role: 'rules', component: 'notices' }),
      }),
    )
  }
  if (models.length > 0) {
    // As ingest it holds locks of gateways, and is ended by it when it is frozen.
    const anomalyPool = open('ingest', { silenceMs: SILENCE_MS })
    const { failPoint } = lab
    starting.use(startAnomaly({ models, pool: anomalyPool, store, failPoint, now: Date.now, log }))
  }
  const facts = roles.includes('api') ? await serve() : {}
  const stack = starting.move()
  return { facts, [Symbol.asyncDispose]: () => stack.disposeAsync() }

  async function serve(): Promise<Cloud['facts']> {
    const login = await openFirstLogin(pool)
    const api = await startApi({
      // Nobody waits longer for a page; exports fetch in pieces.
      pool: open('api', { statementTimeoutMs: 30_000, silenceMs: SILENCE_MS }),
      store,
      evidence,
      nats: connection,
      config: httpSettings(config),
      log: log.child({ role: 'api' }),
      signal,
    })
    starting.use(api)
    return { url: api.url, ...(login && { login }) }
  }
}

async function modelsFor(roles: readonly Role[], config: CloudEnvironment): Promise<readonly DeviceModel[]> {
  if (!roles.includes('anomaly')) return []
  if (config.GANZHI_ANOMALY !== undefined) return readAnomalyFile(config.GANZHI_ANOMALY)
  // As one of all it may have nothing to do.
  if (roles === ROLES) return []
  throw new GanzhiError('the role anomaly has no models: GANZHI_ANOMALY is not set', {
    code: 'bad-environment',
    blame: 'caller',
    field: 'GANZHI_ANOMALY',
    remedy: 'Name the file as docs/models.md says, or leave the role out.',
  })
}

function retentionOf(config: CloudEnvironment): Retention {
  return {
    raw: config.GANZHI_RETENTION_RAW_DAYS ?? DEFAULT_RETENTION.raw,
    '1m': config.GANZHI_RETENTION_1M_DAYS ?? DEFAULT_RETENTION['1m'],
    '15m': config.GANZHI_RETENTION_15M_DAYS ?? DEFAULT_RETENTION['15m'],
    '1h': config.GANZHI_RETENTION_1H_DAYS ?? DEFAULT_RETENTION['1h'],
    '1d': config.GANZHI_RETENTION_1D_DAYS ?? DEFAULT_RETENTION['1d'],
  }
}

function ingestSettings(config: CloudEnvironment): Pick<IngestOptions, 'streams' | 'timing'> {
  const shared = {
    maxAckPending: config.GANZHI_ACK_PENDING,
    ackWaitMs: config.GANZHI_ACK_WAIT_MS,
    checkEveryMs: config.GANZHI_STREAM_CHECK_MS,
  }
  return {
    streams: {
      telemetry: { ...shared, maxBytes: config.GANZHI_STREAM_TELEMETRY_BYTES },
      events: { ...shared, maxBytes: config.GANZHI_STREAM_EVENTS_BYTES },
      evidence: { ...shared, maxBytes: config.GANZHI_STREAM_EVIDENCE_BYTES },
    },
    timing: {
      receiptEveryMs: config.GANZHI_RECEIPT_EVERY_MS,
      tailLostAfterMs: config.GANZHI_TAIL_LOST_AFTER_MS,
      lockTimeoutMs: config.GANZHI_LOCK_TIMEOUT_MS,
      frozenAfterMs: config.GANZHI_FROZEN_AFTER_MS,
    },
  }
}

function httpSettings(config: CloudEnvironment): ApiConfig {
  const at = config.GANZHI_HTTP.lastIndexOf(':')
  return {
    host: config.GANZHI_HTTP.slice(0, at).replace(/^\[|\]$/g, ''),
    port: Number(config.GANZHI_HTTP.slice(at + 1)),
    zone: config.GANZHI_TIMEZONE,
    ...(config.GANZHI_CONSOLE !== undefined && { consoleDir: config.GANZHI_CONSOLE }),
  }
}
