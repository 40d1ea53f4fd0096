import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { freePort } from '@ganzhi/deploy/stack/free-port'
import type pg from 'pg'
import { expect, test } from 'vitest'

import { startLab } from '../faults/lab/lab.ts'
import { until } from '../faults/until.ts'
import { ROOT } from '../modbus/edge.ts'
import { type Server, startServer } from '../modbus/server.ts'
import { putRules } from './put-rules.ts'

const CONDITION = { timeout: 120_000, interval: 200 }

const startBus = (port: number): Promise<Server> =>
  startServer([
    process.execPath,
    join(ROOT, 'simulators/main.ts'),
    'modbus',
    '--port',
    String(port),
    '--profile',
    `${join(ROOT, 'firmware-config/profiles/ganzhi/air-station.yaml')}=1-2`,
  ])

/** Tells its temperature every second, whether it has changed or not. */
const station = (id: string, unit: number) => ({
  id,
  profile: 'ganzhi/air-station',
  unit,
  properties: { temperature: { maxReportMs: 1_000 } },
})

test('a bus that is cut off is one alarm, its devices unknown, and all is as before when it is back', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ganzhi-link-down-'))
  await using resources = new AsyncDisposableStack()
  resources.defer(() => rm(directory, { recursive: true, force: true }))
  const lab = resources.use(await startLab(directory, { gateways: 1, rulers: 1 }))
  const query = async <Row extends pg.QueryResultRow>(text: string): Promise<Row[]> =>
    await lab.postgres.withClient(async (database) => (await database.query<Row>(text)).rows)
  await until(
    'tables of links',
    async () => (await query(`SELECT to_regclass('link_unreached') AS t`))[0]?.['t'],
    {
      withinMs: CONDITION.timeout,
    },
  )
  await lab.postgres.withClient((database) =>
    putRules(database, [
      {
        id: 'silent',
        for: { property: 'temperature' },
        when: { noData: 'PT8S' },
        severity: 'minor',
        lateness: 'PT1S',
      },
      {
        id: 'link-offline',
        for: {},
        each: 'link',
        when: { offline: 'PT4S' },
        severity: 'major',
        lateness: 'PT1S',
      },
    ]),
  )

  const ports = { near: await freePort(), far: await freePort() }
  const buses = { near: await startBus(ports.near), far: await startBus(ports.far) }
  resources.defer(async () => {
    for (const bus of Object.values(buses)) await bus[Symbol.asyncDispose]()
  })
  const links = Object.entries(ports).map(([id, port]) => ({
    id,
    driver: 'modbus',
    connection: { host: '127.0.0.1', port },
    devices: [station(`${id}-1`, 1), station(`${id}-2`, 2)],
  }))
  const gateway = lab.addGateway({ name: 'meters', gateway: 'meters', links })
  await gateway.start()

  const alarms = () => query('SELECT rule, device, dimension, closed_at IS NULL AS open FROM alarm')
  const down = () => query('SELECT link, devices FROM link_unreached WHERE until_at IS NULL')
  const clockIsAt = async () => {
    const [row] = await query<{ at: number }>(
      `SELECT extract(epoch FROM clock)::float8 AS at FROM rule_partition JOIN gateway g ON rule_partition.id = g.id % 16 WHERE name = 'meters'`,
    )
    return row?.at ?? 0
  }
  const goOn = async (seconds: number) => {
    const begun = await clockIsAt()
    await expect.poll(clockIsAt, CONDITION).toBeGreaterThan(begun + seconds)
  }
  await expect
    .poll(() => query(`SELECT count(*)::int AS n FROM series WHERE property = 'temperature'`), CONDITION)
    .toEqual([{ n: 4 }])

  await buses.far[Symbol.asyncDispose]()
  const cutOff = { rule: 'link-offline', device: '', dimension: 'far', open: true }
  await expect.poll(alarms, CONDITION).toEqual([cutOff])
  expect(await down()).toEqual([{ link: 'far', devices: ['far-1', 'far-2'] }])
  await goOn(12)
  expect(await alarms()).toEqual([cutOff])
  const run = () => query(`SELECT last_status->>'epoch' AS epoch FROM gateway WHERE name = 'meters'`)
  const killed = await run()
  await gateway.kill()
  await gateway.start()
  await expect.poll(run, CONDITION).not.toEqual(killed)
  await goOn(12)
  expect(await alarms()).toEqual([cutOff])

  buses.far = await startBus(ports.far)
  await expect.poll(alarms, CONDITION).toEqual([{ ...cutOff, open: false }])
  await goOn(12)
  expect(await alarms()).toEqual([{ ...cutOff, open: false }])
  expect(await down()).toEqual([])
}, 400_000)
