import type { NatsConnection } from '@nats-io/transport-node'
import type { Pool } from 'pg'

/** Told anew so often; after a longer break nobody knows what was said meanwhile. */
const EVERY_MS = 2_000
const BREAK_MS = 6_000

export interface Listening {
  /** That all that gateways have said by now is written down, if the broker was there to hear it from. */
  confirm(): Promise<void>
}

/**
 * Keeps in the database since when gateways would have been heard. Where we don't listen, or can't write down what we hear, no
 * gateway is taken for dead: it may be us.
 */
export function openListening(
  pool: Pool,
  connection: Pick<NatsConnection, 'flush'>,
  elapsed: () => number,
): Listening {
  let [askedAt, answeredAt, confirmedAt] = [-Infinity, -Infinity, -Infinity]

  const ask = (): void => {
    if (elapsed() - askedAt < EVERY_MS) return
    askedAt = elapsed()
    const answered = () => void (answeredAt = elapsed())
    // While the broker is away it is asked again and again.
    connection.flush().then(answered, () => {})
  }
  return {
    async confirm() {
      if (elapsed() - confirmedAt < EVERY_MS) return
      if (elapsed() - answeredAt > EVERY_MS) return ask()
      confirmedAt = elapsed()
      await pool.query(
        `UPDATE listening SET until = now(), since = CASE WHEN until < now() - $1 * interval '1 ms' THEN now() ELSE since END`,
        [BREAK_MS],
      )
    },
  }
}
