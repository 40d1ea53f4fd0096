import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { completenessOfDays } from '../ledger/completeness.ts'
import { inLedgerTransaction } from '../ledger/ledger-transaction.ts'
import type { RigGateway } from '../rules/live/rig-gateway.ts'
import { type RigProcess, type RulesRig, openRulesRig } from '../rules/live/rules-rig.ts'
import { openSeriesStore } from '../series-store/open-series-store.ts'
import type { SeriesStore } from '../series-store/series-store.ts'
import { writeDerived } from './write-derived.ts'

let rig: RulesRig
let store: SeriesStore
let process: RigProcess
let gateway: RigGateway
beforeAll(async () => {
  rig = await openRulesRig(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
  const { pool, options } = rig
  store = await openSeriesStore({ pool, log: options.log, backend: 'postgres' })
})
afterAll(() => rig?.[Symbol.asyncDispose]())
beforeEach(async () => {
  await process?.leases.release()
  await rig.removeRules()
  process = rig.process()
  gateway = await rig.gateway()
})

const write = (at: number, value: number, device = 'meter-1') =>
  inLedgerTransaction(rig.pool, (tx) =>
    writeDerived(
      tx,
      store,
      {
        gatewayId: gateway.id,
        table: { points: [{ device, property: 'anomaly', type: 'float', decimals: 3 }] },
        readings: [{ slot: 0, at, quality: 'good', value }],
      },
      Date.now(),
    ),
  )
const rule = {
  id: 'strange',
  for: { property: 'anomaly' },
  when: { above: 0.66, clearBelow: 0.5 },
  severity: 'minor',
  lateness: 'PT1M',
} as const

it('reaches rules as what gateways send does, whoever holds their partition', async () => {
  await rig.put(rule)
  await process.turn(gateway)
  await rig.setBack(gateway, 120_000)
  const at = Date.now() - 90_000
  await write(at, 0.7)
  await process.leases.release()
  process = rig.process()
  await write(at + 1_000, 0.6)
  await write(at + 2_000, 0.4)
  await process.turn(gateway)
  const transitions = [
    { from: 'clear', to: 'minor', at },
    { from: 'minor', to: 'clear', at: at + 2_000 },
  ]
  expect(await rig.alarms(gateway)).toMatchObject([{ rule: 'strange', device: 'meter-1', transitions }])
  await process.turn(gateway)
  expect(await rig.alarms(gateway)).toHaveLength(1)
})

it('is numbered without a hole by any number of writers', async () => {
  const at = Date.now()
  await Promise.all(
    ['meter-1', 'meter-2', 'meter-3', 'meter-1'].map((device, i) => write(at + i, 0.1, device)),
  )
  const { rows } = await rig.pool.query<{ seqs: number[] }>(
    'SELECT array_agg(seq::int ORDER BY seq) AS seqs FROM ledger WHERE gateway_id = $1',
    [gateway.id],
  )
  expect(rows[0]?.seqs).toEqual([1, 2, 3, 4])
})

it('is stored with the ledger or not at all', async () => {
  const failed = inLedgerTransaction(rig.pool, async (tx) => {
    const table = { points: [{ device: 'meter-1', property: 'anomaly', type: 'float' as const }] }
    const readings = [{ slot: 0, at: Date.now(), quality: 'good' as const, value: 1 }]
    await writeDerived(tx, store, { gatewayId: gateway.id, table, readings }, Date.now())
    throw new Error('killed')
  })
  await expect(failed).rejects.toThrow('killed')
  const of = (table: string) => rig.pool.query(`SELECT FROM ${table} WHERE gateway_id = $1`, [gateway.id])
  expect((await of('ledger')).rowCount).toBe(0)
  expect((await of('lane_progress')).rowCount).toBe(0)
})

it('is not told of as accepted by the gateway', async () => {
  await write(Date.now(), 0.1)
  const days = await completenessOfDays(rig.pool, {
    gateway: gateway.name,
    from: '2000-01-01',
    to: '2100-01-01',
    zone: 'UTC',
  })
  expect(days).toEqual([])
})

it('goes on when the day of the ledger is over', async () => {
  await rig.pool.query(`UPDATE ledger_day SET day = day - 1`)
  await write(Date.now(), 0.1)
  const { rows } = await rig.pool.query<{ today: boolean }>(
    `SELECT day = (now() AT TIME ZONE 'UTC')::date AS today FROM ledger WHERE gateway_id = $1`,
    [gateway.id],
  )
  expect(rows).toEqual([{ today: true }])
})
