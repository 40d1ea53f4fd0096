import { createHash, randomBytes } from 'node:crypto'
import type { Pool } from 'pg'

/** Ends when nobody used it for so long, and at the latest after `LONGEST`. */
const IDLE = '12 hours'
const LONGEST = '30 days'
/** Not every request writes. */
const RENEW_WHEN_LEFT = '11 hours 50 minutes'

export interface Person {
  readonly id: number
  readonly name: string
}

export async function openSession(pool: Pool, personId: number): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  await pool.query('DELETE FROM session WHERE expires_at < now()')
  await pool.query(
    `INSERT INTO session (token_hash, person_id, expires_at) VALUES ($1, $2, now() + interval '${IDLE}')`,
    [hashOf(token), personId],
  )
  return token
}

export async function personOf(pool: Pool, token: string): Promise<Person | undefined> {
  const { rows } = await pool.query<Person & { renew: boolean }>({
    name: 'session-person',
    text: `SELECT p.id, p.name, s.expires_at < now() + interval '${RENEW_WHEN_LEFT}' AS renew
           FROM session s JOIN person p ON p.id = s.person_id
           WHERE s.token_hash = $1 AND s.expires_at > now()`,
    values: [hashOf(token)],
  })
  const [found] = rows
  if (!found) return undefined
  if (found.renew) await renew(pool, token)
  return { id: found.id, name: found.name }
}

async function renew(pool: Pool, token: string): Promise<void> {
  await pool.query(
    `UPDATE session SET expires_at = least(now() + interval '${IDLE}', created_at + interval '${LONGEST}')
     WHERE token_hash = $1`,
    [hashOf(token)],
  )
}

export async function closeSession(pool: Pool, token: string): Promise<void> {
  await pool.query('DELETE FROM session WHERE token_hash = $1', [hashOf(token)])
}

/** A new password ends every other session: whoever had the old one is out. */
export async function closeOtherSessions(pool: Pool, personId: number, token: string): Promise<void> {
  await pool.query('DELETE FROM session WHERE person_id = $1 AND token_hash <> $2', [personId, hashOf(token)])
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
