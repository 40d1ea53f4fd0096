import type { Reading } from '@ganzhi/contracts/reading'
import { gatewaySubject } from '@ganzhi/contracts/subjects'
import { seededRandom } from '@ganzhi/models/anomaly/random'
import type { IngestRig, RigGateway } from '../ingest/ingest-rig.ts'
import { completeUntil } from './complete-until.ts'
import { MINUTE } from './model-under-test.ts'

/** Hours ago, at the beginning of a minute; all minutes are counted from here. */
export const BEGIN = Math.floor(Date.now() / MINUTE - 180) * MINUTE

export interface StoredScore {
  readonly minute: number
  readonly value: number | null
  readonly quality: 'good' | 'uncertain'
}

/** For tests: a gateway that reads one meter every 20 s. */
export interface Meter {
  readonly gateway: RigGateway
  /** Of the next record. */
  seq: number
  /** What is read in so many minutes, as one record; nothing where there is no reading. */
  read(from: number, to: number, reading: (i: number) => Partial<Reading> | undefined): Promise<void>
  /** The gateway's status: all that it read by a minute is accepted. */
  say(minute: number): void
  complete(): Promise<number | undefined>
  scores(): Promise<StoredScore[]>
}

export async function openMeter(rig: IngestRig): Promise<Meter> {
  const { connection, pool } = rig
  const gateway = rig.gateway()
  await gateway.sendTable()
  const meter: Meter = {
    gateway,
    seq: 1,
    read(from, to, reading) {
      const readings = Array.from({ length: 3 * (to - from) }, (_, i) => {
        const read = reading(i)
        return read ? [{ at: BEGIN + from * MINUTE + i * 20_000, ...read }] : []
      }).flat()
      return gateway.send('telemetry', meter.seq++, gateway.batch(readings))
    },
    say(minute) {
      const heads = [{ lane: 'telemetry', epoch: gateway.epoch, head: meter.seq - 1 }]
      const outbox = { bytes: 0, capBytes: 1, writable: true }
      // A little later, so that all of the minute counts as accepted.
      const at = BEGIN + minute * MINUTE + 15_000
      const status = { phase: 'alive', at, epoch: gateway.epoch, agent: '', heads, outbox, counters: {} }
      connection.publish(gatewaySubject(gateway.name, 'status'), JSON.stringify(status))
    },
    complete: async () => (await completeUntil(pool, [gateway.name], Date.now())).get(gateway.name),
    async scores() {
      const { rows } = await pool.query<{ ts: Date; value: number | null; quality: number }>(
        `SELECT ts, value / 1000 AS value, quality FROM samples JOIN series s ON s.id = series_id
         JOIN gateway g ON g.id = s.gateway_id WHERE g.name = $1 AND property = 'anomaly' ORDER BY ts`,
        [gateway.name],
      )
      return rows.map(({ ts, value, quality }) => ({
        minute: (ts.getTime() - BEGIN) / MINUTE,
        value,
        quality: quality === 0 ? 'good' : 'uncertain',
      }))
    },
  }
  return meter
}

export function minutesFrom(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

/** Readings as the model has them for normal, the same each time. */
export function lively(): () => Partial<Reading> {
  const random = seededRandom(7)
  return () => ({ value: Math.round(10 * (20 + 3 * random())) / 10 })
}
