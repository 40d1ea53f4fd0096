import type { Pool, PoolClient } from 'pg'
import { inTransaction } from '../database/pool.ts'
import type { FailPoint } from '../ingest/fail-point.ts'
import type { Surroundings } from '../rules/engine/compile-rule.ts'
import type { Episode } from './episode.ts'
import { inputsOf, takeInbox } from './inbox.ts'
import type { NewNotice } from './new-notice.ts'
import { readSettings } from './notice-settings.ts'
import { episodeFrom, episodeText, gatheringFrom, gatheringText } from './state-text.ts'
import { type NoticeSettings, type NoticeState, step } from './step.ts'

export interface NoticeTurnOptions {
  readonly pool: Pool
  /** A process that is silent for so long is taken over from. */
  readonly leaseMs: number
  readonly surroundings: Surroundings
  readonly failPoint: FailPoint
}

/** What is held in memory between two turns; the database has it as well. */
export interface Followed {
  readonly step: string
  readonly state: NoticeState
  readonly settings: NoticeSettings
  /** When something is due by itself, by the database's clock. */
  readonly next: number
  readonly behind: boolean
}

/**
 * One transaction: what has happened is taken, and what people are told of it is written, or nothing. Undefined where
 * another process sees to it. After an error `known` is void.
 */
export async function takeNoticeTurn(
  holder: string,
  known: Followed | undefined,
  { pool, leaseMs, surroundings, failPoint }: NoticeTurnOptions,
): Promise<Followed | undefined> {
  const turn = async (tx: PoolClient): Promise<Followed | undefined> => {
    // A process that freezes must not keep the row from others.
    await tx.query(`SET LOCAL idle_in_transaction_session_timeout = ${leaseMs}`)
    const begun = await beginTurn(tx, holder, leaseMs)
    if (!begun) return undefined
    const isOurs = known?.step === begun.stepBefore
    const before = isOurs ? known.state : await readState(tx)
    const inbox = await takeInbox(tx)
    failPoint('notices-taken')
    const settings = isOurs && !inbox.settings ? known.settings : await readSettings(tx, surroundings)
    const inputs = await inputsOf(tx, inbox, settings.policy.groupBy)
    const now = Math.max(before.clock, begun.now)
    const isNew = settings !== known?.settings
    const all = isNew ? [...inputs, { kind: 'settings' } as const] : inputs
    const { state, notices, next } = step(before, all, now, settings)
    for (const notice of notices) await tell(tx, notice)
    failPoint('notices-told')
    await saveEpisodes(tx, before.episodes, state.episodes)
    await tx.query({
      name: 'notice-turn-end',
      text: `UPDATE notice_follower SET clock = to_timestamp($1::float8 / 1000), gathering = $2`,
      values: [state.clock, gatheringText(state)],
    })
    return { step: begun.step, state, settings, next, behind: inbox.behind }
  }
  // One snapshot: what is in the inbox leads to what is open.
  const followed = await inTransaction(pool, turn, { isolation: 'repeatable read' })
  if (followed) failPoint('notices-committed')
  return followed
}

interface Turn {
  readonly stepBefore: string
  readonly step: string
  readonly now: number
}

/** Keeps others out until the transaction ends, and for as long as the lease lasts. */
async function beginTurn(tx: PoolClient, holder: string, leaseMs: number): Promise<Turn | undefined> {
  const { rows } = await tx.query<Turn>({
    name: 'notice-turn',
    text: `UPDATE notice_follower SET step = step + 1, holder = $1,
             held_until = clock_timestamp() + $2 * interval '1 ms'
           WHERE holder = $1 OR held_until < clock_timestamp()
           RETURNING (step - 1)::text AS "stepBefore", step::text AS step,
             floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`,
    values: [holder, leaseMs],
  })
  return rows[0]
}

async function readState(tx: PoolClient): Promise<NoticeState> {
  const follower = await tx.query<{ clock: Date; gathering: string }>(
    'SELECT clock, gathering FROM notice_follower',
  )
  const [{ clock, gathering }] = follower.rows as [{ clock: Date; gathering: string }]
  const { rows } = await tx.query<{ key: string; episode: string }>(
    'SELECT key, episode FROM notice_episode ORDER BY alarm_id',
  )
  const episodes = new Map(rows.map(({ key, episode }) => [key, episodeFrom(episode)]))
  return { clock: clock.getTime(), episodes, ...gatheringFrom(gathering) }
}

async function tell(tx: PoolClient, { notice, ids }: NewNotice): Promise<void> {
  const { at, kind, severity, rule, gateway, withheldBy } = notice
  await tx.query({
    name: 'notice',
    text: `WITH told AS (
             INSERT INTO notice (at, kind, severity, rule, gateway, withheld, document)
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id
           ) INSERT INTO notice_alarm (notice_id, alarm_id) SELECT told.id, a FROM told, unnest($8::int8[]) a
           ON CONFLICT DO NOTHING`,
    values: [at, kind, severity, rule?.id ?? null, gateway, withheldBy !== null, JSON.stringify(notice), ids],
  })
}

async function saveEpisodes(
  tx: PoolClient,
  before: ReadonlyMap<string, Episode>,
  after: ReadonlyMap<string, Episode>,
): Promise<void> {
  const over = [...before.keys()].filter((key) => !after.has(key))
  const other = [...after.values()].flatMap((episode) => {
    const old = before.get(episode.subject.key)
    if (old === episode) return []
    const text = episodeText(episode)
    return old && episodeText(old) === text ? [] : [{ ...episode, text }]
  })
  if (over.length > 0) await tx.query('DELETE FROM notice_episode WHERE key = ANY ($1::text[])', [over])
  if (other.length === 0) return
  await tx.query({
    name: 'notice-episodes',
    text: `INSERT INTO notice_episode (key, alarm_id, silence_id, episode)
           SELECT * FROM unnest($1::text[], $2::int8[], $3::int8[], $4::text[])
           ON CONFLICT (key) DO UPDATE SET (alarm_id, silence_id, episode) =
             (excluded.alarm_id, excluded.silence_id, excluded.episode)`,
    values: [
      other.map(({ subject }) => subject.key),
      other.map(({ alarm }) => alarm.id),
      other.map(({ withheldBy }) => (withheldBy && 'silence' in withheldBy ? withheldBy.silence : null)),
      other.map(({ text }) => text),
    ],
  })
}
