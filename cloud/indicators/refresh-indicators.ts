import { setTimeout as delay } from 'node:timers/promises'
import { PERIODS } from '@ganzhi/contracts/indicator'
import { escapeLiteral, type Pool, type PoolClient } from 'pg'
import { transactionOn, withClient } from '../database/pool.ts'
import { computePeriod } from './compute-period.ts'
import { type Due, duePeriod, type KeptIndicator } from './due-period.ts'
import { KEPT_DAYS } from './kept.ts'

const LEASE = 0x67_7a_00_06
/** Rest for one part of work: samples can't wait, figures of what is over can. */
const REST = 3

export interface RefreshOptions {
  readonly pool: Pool
  /** Whose midnight starts a day. */
  readonly zone: string
  readonly now: () => number
  readonly signal?: AbortSignal
}

/**
 * Computes what is over and what has changed, until nothing is due; false where another process is at it. The lease is of
 * the session that does the work: should it be lost, so is the work.
 */
export async function refreshIndicators({ pool, zone, now, signal }: RefreshOptions): Promise<boolean> {
  return withClient(
    pool,
    async (client) => {
      const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1) AS held', [
        LEASE,
      ])
      if (rows[0]?.held !== true) return false
      try {
        for (;;) {
          signal?.throwIfAborted()
          const begun = performance.now()
          if (!(await computeNext(client, { zone: escapeLiteral(zone), now: now() }, signal))) return true
          await delay(REST * (performance.now() - begun), undefined, signal ? { signal } : {})
        }
      } finally {
        await client.query('SELECT pg_advisory_unlock($1)', [LEASE]).catch(() => undefined)
      }
    },
    signal,
  )
}

async function computeNext(
  client: PoolClient,
  at: { readonly zone: string; readonly now: number },
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { rows } = await client.query<KeptIndicator>(
    'SELECT number, document, computed_from AS "from", computed_until AS until FROM indicator',
  )
  const due = await duePeriod(client, rows, at)
  if (!due) return false
  const { period, from, to, indicators, settles } = due
  // Taken before the roll-ups are looked at: of what is marked meanwhile nobody knows whether it was seen.
  const marks = settles ? await marksOf(client, due) : []
  const known = new Map<string, KeptIndicator>(rows.map((row) => [row.document.id, row]))
  await computePeriod(client, due, indicators, known, signal)
  await transactionOn(client, async () => {
    await client.query(PROGRESS, [indicators.map(({ number }) => number), from, to])
    await client.query('DELETE FROM period_mark WHERE period = $1 AND at = $2 AND id = ANY ($3)', [
      period,
      from,
      marks,
    ])
  })
  return true
}

/** What lies apart from all that is computed is no progress; unless it was left behind for longer than values are kept. */
const PROGRESS = `
  UPDATE indicator
     SET computed_from = CASE WHEN $2 <= computed_until THEN least(computed_from, $2) ELSE $2 END,
         computed_until = greatest(computed_until, $3)
   WHERE number = ANY ($1) AND (computed_until IS NULL OR $3 >= computed_from)`

async function marksOf(client: PoolClient, { period, from }: Due): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    'SELECT id FROM period_mark WHERE period = $1 AND at = $2',
    [period, from],
  )
  return rows.map(({ id }) => id)
}

/** Values past their time, and of indicators that are gone; marks of what is not computed. */
export async function clearIndicators({ pool, now }: Pick<RefreshOptions, 'pool' | 'now'>): Promise<void> {
  for (const period of PERIODS) {
    const oldest = new Date(now() - (KEPT_DAYS[period] + 31) * 86_400_000)
    await pool.query(
      `DELETE FROM indicator_value AS v USING indicator AS i
        WHERE v.indicator = i.number AND i.period = $1 AND v.at < $2`,
      [period, oldest],
    )
    await pool.query(
      `DELETE FROM period_mark
        WHERE period = $1 AND (at < $2 OR NOT EXISTS (SELECT FROM indicator WHERE indicator.period = $1))`,
      [period, oldest],
    )
  }
  await pool.query(
    `DELETE FROM indicator_value WHERE indicator IN (
       SELECT gone FROM generate_series(1, (SELECT max(indicator) FROM indicator_value)) AS gone
        WHERE NOT EXISTS (SELECT FROM indicator WHERE number = gone))`,
  )
}
