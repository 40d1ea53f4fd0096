import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { withClient } from '../../database/pool.ts'
import { turnLedgerDay } from '../../ledger/ledger-day.ts'
import { storedBacktest } from '../backtest/stored-backtest.ts'
import { type HistoryRig, openHistoryRig } from '../history/history-rig.ts'
import { devicesInScope } from '../history/stored-devices.ts'
import { askedLimits } from './asked-limits.ts'
import { FIRST_DEVICE, writeLimits } from './write-limits.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Half past some hour of today. */
const NOW = Math.floor(Date.now() / HOUR) * HOUR + HOUR / 2 - HOUR
const signal = new AbortController().signal

const rule = {
  id: 'loud',
  version: 1,
  for: { property: 'noise' },
  when: { above: { percentile: 50, days: 4, plus: 5 } },
  severity: 'minor',
} as const
const [limit] = askedLimits(rule) as [ReturnType<typeof askedLimits>[number]]

let on: HistoryRig
beforeAll(async () => {
  on = await openHistoryRig(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
  await withClient(on.pool, (client) => turnLedgerDay(client, 5_000))
}, 120_000)
afterAll(() => on?.[Symbol.asyncDispose]())

let gateway: string
let gateways = 0
beforeEach(() => {
  gateway = `gw-${++gateways}`
})

/** What the device told in this hour on the days before, the newest first. */
async function told(device: string, ...values: readonly (readonly number[])[]): Promise<void> {
  const noise = await on.point(gateway, device, 'noise')
  await on.write(
    values.flatMap((ofDay, day) =>
      ofDay.map((value, i) => [noise, NOW - (day + 1) * DAY + i * 60_000, value] as const),
    ),
  )
  await on.store.refreshRollups({ now: Date.now() })
}

const write = (now = NOW, after = FIRST_DEVICE) =>
  writeLimits({ limit, scope: { gateway, property: 'noise' } }, after, {
    pool: on.pool,
    store: on.store,
    now,
  })

async function written(): Promise<unknown[]> {
  const { rows } = await on.pool.query<{ device: string; at: number; value: number | null; quality: number }>(
    `SELECT device, (extract(epoch FROM ts) * 1000)::float8 AS at, value, quality FROM samples JOIN series s ON s.id = series_id
     WHERE gateway_id = $1 AND property = 'noise_p50_4d_high' ORDER BY device, ts`,
    [await on.gateway(gateway)],
  )
  return rows.map(({ device, at, value, quality }) => [device, (at - NOW) / 1_000, value, quality])
}

it('is of the highest values of this hour on the days before, once an hour, whoever writes it', async () => {
  await told('a', [50, 61], [63], [70, 30], [62])
  await told('b', [40])
  expect(await write()).toBeUndefined()
  await Promise.all([write(), write(NOW + HOUR / 4)])
  const first = [
    ['a', 30, 62.5, 0],
    ['b', 30, null, 1],
  ]
  expect(await written()).toEqual(first)
  await write(NOW + HOUR)
  expect(await written()).toEqual([
    ['a', 30, 62.5, 0],
    ['a', 3_630, null, 1],
    ['b', 30, null, 1],
    ['b', 3_630, null, 1],
  ])
})

it('stands in the ledger, where rules find it', async () => {
  await told('a', [50], [60])
  await write()
  const { rows } = await on.pool.query('SELECT lane, rows FROM ledger WHERE gateway_id = $1', [
    await on.gateway(gateway),
  ])
  expect(rows).toEqual([{ lane: 3, rows: 1 }])
})

it('is in a backtest what it would have been, and from when it was written what it was', async () => {
  await told('a', [50], [60], [70], [80])
  const noise = await on.point(gateway, 'a', 'noise')
  await on.write([[noise, NOW - DAY + 10 * 60_000, 76]])
  await on.write([[noise, NOW + 10 * 60_000, 79]])
  await on.store.refreshRollups({ now: Date.now() })
  const transitions = async () => {
    const span = { from: NOW - 1.2 * DAY, to: NOW + HOUR / 3 }
    const heeded = { properties: new Set(['noise', limit.property]), eventTypes: new Set<string>() }
    const devices = await devicesInScope(on.pool, { gateway, property: 'noise' }, heeded, span)
    const task = { url: on.url, rules: [rule], devices, span, mostTransitions: 100 }
    const [result] = await storedBacktest(task, { signal })
    return result?.transitions.map(({ at, to, why }) => [(Date.parse(at) - NOW) / 60_000, to, why['above']])
  }
  expect(await transitions()).toEqual([
    [-1_430, 'minor', 75],
    [-30, 'clear', 78],
    [10, 'minor', 78],
  ])
  await write()
  // Late, and so not in what was written.
  await on.write([[noise, NOW - DAY + 5 * 60_000, 100]])
  await on.store.refreshRollups({ now: Date.now() })
  expect(await transitions()).toEqual([
    [-1_435, 'minor', 75],
    [-30, 'clear', 80],
    [10, 'minor', 78],
  ])
})
