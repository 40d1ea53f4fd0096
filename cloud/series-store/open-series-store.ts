import { GanzhiError } from '@ganzhi/contracts/error'
import { type Pool, type PoolClient, escapeLiteral } from 'pg'
import type { Logger } from 'pino'
import { inTransaction } from '../database/pool.ts'
import { offeredTimescale } from '../database/timescale-version.ts'
import { readAggregates } from './aggregate-query.ts'
import type { Backend } from './backend.ts'
import { exportSamples, exportUntrusted } from './csv-export.ts'
import { readLatest } from './latest-query.ts'
import { postgresBackend } from './postgres-backend.ts'
import { readRange } from './range-query.ts'
import { DEFAULT_RETENTION, type Retention, checkedRetention } from './retention.ts'
import { readBacklog, refreshRollups } from './rollup-refresh.ts'
import { readSamples } from './samples-query.ts'
import type { SeriesStore } from './series-store.ts'
import { timescaleBackend } from './timescale-backend.ts'
import { readUntrusted } from './untrusted-query.ts'
import { writeBatches } from './write-batches.ts'

export interface SeriesStoreOptions {
  readonly pool: Pool
  readonly log: Logger
  /** `auto`: what the database already holds, else TimescaleDB where it is offered. */
  readonly backend?: 'auto' | Backend['kind']
  /** Whose midnight starts a day: an IANA name. */
  readonly timeZone?: string
  /** Days that are kept; a coarser roll-up longer than a finer one. */
  readonly retentionDays?: Retention
}

const BACKENDS = { postgres: postgresBackend, timescale: timescaleBackend } as const
const LOCK = 0x67_7a_00_05

/** After `migrate`. Creates what is missing for the backend; several processes may do so at once. */
export async function openSeriesStore(options: SeriesStoreOptions): Promise<SeriesStore> {
  const { pool, log, backend: wanted = 'auto', timeZone = 'Asia/Shanghai' } = options
  const retention = checkedRetention(options.retentionDays ?? DEFAULT_RETENTION)
  const zone = escapeLiteral(checkedZone(timeZone))
  const offered = wanted === 'postgres' ? undefined : await offeredTimescale(pool)

  const backend = await inTransaction(pool, async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
    const made = await madeAs(tx)
    const kind = made?.backend ?? (wanted === 'auto' ? (offered ? 'timescale' : 'postgres') : wanted)
    if (wanted !== 'auto' && wanted !== kind) throw otherStore('backend', kind, wanted)
    if (made && made.time_zone !== timeZone) throw otherStore('timeZone', made.time_zone, timeZone)
    if (kind === 'timescale' && !offered) throw noTimescale()
    const backend = BACKENDS[kind]({ pool, retention, zone })
    if (!made) {
      await backend.create(tx)
      await tx.query('INSERT INTO series_store (backend, time_zone) VALUES ($1, $2)', [kind, timeZone])
    }
    return backend
  })
  log.info({ backend: backend.kind, timescale: offered?.version, timeZone }, 'the series store is open')

  return {
    backend: backend.kind,
    write: (tx, batches, tick) => writeBatches(tx, backend, retention.raw, batches, tick),
    refreshRollups: (tick) => refreshRollups(pool, backend, tick),
    backlog: (abortable) => readBacklog(pool, abortable),
    maintain: (tick) => backend.maintain(tick),
    latest: (of, abortable) => readLatest(pool, of, abortable),
    range: (query, abortable) => readRange(pool, query, abortable),
    aggregate: (query, abortable) => readAggregates(pool, query, abortable),
    untrusted: (query, abortable) => readUntrusted(pool, query, abortable),
    samples: (query, abortable) => readSamples(pool, query, abortable),
    exportCsv: (query, abortable) => exportSamples(pool, query, abortable),
    exportUntrustedCsv: (arrived, abortable) => exportUntrusted(pool, arrived, abortable),
  }
}

async function madeAs(tx: PoolClient): Promise<{ backend: Backend['kind']; time_zone: string } | undefined> {
  const { rows } = await tx.query<{ backend: Backend['kind']; time_zone: string }>(
    'SELECT backend, time_zone FROM series_store',
  )
  return rows[0]
}

function checkedZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone && timeZone
  } catch (cause) {
    throw new GanzhiError(`"${timeZone}" is no time zone`, {
      code: 'bad-time-zone',
      blame: 'caller',
      field: 'timeZone',
      remedy: 'Give an IANA name such as Asia/Shanghai.',
      cause,
    })
  }
}

function otherStore(field: string, made: string, wanted: string): GanzhiError {
  return new GanzhiError(`the series store was made with ${field} ${made}, not ${wanted}`, {
    code: 'other-series-store',
    blame: 'caller',
    field,
    remedy: `Set ${field} to ${made}, or start on an empty database.`,
  })
}

function noTimescale(): GanzhiError {
  return new GanzhiError(
    'the series store needs TimescaleDB 2.20 or later, which this database does not offer',
    {
      code: 'no-timescale',
      blame: 'caller',
      field: 'backend',
      remedy: 'Install it under its community licence and add timescaledb to shared_preload_libraries.',
    },
  )
}
