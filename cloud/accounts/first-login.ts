import { randomInt } from 'node:crypto'
import type { Pool } from 'pg'
import { hashPassword } from './password.ts'

export interface Login {
  readonly name: string
  readonly password: string
}

/** Without 0, O, 1, l and I: it is read off one screen and typed into another. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** Makes `admin` where there is nobody yet; told once, and known to nobody afterwards. */
export async function openFirstLogin(pool: Pool): Promise<Login | undefined> {
  const { rows } = await pool.query('SELECT 1 FROM person LIMIT 1')
  if (rows.length > 0) return undefined
  const login = { name: 'admin', password: randomPassword() }
  const made = await pool.query(
    'INSERT INTO person (name, password_hash) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING',
    [login.name, await hashPassword(login.password)],
  )
  return made.rowCount === 1 ? login : undefined
}

function randomPassword(): string {
  const group = () => Array.from({ length: 4 }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('')
  return [group(), group(), group(), group()].join('-')
}
