import { GanzhiError } from '@ganzhi/contracts/error'
import { fieldOf } from '@ganzhi/contracts/schema'
import type { Silence } from '@ganzhi/contracts/silence'
import { scheduleFaults } from '@ganzhi/firmware-config/scenes/schedule'
import type { Pool } from 'pg'
import { notFound } from '../api/problem.ts'
import { inTransaction } from '../database/pool.ts'
import { noteSettings } from './notice-settings.ts'

/** Whoever follows alarms holds all that are not over. */
const MOST = 1_000
const LONGEST_DAYS = 366

/** From when it is, by the platform's time where nothing is said. Answers with its id. */
export async function putSilence(pool: Pool, silence: Silence, author: string): Promise<string> {
  refuseUnclear(silence)
  return inTransaction(pool, async (tx) => {
    // One after the other: so that they are counted.
    await tx.query('LOCK TABLE silence IN SHARE ROW EXCLUSIVE MODE')
    const { rows } = await tx.query<{ many: number; from: Date; now: Date }>(
      `SELECT count(*)::int AS many, coalesce($1::timestamptz, now()) AS "from", now()
       FROM silence WHERE until_at > now() AND ended_at IS NULL`,
      [silence.from ?? null],
    )
    const [{ many, from, now }] = rows as [{ many: number; from: Date; now: Date }]
    refuseSpan(from, new Date(silence.until), now)
    if (many >= MOST) throw tooMany()
    const { rows: made } = await tx.query<{ id: string }>(
      'INSERT INTO silence (document, from_at, until_at, author) VALUES ($1, $2, $3, $4) RETURNING id',
      [JSON.stringify(silence), from, silence.until, author],
    )
    await noteSettings(tx)
    return made[0]?.id ?? ''
  })
}

/** One that is over already stays as it is. */
export async function endSilence(pool: Pool, id: string, author: string): Promise<void> {
  await inTransaction(pool, async (tx) => {
    const { rowCount } = await tx.query(
      `UPDATE silence SET ended_by = $2, ended_at = now() WHERE id = $1 AND ended_at IS NULL AND until_at > now()`,
      [id, author],
    )
    if (rowCount) return noteSettings(tx)
    const { rows } = await tx.query('SELECT FROM silence WHERE id = $1', [id])
    if (rows.length === 0) throw notFound(`silence ${id}`)
  })
}

function refuseUnclear({ for: scope, rule, weekly }: Silence): void {
  if (rule === undefined && Object.keys(scope).length === 0) {
    throw refused(
      'for',
      '未指明范围，将静默全部告警 names nothing, so it would silence all alarms',
      '写明 Name one of: area, profile, tag, gateway, device, rule.',
    )
  }
  const [fault] = weekly ? scheduleFaults(withoutNothing(weekly), ['weekly']) : []
  if (fault) throw refused(fieldOf(fault.path), fault.message, fault.remedy)
}

function withoutNothing({ timezone, spans }: NonNullable<Silence['weekly']>) {
  return timezone === undefined ? { spans } : { timezone, spans }
}

function refuseSpan(from: Date, until: Date, now: Date): void {
  if (until <= now) throw refused('until', '已过去 is over', '写一个将来的时间 Give a time that is to come.')
  if (from >= until)
    throw refused('until', '不晚于 from is not after from', '结束要晚于开始 Let it end after it begins.')
  if (until.getTime() - from.getTime() > LONGEST_DAYS * 86_400_000) {
    throw refused('until', '太长 is too long', `最长 at most ${LONGEST_DAYS} 天 days after from.`)
  }
}

function refused(field: string, what: string, remedy: string): GanzhiError {
  return new GanzhiError(`${field} ${what}`, { code: 'bad-input', blame: 'caller', field, remedy })
}

function tooMany(): GanzhiError {
  return new GanzhiError(`静默太多 there are ${MOST} silences already`, {
    code: 'too-many-silences',
    blame: 'caller',
    remedy: '先结束一些，或用区域、标签合并。 End some of them, or make one of several by area or tag.',
  })
}
