import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { type SampleRow, encodeCopy } from '../yardsticks/binary-copy.ts'

export const MINUTE_MS = 60_000
export const DAY_MS = 1_440 * MINUTE_MS
const GATEWAYS = 10
const PROPERTY = 'pm25'
/** One in so many days of a device something happens. */
const DAYS_AN_EPISODE = 10

/** A value a minute of each device, the same whenever it is asked for. */
export interface CityHistory {
  readonly devices: number
  readonly days: number
  /** ms since 1970 */
  readonly from: number
  readonly seed: number
}

export function targetOf(device: number): string {
  return `gw-${device % GATEWAYS}/device-${device}`
}

/** About 30, and on some days for a while far above. */
export function valueAt({ seed }: CityHistory, device: number, minute: number): number {
  const day = Math.floor(minute / 1_440)
  const chance = noise(seed, device, day)
  const begin = Math.floor(chance * DAYS_AN_EPISODE * 1_300)
  const within = minute - day * 1_440 - begin
  const wave = 12 * Math.sin(minute / 230 + device)
  const base = 30 + wave + 8 * noise(seed + 1, device, minute)
  const high =
    chance < 1 / DAYS_AN_EPISODE && within >= 0 && within < 15 + chance * 400 ? 30 + chance * 1_000 : 0
  return Math.round((base + high) * 10) / 10
}

/** 0 … 1 */
function noise(a: number, b: number, c: number): number {
  let mixed =
    Math.imul(a + 0x9e3779b9, 0x85ebca6b) ^
    Math.imul(b + 0x7f4a7c15, 0xc2b2ae35) ^
    Math.imul(c + 0x165667b1, 0x27d4eb2f)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39)
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
}

/** Into the store as ingest leaves it, minute by minute, and into a CSV. */
export async function fill(
  client: pg.Client,
  history: CityHistory,
  csv: string,
  say: (line: string) => void,
): Promise<void> {
  const { devices, days, from } = history
  await register(client, devices)
  const file = createWriteStream(csv)
  file.write('time,device,property,value\n')
  for (let day = 0; day < days; day += 1) {
    await addPartition(client, 'samples', from + day * DAY_MS, 1)
    for (let hour = 0; hour < 24; hour += 1) {
      const rows: SampleRow[] = []
      const lines: string[] = []
      for (let minute = (day * 24 + hour) * 60; minute < (day * 24 + hour + 1) * 60; minute += 1) {
        const at = from + minute * MINUTE_MS
        const time = new Date(at).toISOString()
        for (let device = 0; device < devices; device += 1) {
          const value = valueAt(history, device, minute)
          rows.push({ series: device + 1, at, value })
          lines.push(`${time},${targetOf(device)},${PROPERTY},${value}\n`)
        }
      }
      const copy = client.query(
        copyFrom('COPY samples (ts, value, series_id, quality) FROM STDIN (FORMAT binary)'),
      )
      copy.end(encodeCopy(rows))
      await once(copy, 'finish')
      if (!file.write(lines.join(''))) await once(file, 'drain')
    }
    say(`day ${day + 1} of ${days} is stored`)
  }
  file.end()
  await once(file, 'finish')
  await rollUp(client, history)
}

/** Series have the numbers of their devices, from 1 on. */
async function register(client: pg.Client, devices: number): Promise<void> {
  await client.query(
    `INSERT INTO gateway (name) SELECT 'gw-' || i FROM generate_series(0, ${GATEWAYS - 1}) i`,
  )
  await client.query(
    `INSERT INTO device (gateway_id, name)
     SELECT (SELECT id FROM gateway WHERE name = 'gw-' || i % ${GATEWAYS}), 'device-' || i FROM generate_series(0, ${devices - 1}) i`,
  )
  await client.query(
    `INSERT INTO series (id, gateway_id, device, property, type) OVERRIDING SYSTEM VALUE
     SELECT substring(name FROM 8)::int + 1, gateway_id, name, '${PROPERTY}', 'float' FROM device`,
  )
}

/** As ingest's maintenance would have it: the hourly one is what backtests look at. */
async function rollUp(client: pg.Client, { from, days }: CityHistory): Promise<void> {
  for (let at = from; at < from + (days + 30) * DAY_MS; at += 30 * DAY_MS)
    await addPartition(client, 'rollup_1h', at, 30)
  await client.query(
    `INSERT INTO rollup_1h (series_id, bucket, n, n_bad, sum, min, max)
     SELECT series_id, date_bin('1 hour', ts, '2000-01-01 00:00Z'), count(*), 0, sum(value), min(value), max(value)
     FROM samples GROUP BY 1, 2`,
  )
  await client.query('VACUUM ANALYZE')
  await client.query('CHECKPOINT')
}

async function addPartition(client: pg.Client, table: string, at: number, days: number): Promise<void> {
  const width = days * DAY_MS
  const start = Math.floor(at / width) * width
  const [from, to] = [start, start + width].map((ms) => new Date(ms).toISOString())
  await client.query(
    `CREATE TABLE IF NOT EXISTS ${table}_${from?.slice(0, 10).replaceAll('-', '')} PARTITION OF ${table} FOR VALUES FROM ('${from}') TO ('${to}')`,
  )
}
