import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { chinaSurroundings } from '../rules/schedule/surroundings.ts'
import { type Followed, type NoticeTurnOptions, takeNoticeTurn } from './take-notice-turn.ts'

export interface NoticesOptions extends Omit<NoticeTurnOptions, 'surroundings'> {
  /** How often it is looked whether something has happened. */
  readonly everyMs: number
  readonly log: Logger
}

const KEPT_DAYS = 400
const HOUR_MS = 3_600_000

/** Says what people are told of alarms. Runs until it is disposed of; any number of processes may, one of them does it. */
export async function startNotices({ everyMs, log, ...given }: NoticesOptions): Promise<AsyncDisposable> {
  const options = { ...given, surroundings: await chinaSurroundings() }
  const { pool, leaseMs } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const holder = randomUUID()

  /** Whether a turn is to be taken; the lease is held by turns. */
  const isDue = async (known: Followed | undefined): Promise<boolean> => {
    const { rows } = await pool.query<{ due: boolean }>({
      name: 'notice-look',
      text: `SELECT held_until < clock_timestamp()
               OR (holder = $1 AND (held_until < clock_timestamp() + $2 * interval '1 ms'
                 OR extract(epoch FROM clock_timestamp()) * 1000 >= $3::float8
                 OR EXISTS (SELECT FROM notice_inbox))) AS due FROM notice_follower`,
      values: [holder, leaseMs / 2, known?.next ?? -Infinity],
    })
    return rows[0]?.due ?? false
  }

  const run = async (): Promise<void> => {
    let known: Followed | undefined
    let failed = false
    let clearedAt = -Infinity
    while (!signal.aborted) {
      try {
        if (await isDue(known)) known = await takeNoticeTurn(holder, known, options)
        if (known && performance.now() - clearedAt > HOUR_MS) {
          clearedAt = performance.now()
          await pool.query(`DELETE FROM notice WHERE at < now() - interval '${KEPT_DAYS} days'`)
        }
        failed = false
      } catch (error) {
        known = undefined
        if (!signal.aborted && !failed) log.warn({ err: error }, 'notices of alarms have to wait')
        failed = true
      }
      if (!known?.behind) await delay(everyMs, undefined, { signal }).catch(() => {})
    }
  }
  const running = run()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
      await pool
        .query(`UPDATE notice_follower SET held_until = '-infinity' WHERE holder = $1`, [holder])
        .catch((error: unknown) => log.info({ err: error }, 'notices are left to their time'))
    },
  }
}
