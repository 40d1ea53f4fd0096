import { GanzhiError } from '@ganzhi/contracts/error'
import type { Pool, PoolClient } from 'pg'
import { inTransaction } from '../database/pool.ts'

/** An import of all areas of a city takes some seconds; whoever comes meanwhile waits for it. */
const WAIT = '20s'
/** lock_not_available, deadlock_detected */
const BUSY = new Set(['55P03', '40P01'])

/**
 * One change of places at a time, which sees all that those before it have committed. Revisions are committed in their
 * order: who has seen one has seen all before it.
 */
export async function changePlaces<T>(
  pool: Pool,
  work: (tx: PoolClient, revision: number) => Promise<T>,
): Promise<T> {
  try {
    return await inTransaction(pool, async (tx) => {
      await tx.query(`SET LOCAL lock_timeout = '${WAIT}'`)
      const { rows } = await tx.query<{ revision: string }>(
        'UPDATE place_revision SET revision = revision + 1 RETURNING revision',
      )
      return work(tx, Number(rows[0]?.revision))
    })
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && BUSY.has(String(cause.code)))) throw cause
    throw new GanzhiError('位置数据正被他人修改 somebody else is changing places', {
      code: 'places-busy',
      blame: 'outside',
      remedy: '稍后再试。 Try again in a moment.',
      retryable: true,
      cause,
    })
  }
}

export async function placeRevision(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ revision: string }>('SELECT revision FROM place_revision')
  return Number(rows[0]?.revision)
}
