import type { NoticePolicy, NoticePolicyView } from '@ganzhi/contracts/notice-policy'
import type { ClientBase } from 'pg'
import { timeView } from '../api/sample-view.ts'
import type { Surroundings } from '../rules/engine/compile-rule.ts'
import { DEFAULT_POLICY, openPolicy } from './notice-policy.ts'
import { type SilenceRow, openSilence } from './open-silence.ts'
import type { NoticeSettings } from './step.ts'

type Db = Pick<ClientBase, 'query'>

/** Policy and silences as they are now; of silences those that are not over. */
export async function readSettings(db: Db, surroundings: Surroundings): Promise<NoticeSettings> {
  const { policy } = await policyInForce(db)
  const { rows } = await db.query<SilenceRow>(
    'SELECT id, document, from_at, until_at FROM silence WHERE ended_at IS NULL AND until_at > now() ORDER BY id',
  )
  return { policy: openPolicy(policy), silences: rows.map((row) => openSilence(row, surroundings)) }
}

export async function policyInForce(db: Db): Promise<NoticePolicyView> {
  const { rows } = await db.query<{ version: number; policy: NoticePolicy; author: string; made_at: Date }>(
    'SELECT version, policy, author, made_at FROM notice_policy ORDER BY version DESC LIMIT 1',
  )
  const [row] = rows
  if (!row) return { version: 0, author: null, madeAt: null, policy: DEFAULT_POLICY }
  const { made_at, ...view } = row
  return { ...view, madeAt: timeView(made_at) }
}

/** In the transaction that changes policy or silences. */
export async function noteSettings(db: Db): Promise<void> {
  await db.query('INSERT INTO notice_inbox DEFAULT VALUES')
}
