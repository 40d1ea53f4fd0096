import type { AlarmTold, Acknowledgement } from '@ganzhi/contracts/notice'
import { type Severity } from '@ganzhi/contracts/severity'
import type { Pool } from 'pg'
import { notFound } from '../api/problem.ts'
import { timeView } from '../api/sample-view.ts'
import { inTransaction } from '../database/pool.ts'
import { isGraver } from './episode.ts'
import { episodeFrom } from './state-text.ts'

/** Whoever takes care of an alarm; of nothing graver than it is now. */
export async function acknowledge(
  pool: Pool,
  alarm: string,
  author: string,
  note: string | null,
): Promise<void> {
  await inTransaction(pool, async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      `INSERT INTO alarm_acknowledgement (alarm_id, severity, author, note)
       SELECT id, severity, $2, $3 FROM alarm WHERE id = $1 RETURNING id`,
      [alarm, author, note],
    )
    const [row] = rows
    if (!row) throw notFound(`alarm ${alarm}`)
    await tx.query('INSERT INTO notice_inbox (acknowledgement) VALUES ($1)', [row.id])
  })
}

/** What people know of an alarm; of one that is over, who took care of it. */
export async function toldOf(pool: Pool, alarm: string): Promise<AlarmTold> {
  const { rows } = await pool.query<ToldRow>(TOLD, [alarm])
  const [row] = rows
  if (!row) throw notFound(`alarm ${alarm}`)
  const episode = row.episode === null ? undefined : episodeFrom(row.episode)
  const own = row.author !== null && !isGraver(row.severity, row.acknowledged) ? acknowledgementOf(row) : null
  return {
    changes: episode?.changes ?? 0,
    flapping: episode?.flapping ?? false,
    withheldBy: episode?.withheldBy ?? null,
    acknowledged: own ?? (episode?.acknowledged ? withoutSeverity(episode.acknowledged) : null),
  }
}

const TOLD = `
  SELECT a.severity, e.episode, k.author, k.at, k.note, k.severity AS acknowledged
  FROM alarm a
  LEFT JOIN notice_episode e ON e.alarm_id = a.id
  LEFT JOIN LATERAL (SELECT * FROM alarm_acknowledgement WHERE alarm_id = a.id ORDER BY id DESC LIMIT 1) k ON true
  WHERE a.id = $1`

interface ToldRow {
  readonly severity: Severity
  readonly episode: string | null
  readonly author: string
  readonly at: Date
  readonly note: string | null
  readonly acknowledged: Severity
}

function acknowledgementOf({ author, at, note }: ToldRow): Acknowledgement {
  return { author, at: timeView(at), note }
}

function withoutSeverity({ author, at, note }: Acknowledgement): Acknowledgement {
  return { author, at, note }
}
