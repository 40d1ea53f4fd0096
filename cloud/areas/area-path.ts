import type { Pool } from 'pg'

export function tokensOf(path: string): string[] {
  return path.split('/').slice(0, -1)
}

/** An area and everything below it have a path from here to there, the end not included. */
export function subtreeRange(path: string): readonly [from: string, to: string] {
  // In the order of bytes 0 comes right behind the slash.
  return [path, `${path.slice(0, -1)}0`]
}

export async function pathOfArea(pool: Pool, token: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ path: string }>('SELECT path FROM area WHERE token = $1', [token])
  return rows[0]?.path
}
