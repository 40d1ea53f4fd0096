import { setTimeout as delay } from 'node:timers/promises'
import type { HealthPart, HealthView } from '@ganzhi/contracts/api-views'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { SeriesStore } from '../series-store/series-store.ts'
import { SILENT_AFTER_MS } from '../topology/reach.ts'
import { isProductionServer } from './nats-version.ts'

const ROLLUPS_BEHIND_MS = 5 * 60_000
const DAY_MS = 86_400_000
const ANSWER_MS = 5_000
const UNSTORED_MANY = 10_000

type Finding = HealthPart['findings'][number]
type Check = () => Promise<Finding[]>

export interface HealthSources {
  readonly pool: Pool
  readonly store: Pick<SeriesStore, 'backlog' | 'untrusted'>
  readonly nats: NatsConnection | undefined
  readonly now: () => number
  readonly log: Logger
}

/** Every part on its own: one that does not answer is a finding, not a failure of the others. */
export function healthOf(sources: HealthSources): () => Promise<HealthView> {
  const checks = Object.entries(checksOf(sources)) as [HealthPart['part'], Check][]
  const failing = new Set<HealthPart['part']>()

  async function findingsOf(part: HealthPart['part'], check: Check): Promise<Finding[]> {
    try {
      const findings = await within(check(), ANSWER_MS)
      failing.delete(part)
      return findings
    } catch (error) {
      if (!failing.has(part)) sources.log.warn({ err: error, part }, 'health can not be told')
      failing.add(part)
      return [part === 'database' ? databaseAway : notKnown]
    }
  }

  return async () => {
    const parts = await Promise.all(
      checks.map(async ([part, check]) => {
        const findings = await findingsOf(part, check)
        return { part, state: worst(findings), findings }
      }),
    )
    return { state: worst(parts), parts }
  }
}

async function within<T>(answer: Promise<T>, ms: number): Promise<T> {
  const late = new AbortController()
  const tooLate = delay(ms, undefined, { signal: late.signal }).then(() => {
    throw new Error(`no answer within ${ms} ms`)
  })
  try {
    return await Promise.race([answer, tooLate])
  } finally {
    late.abort()
    tooLate.catch(() => undefined)
  }
}

function worst(found: readonly { state: HealthPart['state'] }[]): HealthPart['state'] {
  if (found.some(({ state }) => state === 'red')) return 'red'
  return found.some(({ state }) => state === 'amber') ? 'amber' : 'green'
}

const notKnown: Finding = {
  code: 'not-known',
  state: 'amber',
  says: 'This can only be told once the database answers.',
  remedy: 'Look at the database server first.',
  facts: {},
}

const databaseAway: Finding = {
  code: 'database-unreachable',
  state: 'red',
  says: 'The database does not answer.',
  remedy: 'Look at the database server; gateways keep what they have until it is back.',
  facts: {},
}

function checksOf({ pool, store, nats, now }: HealthSources): Record<HealthPart['part'], Check> {
  const count = async (sql: string, values: unknown[] = []) =>
    Number((await pool.query<{ n: string }>(sql, values)).rows[0]?.n ?? 0)

  return {
    async database() {
      const { rows } = await pool.query<{ setting: string; value: string }>(
        `SELECT name AS setting, setting AS value FROM pg_settings
         WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off'`,
      )
      return rows.map(unsafeSetting)
    },

    async broker() {
      if (!nats || nats.isClosed()) return [brokerAway]
      const { version } = nats.info ?? { version: '' }
      return isProductionServer(version) ? [] : [oldBroker(version)]
    },

    async ingest() {
      const n = await count('SELECT coalesce(sum(greatest(0, head - contiguous)), 0) AS n FROM lane_progress')
      return n > UNSTORED_MANY ? [ingestBehind(n)] : []
    },

    async rollups() {
      const { oldest } = await store.backlog()
      const behindMs = oldest === null ? 0 : now() - oldest
      return behindMs > ROLLUPS_BEHIND_MS ? [rollupsBehind(Math.round(behindMs / 60_000))] : []
    },

    async gateways() {
      const { rows } = await pool.query<{ silent: number; full: number }>(GATEWAYS, [SILENT_AFTER_MS])
      const { silent = 0, full = 0 } = rows[0] ?? {}
      return [...(silent > 0 ? [gatewaysSilent(silent)] : []), ...(full > 0 ? [outboxesStopped(full)] : [])]
    },

    async quarantine() {
      const n = await count(`SELECT count(*) AS n FROM quarantine WHERE at > now() - interval '24 hours'`)
      const conflicts = await count('SELECT count(*) AS n FROM identity_conflict WHERE resolved_at IS NULL')
      const arrived = { from: now() - DAY_MS, to: now() + DAY_MS }
      const [untrusted] = await store.untrusted({ arrived, limit: 2 })
      return [
        ...(n > 0 ? [quarantined(n)] : []),
        ...(conflicts > 0 ? [identityConflicts(conflicts)] : []),
        ...(untrusted ? [untrustedTimes] : []),
      ]
    },
  }
}

/** PostgreSQL can take nothing out of a document that holds \u0000, and a gateway may say what it likes. */
const GATEWAYS = `
  SELECT count(*) FILTER (WHERE last_status_at < now() - $1 * interval '1 ms'
                            AND status->>'phase' IS DISTINCT FROM 'death')::int AS silent,
         count(*) FILTER (WHERE status->'outbox'->>'writable' = 'false')::int AS full
  FROM gateway,
       LATERAL (SELECT CASE WHEN strpos(last_status::text, '\\u0000') = 0 THEN last_status END AS status) readable
  WHERE last_status_at IS NOT NULL`

function unsafeSetting(facts: { setting: string; value: string }): Finding {
  return {
    code: 'database-unsafe',
    state: 'red',
    says: `PostgreSQL runs with ${facts.setting} = ${facts.value}: a power cut loses data.`,
    remedy: `Set ${facts.setting} = on and reload the server.`,
    facts,
  }
}

const brokerAway: Finding = {
  code: 'broker-unreachable',
  state: 'red',
  says: 'There is no connection to nats-server.',
  remedy: 'Look at nats-server; gateways keep what they have until it is back.',
  facts: {},
}

function oldBroker(version: string): Finding {
  return {
    code: 'broker-old',
    state: 'amber',
    says: `nats-server ${version} is too old for production.`,
    remedy: 'Install 2.12.15, 2.14.5 or later.',
    facts: { version },
  }
}

function ingestBehind(n: number): Finding {
  return {
    code: 'ingest-behind',
    state: 'amber',
    says: `Accepted records that are not stored yet: ${n}.`,
    remedy: 'See that the ingest role runs and that the gateways reach the broker.',
    facts: { n },
  }
}

function rollupsBehind(minutes: number): Finding {
  return {
    code: 'rollups-behind',
    state: 'amber',
    says: `Roll-ups are ${minutes} min behind.`,
    remedy: 'See that the ingest role runs, and how busy the database is.',
    facts: { minutes },
  }
}

function gatewaysSilent(n: number): Finding {
  return {
    code: 'gateways-silent',
    state: 'amber',
    says: `Gateways that have said nothing for 30 s: ${n}.`,
    remedy: 'Look at their power and their network.',
    facts: { n },
  }
}

function outboxesStopped(n: number): Finding {
  return {
    code: 'gateways-outbox',
    state: 'red',
    says: `Gateways that can't write to their disk and take nothing in: ${n}.`,
    remedy: 'Look at their disks.',
    facts: { n },
  }
}

function quarantined(n: number): Finding {
  return {
    code: 'quarantined',
    state: 'amber',
    says: `Messages of the last 24 h that could not be read: ${n}.`,
    remedy: 'See /api/v1/quarantine for each one and its reason.',
    facts: { n },
  }
}

const untrustedTimes: Finding = {
  code: 'untrusted-times',
  state: 'amber',
  says: 'In the last 24 h samples came whose time can not be true; they are kept apart.',
  remedy: 'Set the clocks of the devices that /api/v1/untrusted names.',
  facts: {},
}

function identityConflicts(n: number): Finding {
  return {
    code: 'identity-conflict',
    state: 'red',
    says: `Records that came with two contents, or from two disks that claim to be one: ${n}.`,
    remedy: 'See /api/v1/identity-conflicts; set up the cloned gateway anew.',
    facts: { n },
  }
}
