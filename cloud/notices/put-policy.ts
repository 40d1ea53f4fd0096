import { durationMs } from '@ganzhi/contracts/duration'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { NoticePolicy } from '@ganzhi/contracts/notice-policy'
import { SEVERITIES } from '@ganzhi/contracts/severity'
import type { Pool } from 'pg'
import { inTransaction } from '../database/pool.ts'
import { noteSettings } from './notice-settings.ts'

/** It counts from now on; what was told stays told. */
export async function putPolicy(pool: Pool, policy: NoticePolicy, author: string): Promise<void> {
  refuseSenseless(policy)
  await inTransaction(pool, async (tx) => {
    await tx.query('INSERT INTO notice_policy (policy, author) VALUES ($1, $2)', [
      JSON.stringify(policy),
      author,
    ])
    await noteSettings(tx)
  })
}

/** People are not told more often than each minute. */
function refuseSenseless({ settle, flapping, group, reminders, escalation }: NoticePolicy): void {
  within(settle, 'settle', 'PT0S', 'P1D')
  within(flapping.within, 'flapping.within', 'PT1M', 'P1D')
  within(group.window, 'group.window', 'PT0S', 'PT1H')
  for (const severity of SEVERITIES) {
    const every = reminders[severity]
    if (every !== undefined) within(every, `reminders.${severity}`, 'PT1M', 'P30D')
    for (const [i, { after }] of (escalation[severity] ?? []).entries())
      within(after, `escalation.${severity}[${i}].after`, 'PT1M', 'P30D')
  }
}

function within(duration: string, field: string, least: string, most: string): void {
  const ms = durationMs(duration)
  if (ms >= durationMs(least) && ms <= durationMs(most)) return
  throw new GanzhiError(`${field} ${duration} 不在 is not within ${least} … ${most}`, {
    code: 'bad-input',
    blame: 'caller',
    field,
    remedy: `写 Use ${least} … ${most}.`,
  })
}
