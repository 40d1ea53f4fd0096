import { randomBytes } from 'node:crypto'
import { hashOf } from '@ganzhi/contracts/point-table'
import type { Epoch, Lane } from '@ganzhi/contracts/record-key'
import type { Pool } from 'pg'
import { inTransaction } from '../database/pool.ts'
import { registerGateways } from '../register/register.ts'
import { epochToInt8 } from './codes.ts'
import { type Fate, type LedgerEntry, enter } from './ledger.ts'
import { partitionOf } from './ledger-day.ts'

/** For tests: a gateway whose records are entered on the ledger day and with the time that the test says. */
export interface LedgerGateway {
  readonly id: number
  readonly name: string
  readonly epoch: Epoch
  readonly entry: (seq: number, more?: Partial<Omit<LedgerEntry, 'body'>> & { body?: string }) => LedgerEntry
  readonly enter: (day: string, entries: readonly LedgerEntry[]) => Promise<Fate[]>
}

/** The ledger as it was on that day: keys of earlier ones are only looked up. */
export async function setLedgerDay(pool: Pool, day: string): Promise<void> {
  await pool.query(`UPDATE ledger_day SET day = $1`, [day])
  await pool.query(
    `CREATE TABLE IF NOT EXISTS ${partitionOf(day)} PARTITION OF ledger FOR VALUES IN ('${day}')`,
  )
}

export async function openLedgerGateway(pool: Pool, lane: Lane = 'telemetry'): Promise<LedgerGateway> {
  const name = `gw-${randomBytes(6).toString('hex')}`
  const epoch = randomBytes(8).toString('hex')
  const id = (await registerGateways(pool as never, [name])).get(name) as number
  return {
    id,
    name,
    epoch,
    entry(seq, { body = `record ${seq}`, ...more } = {}) {
      const bytes = Buffer.from(body)
      const key = { gatewayId: id, lane, epoch: epochToInt8(epoch), seq }
      return { ...key, sha256: hashOf(bytes), body: bytes, state: 'stored', at: Date.now(), rows: 1, ...more }
    },
    enter: async (day, entries) => {
      await setLedgerDay(pool, day)
      return inTransaction(pool, (tx) => enter(tx, day, entries))
    },
  }
}
