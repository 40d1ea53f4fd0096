import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GatewayStatus } from '@ganzhi/contracts/status'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Postgres, startPostgres } from '@ganzhi/deploy/stack/postgres'
import type { Pool } from 'pg'
import pino from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { migrate } from '../database/migrate.ts'
import { openPool, withClient } from '../database/pool.ts'
import { type LedgerGateway, openLedgerGateway } from '../ledger/ledger-rig.ts'
import { readProgress } from '../ledger/progress.ts'
import { takeStatuses } from './gateway-status.ts'
import { registerGateways, registerSeries } from './register.ts'

const log = pino({ level: 'silent' })
const [A, B, C] = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb', 'cccccccccccccccc'] as const
let dir: string
let postgres: Postgres
let pool: Pool

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ganzhi-register-'))
  postgres = await startPostgres({ dataDir: dir, port: await freePort() })
  pool = openPool({ url: postgres.url, role: 'test', log })
  await migrate(pool, { log })
})
afterAll(async () => {
  await pool?.end()
  await postgres?.stop()
  await rm(dir, { recursive: true, force: true })
})

const say = (gateway: LedgerGateway, epoch: string, heads: Record<string, number>, tailLostAfterMs = 0) =>
  takeStatuses(pool, [{ gateway: gateway.name, status: statusOf(epoch, heads) }], { tailLostAfterMs, log })

function statusOf(epoch: string, heads: Record<string, number>): GatewayStatus {
  return {
    phase: 'alive',
    at: Date.now(),
    epoch,
    agent: '1.0.0',
    heads: Object.entries(heads).map(([of, head]) => ({ lane: 'telemetry', epoch: of, head })),
    outbox: { bytes: 0, capBytes: 1, writable: true },
    counters: { 'readings \u0000 \ud800': 1 },
  }
}

const gapsOf = async ({ id }: LedgerGateway) => {
  const { rows } = await pool.query(
    `SELECT first_seq::int AS first, last_seq::int AS last, reason FROM gap WHERE gateway_id = $1 ORDER BY first_seq`,
    [id],
  )
  return rows
}
const conflictsOf = async ({ id }: LedgerGateway): Promise<number> => {
  const { rowCount } = await pool.query('SELECT FROM identity_conflict WHERE gateway_id = $1', [id])
  return rowCount ?? 0
}
/** Lets the run before have ended some time ago. */
const afterAWhile = (gateway: LedgerGateway) =>
  pool.query(
    `UPDATE gateway_epoch SET last_seen = last_seen - interval '1 min', superseded_at = superseded_at - interval '1 min'
     WHERE gateway_id = $1`,
    [gateway.id],
  )

it('what an earlier run had accepted and its disk no longer has is named as missing', async () => {
  const gateway = await openLedgerGateway(pool)
  await gateway.enter('2026-01-01', [gateway.entry(1), gateway.entry(2), gateway.entry(4)])
  await say(gateway, gateway.epoch, { [gateway.epoch]: 6 })
  await afterAWhile(gateway)
  const named = await say(gateway, B, { [B]: 0 })
  expect(named).toEqual([{ gateway: gateway.name, lane: 'telemetry', epoch: gateway.epoch }])
  expect(await gapsOf(gateway)).toEqual([
    { first: 3, last: 3, reason: 'tail-lost' },
    { first: 5, last: 6, reason: 'tail-lost' },
  ])
  const [progress] = await readProgress(pool, named)
  expect(progress).toMatchObject({ contiguous: 6, holes: [] })
  expect(await say(gateway, B, { [B]: 0 })).toEqual([])
})

it('an older run that is still listed keeps its tail, but for what is above the listed head', async () => {
  const gateway = await openLedgerGateway(pool)
  await gateway.enter('2026-01-01', [gateway.entry(1)])
  await say(gateway, gateway.epoch, { [gateway.epoch]: 6 })
  await afterAWhile(gateway)
  await say(gateway, B, { [B]: 0, [gateway.epoch]: 6 })
  expect(await gapsOf(gateway)).toEqual([])
  await say(gateway, B, { [B]: 0, [gateway.epoch]: 4 })
  expect(await gapsOf(gateway)).toEqual([{ first: 5, last: 6, reason: 'tail-lost' }])
})

it('a run that was heard a moment ago is not yet given up', async () => {
  const gateway = await openLedgerGateway(pool)
  await say(gateway, A, { [A]: 6 })
  await say(gateway, B, { [B]: 0 }, 30_000)
  expect(await gapsOf(gateway)).toEqual([])
})

it('a run that speaks again after a later one did is a cloned disk: nothing is taken for lost', async () => {
  const gateway = await openLedgerGateway(pool)
  await say(gateway, A, { [A]: 6 })
  await say(gateway, B, { [B]: 0, [A]: 6 })
  await afterAWhile(gateway)
  expect(await conflictsOf(gateway)).toBe(0)
  await say(gateway, A, { [A]: 8 })
  await say(gateway, A, { [A]: 8 })
  expect(await conflictsOf(gateway)).toBe(1)
  await afterAWhile(gateway)
  await say(gateway, B, { [B]: 9 })
  expect(await gapsOf(gateway)).toEqual([])
})

it('runs that follow one another, or overtake by a moment, are none', async () => {
  const gateway = await openLedgerGateway(pool)
  for (const epoch of [A, B, A, B, C]) await say(gateway, epoch, { [epoch]: 0 })
  expect(await conflictsOf(gateway)).toBe(0)
})

it('what is unknown is registered once by any number at a time, and keeps its id', async () => {
  const names = Array.from({ length: 20 }, (_, i) => `race-${i}`)
  const all = await Promise.all(
    Array.from({ length: 8 }, async (_, i) => {
      const client = await pool.connect()
      try {
        return await registerGateways(client, i % 2 ? names : names.toReversed())
      } finally {
        client.release()
      }
    }),
  )
  for (const ids of all) expect(ids).toEqual(all[0])
  expect(new Set(all[0]?.values()).size).toBe(20)

  const gatewayId = all[0]?.get('race-1') as number
  const points = Array.from({ length: 50 }, (_, i) => ({
    device: `d-${i % 5}`,
    property: `p${i >> 1}`,
    type: i % 2 ? ('float' as const) : ('text' as const),
  }))
  const series = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const client = await pool.connect()
      try {
        return (await registerSeries(client, gatewayId, points)).seriesOfSlot
      } finally {
        client.release()
      }
    }),
  )
  for (const ids of series) expect(ids).toEqual(series[0])
  expect(new Set(series[0]).size).toBe(50)
})

it('a float series keeps the scale that its decimals had at first sight, and no other type has one', async () => {
  const gatewayId = (await openLedgerGateway(pool)).id
  const scalesOf = async (decimals: number | undefined) => {
    const points = (['float', 'integer'] as const).map((type) => {
      const point = { device: 'd', property: 'p', type }
      return decimals === undefined ? point : { ...point, decimals }
    })
    const series = await withClient(pool, (client) => registerSeries(client, gatewayId, points))
    return [...series.scaleOfSlot]
  }
  expect(await scalesOf(3)).toEqual([3, 0])
  expect(await scalesOf(1)).toEqual([3, 0])
  expect(await scalesOf(undefined)).toEqual([3, 0])
})
