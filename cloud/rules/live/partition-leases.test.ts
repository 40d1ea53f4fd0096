import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { inTransaction } from '../../database/pool.ts'
import { INGEST_APPLICATION } from '../../ingest/frozen-peer.ts'
import { type Lease, PARTITIONS, openLeases } from './partition-leases.ts'
import { beginTurn, endTurn } from './partition-turn.ts'
import { type RulesRig, openRulesRig } from './rules-rig.ts'

const LEASE_MS = 2_000
let rig: RulesRig
let url: string
beforeAll(async () => {
  rig = await openRulesRig(async (dataDir) => {
    const server = await startPostgres({ dataDir, port: await freePort() })
    ;({ url } = server)
    return server
  })
})
afterAll(() => rig?.[Symbol.asyncDispose]())
beforeEach(() =>
  rig.pool.query(
    `DELETE FROM rule_process; UPDATE rule_partition SET held_until = '-infinity', holder = NULL`,
  ),
)

const leases = () =>
  openLeases({ pool: rig.pool, leaseMs: LEASE_MS, frozenAfterMs: LEASE_MS, log: rig.options.log })
/** Those of gateways, and the one of areas. */
const ALL = PARTITIONS + 1
const SOON = { timeout: 20_000 }
const turn = (lease: Lease) =>
  inTransaction(rig.pool, async (tx) => {
    const { clock, revision } = await beginTurn(tx, lease, undefined)
    await endTurn(tx, lease, { clock, revision, leaseMs: LEASE_MS })
  })

it('one process holds all partitions, two share them, and what one gives back the other takes', async () => {
  const [a, b] = [leases(), leases()]
  expect(await a.renew()).toHaveLength(ALL)
  expect(await b.renew()).toEqual([])
  expect(await a.renew()).toHaveLength(Math.ceil(ALL / 2))
  const held = await b.renew()
  expect(held).toHaveLength(Math.floor(ALL / 2))
  await b.release()
  expect(await a.renew()).toHaveLength(ALL)
})

it('the partitions of a process that is gone are taken over, and what it still tries comes to nothing', async () => {
  const [a, b] = [leases(), leases()]
  const [stale] = await a.renew()
  await expect.poll(() => b.renew(), SOON).toHaveLength(ALL)
  await expect(turn(stale as Lease)).rejects.toMatchObject({ code: 'partition-lost' })
  const [fresh] = await b.renew()
  await turn(fresh as Lease)
})

it('a process that has worked on another state of the partition than its own is told so', async () => {
  const [lease] = await leases().renew()
  const known = await inTransaction(rig.pool, (tx) => beginTurn(tx, lease as Lease, undefined))
  await turn(lease as Lease)
  await expect(inTransaction(rig.pool, (tx) => beginTurn(tx, lease as Lease, known))).rejects.toMatchObject({
    code: 'partition-lost',
  })
})

it('a process that is frozen in its transaction is ended when its time is over', async () => {
  const [a, b] = [leases(), leases()]
  const [lease] = await a.renew()
  const frozen = new Client({ connectionString: url, application_name: INGEST_APPLICATION })
  const ended = new Promise((resolve) => frozen.on('error', resolve))
  await frozen.connect()
  await frozen.query('BEGIN')
  await beginTurn(frozen, lease as Lease, undefined)
  const all = async () => (await b.renew().catch(() => [])).length
  await expect.poll(all, SOON).toBe(ALL)
  await ended
})
