import { join } from 'node:path'

import type pg from 'pg'

import { openFakeClock, withoutFakeClock } from '../lab/fake-clock.ts'
import type { Scenario } from '../scenario.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** What the gateway's clock is set to, and how far from true time it then is. */
const JUMPS: readonly (readonly [time: string, aheadMs: () => number])[] = [
  ['-2h', () => -2 * HOUR_MS],
  ['+2h', () => 2 * HOUR_MS],
  // Both begin to run when they are set.
  ['@1970-01-01 00:00:00', () => -Date.now()],
  ['@2099-01-01 00:00:00', () => Date.UTC(2099, 0, 1) - Date.now()],
  ['+0', () => 0],
]

export const clockJumped: Scenario = {
  name: 'clock-jumped',
  promise: 'a clock that jumps changes neither the identity of a record nor the order of what follows',
  unable: withoutFakeClock,
  async run({ lab, load, random, until, say }) {
    const clock = await openFakeClock(join(lab.directory, 'faketime'))
    const gateway = lab.addGateway({ name: 'jumping', env: clock.env })
    await gateway.start()
    load.add(gateway)
    await load.more(20, gateway)
    for (const [time, aheadMs] of JUMPS) {
      say(`clock at ${time}`)
      await clock.set(time)
      const ahead = aheadMs()
      const now = () => Date.now() + ahead
      load.setClock(now)
      await until(`gateway that believes it is ${new Date(now()).toISOString()}`, async () => {
        const told = await lab.postgres.withClient((client) => statusTime(client, gateway.gateway))
        return told !== undefined && Math.abs(told - now()) < 10 * MINUTE_MS
      })
      await load.more(random.integer(10, 40), gateway)
      if (random.chance(0.5)) {
        await gateway.kill()
        await gateway.start()
      }
      await load.more(random.integer(10, 40), gateway)
    }
  },
}

/** The clock of a gateway as of its latest STATUS, ms since 1970. */
async function statusTime(client: pg.Client, gateway: string): Promise<number | undefined> {
  const { rows } = await client.query<{ at: string | null }>(
    `SELECT last_status->>'at' AS at FROM gateway WHERE name = $1`,
    [gateway],
  )
  return rows[0]?.at ? Number(rows[0].at) : undefined
}
