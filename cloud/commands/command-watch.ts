import type { Pool } from 'pg'

export interface CommandWatch {
  /** Resolves when the command has more steps than `known`, when `ms` have gone by, or when the signal aborts. */
  change(id: string, known: number, ms: number, signal: AbortSignal): Promise<void>
}

interface Waiting {
  readonly id: string
  readonly known: number
  readonly resolve: () => void
}

const EVERY_MS = 250

/** One question to the database for all who wait; nobody waiting, no question. */
export function watchCommands(pool: Pool): CommandWatch {
  const waiting = new Set<Waiting>()
  let looking = false

  async function look(): Promise<void> {
    looking = true
    while (waiting.size > 0) {
      // A database that is away is no change; who asks then learns it from the answer's own query.
      const counts = await stepCounts(
        pool,
        [...waiting].map(({ id }) => id),
      ).catch(() => new Map<string, number>())
      for (const { id, known, resolve } of waiting) if ((counts.get(id) ?? 0) > known) resolve()
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
    }
    looking = false
  }

  return {
    async change(id, known, ms, signal) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const one: Waiting = { id, known, resolve }
      const timer = setTimeout(resolve, ms)
      const leave = () => resolve()
      signal.addEventListener('abort', leave, { once: true })
      waiting.add(one)
      if (!looking) void look()
      await promise
      waiting.delete(one)
      clearTimeout(timer)
      signal.removeEventListener('abort', leave)
    },
  }
}

async function stepCounts(pool: Pool, ids: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ id: string; n: number }>(
    `SELECT c.id, count(*)::int AS n FROM command c JOIN command_step s ON s.command_seq = c.seq
     WHERE c.id = ANY ($1::text[]) GROUP BY c.id`,
    [ids],
  )
  return new Map(rows.map(({ id, n }) => [id, n]))
}
