import { setTimeout as delay } from 'node:timers/promises'
import type { Rule } from '@ganzhi/contracts/rule'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { SeriesStore } from '../../series-store/series-store.ts'
import { askedLimits } from './asked-limits.ts'
import { hourOf } from './history-number.ts'
import { COUNTS_AFTER_MS, FIRST_DEVICE, type LimitOfDevices, writeLimits } from './write-limits.ts'

export interface KeepOptions {
  readonly pool: Pool
  readonly store: SeriesStore
  readonly log: Logger
  readonly signal: AbortSignal
}

/** So often it is looked for rules that ask for limits, and for the next hour. */
const EVERY_MS = 10_000

/** Writes the limits from history of all rules at each full hour, and of one that is new at once, until `signal` aborts. */
export async function keepLimits(options: KeepOptions): Promise<void> {
  const { log, signal } = options
  // What was written, and of which hour. Lost with the process: it finds then that all have theirs.
  const written = new Map<string, number>()
  while (!signal.aborted) {
    await writeDue(written, options).catch((error: unknown) => {
      if (!signal.aborted) log.warn({ err: error }, 'limits from history have to wait')
    })
    await delay(EVERY_MS, undefined, { signal }).catch(() => {})
  }
}

async function writeDue(written: Map<string, number>, { pool, store, signal }: KeepOptions): Promise<void> {
  const hour = hourOf((await databaseNow(pool)) + COUNTS_AFTER_MS)
  const asked = new Map(
    (await rulesThatAsk(pool)).flatMap(limitsOf).map((each) => [JSON.stringify(each), each]),
  )
  for (const key of written.keys()) if (!asked.has(key)) written.delete(key)
  for (const [key, each] of asked) {
    if (written.get(key) === hour) continue
    let after = FIRST_DEVICE
    for (let more = true; more && !signal.aborted;) {
      const began = performance.now()
      const last = await writeLimits(each, after, { pool, store, now: await databaseNow(pool) })
      more = last !== undefined
      after = last ?? after
      // Others have as much time as this takes.
      await delay(performance.now() - began, undefined, { signal }).catch(() => {})
    }
    if (!signal.aborted) written.set(key, hour)
  }
}

function limitsOf(rule: Rule): LimitOfDevices[] {
  return askedLimits(rule).map((limit) => ({ limit, scope: { ...rule.for, property: limit.of } }))
}

/** Those that count, and those that have left alarms open. */
async function rulesThatAsk(pool: Pool): Promise<Rule[]> {
  const { rows } = await pool.query<{ document: Rule }>(
    `SELECT document FROM rule_version WHERE document::text LIKE '%"percentile"%' AND (rule, version) IN (
       SELECT id, version FROM rule WHERE enabled UNION SELECT rule, version FROM alarm WHERE closed_at IS NULL)`,
  )
  return rows.map(({ document }) => document)
}

async function databaseNow(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ now: number }>(
    'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now',
  )
  return rows[0]?.now ?? Number.NaN
}
