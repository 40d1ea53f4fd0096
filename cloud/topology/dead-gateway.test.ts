import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodePointTable } from '@ganzhi/contracts/point-table'
import { headersOf } from '@ganzhi/contracts/record-key'
import type { Rule } from '@ganzhi/contracts/rule'
import { gatewaySubject, laneSubject } from '@ganzhi/contracts/subjects'
import { encodeBatch } from '@ganzhi/contracts/telemetry-batch'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Nats, startNats } from '@ganzhi/deploy/stack/nats'
import { type Postgres, startPostgres } from '@ganzhi/deploy/stack/postgres'
import { jetstream } from '@nats-io/jetstream'
import { headers } from '@nats-io/transport-node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type IngestRig, openIngestRig } from '../ingest/ingest-rig.ts'
import { putRule } from '../rules/book/put-rule.ts'
import { startRules } from '../rules/live/start-rules.ts'
import { SILENT_AFTER_MS } from './reach.ts'

let dir: string
let postgres: Postgres
let nats: Nats
let rig: IngestRig

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ganzhi-dead-gateway-'))
  postgres = await startPostgres({ dataDir: join(dir, 'pg'), port: await freePort() })
  nats = await startNats({ storeDir: join(dir, 'nats'), port: await freePort() })
  rig = await openIngestRig({ database: postgres.url, nats: nats.url })
})
afterAll(async () => {
  await rig?.[Symbol.asyncDispose]()
  await nats?.stop()
  await postgres?.stop()
  await rm(dir, { recursive: true, force: true })
})

const LONG = { timeout: 120_000, interval: 500 }
const points = Array.from({ length: 500 }, (_, i) => ({
  device: `meter-${i}`,
  property: 'power',
  type: 'float' as const,
}))
const RULES: readonly Rule[] = [
  { id: 'no-data', version: 1, for: { property: 'power' }, when: { noData: 'PT10S' }, severity: 'minor' },
  { id: 'no-good-data', version: 1, for: { property: 'power' }, when: { stale: 'PT10S' }, severity: 'minor' },
  {
    id: 'gateway-offline',
    version: 1,
    for: {},
    each: 'gateway',
    when: { offline: 'PT10S' },
    severity: 'major',
  },
]

/** A gateway with its devices: what it reads it sends each second, and says so. */
async function openGateway() {
  const gateway = rig.gateway()
  const table = encodePointTable({ points })
  const js = jetstream(rig.connection)
  const sent = headers()
  const named = headersOf({ kind: 'table', gateway: gateway.name, sha256: table.hash })
  for (const [key, value] of Object.entries(named)) sent.set(key, value)
  await js.publish(laneSubject(gateway.name, 'telemetry'), table.bytes, { headers: sent })
  let seq = 0
  const tick = async (): Promise<void> => {
    const at = Date.now()
    const readings = points.map((_, slot) => ({ slot, at, value: 1, quality: 'good' as const }))
    await gateway.send('telemetry', ++seq, encodeBatch(table.hash, { points }, readings))
    const status = {
      phase: 'alive',
      at,
      epoch: gateway.epoch,
      agent: '1',
      heads: [{ lane: 'telemetry', epoch: gateway.epoch, head: seq }],
      outbox: { bytes: 0, capBytes: 1, writable: true },
      counters: {},
    }
    rig.connection.publish(gatewaySubject(gateway.name, 'status'), JSON.stringify(status))
  }
  return {
    lives(): Disposable {
      void tick()
      const timer = setInterval(() => void tick(), 1_000)
      return { [Symbol.dispose]: () => clearInterval(timer) }
    },
  }
}

const alarms = async (): Promise<unknown[]> =>
  (
    await rig.pool.query<{ rule: string }>(
      'SELECT rule, device, closed_at IS NULL AS open FROM alarm ORDER BY opened_at',
    )
  ).rows
const judgedPast = (at: number) =>
  expect
    .poll(async () => {
      const { rows } = await rig.pool.query<{ at: Date }>(
        'SELECT min(clock) AS at FROM rule_partition WHERE id < 16',
      )
      return rows[0]?.at.getTime()
    }, LONG)
    .toBeGreaterThan(at)

it('500 devices behind a gateway that dies are one alarm, and none where it was us who did not listen', async () => {
  for (const rule of RULES) await putRule(rig.pool, rule, 'test', { alarms: 'keep' })
  await using _ = await startRules({
    ...rig.options,
    failPoint: rig.options.lab.failPoint,
    retentionDays: 90,
    timing: { leaseMs: 10_000, everyMs: 100, lookEveryMs: 1_000 },
  })
  const gateway = await openGateway()
  let ingest = await rig.ingest()
  {
    using _alive = gateway.lives()
    await expect.poll(() => rig.count('gateway_reach WHERE reached'), LONG).toBe(1)
    await ingest[Symbol.asyncDispose]()
    await judgedPast(Date.now() + SILENT_AFTER_MS + 15_000)
    expect(await alarms()).toEqual([])
    ingest = await rig.ingest()
    await judgedPast(Date.now() + 12_000)
    expect(await alarms()).toEqual([])
  }
  const dead = [{ rule: 'gateway-offline', device: '', open: true }]
  await expect.poll(alarms, LONG).toEqual(dead)
  await judgedPast(Date.now() + 12_000)
  expect(await alarms()).toEqual(dead)
  using _again = gateway.lives()
  await expect.poll(alarms, LONG).toEqual([{ ...dead[0], open: false }])
  await judgedPast(Date.now() + 22_000)
  expect(await alarms()).toEqual([{ ...dead[0], open: false }])
}, 300_000)
