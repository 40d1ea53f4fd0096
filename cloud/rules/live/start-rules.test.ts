import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Nats, startNats } from '@ganzhi/deploy/stack/nats'
import { type Postgres, startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type IngestRig, type RigGateway, openIngestRig } from '../../ingest/ingest-rig.ts'
import { putRule } from '../book/put-rule.ts'
import { startRules } from './start-rules.ts'

let dir: string
let postgres: Postgres
let nats: Nats
let rig: IngestRig

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ganzhi-rules-role-'))
  postgres = await startPostgres({ dataDir: join(dir, 'pg'), port: await freePort() })
  nats = await startNats({ storeDir: join(dir, 'nats'), port: await freePort() })
  rig = await openIngestRig({ database: postgres.url, nats: nats.url })
  await rig.ingest()
})
afterAll(async () => {
  await rig?.[Symbol.asyncDispose]()
  await nats?.stop()
  await postgres?.stop()
  await rm(dir, { recursive: true, force: true })
})

const SOON = { timeout: 20_000 }
const HOUR_MS = 3_600_000
/** Only what it is told of makes it look. */
const rules = () =>
  startRules({
    ...rig.options,
    failPoint: rig.options.lab.failPoint,
    retentionDays: 90,
    timing: { leaseMs: 5_000, everyMs: 10, lookEveryMs: HOUR_MS },
  })
const statesOf = async ({ name }: RigGateway): Promise<string[]> => {
  const { rows } = await rig.pool.query<{ state: string }>(
    `SELECT to_state AS state FROM alarm_transition t JOIN alarm a ON a.id = alarm_id JOIN gateway g ON g.id = gateway_id
     WHERE g.name = $1 ORDER BY at`,
    [name],
  )
  return rows.map(({ state }) => state)
}

it('what a gateway sends through the broker becomes an alarm, whichever process judges it', async () => {
  const when = { above: 10 }
  const rule = {
    id: 'high',
    version: 1,
    for: { property: 'power' },
    when,
    severity: 'major',
    lateness: 'PT0S',
  } as const
  await putRule(rig.pool, rule, 'test', { alarms: 'keep' })
  const gateway = rig.gateway()
  await gateway.sendTable()
  {
    await using _ = await rules()
    await using __ = await rules()
    await gateway.send('telemetry', 1, gateway.batch([{ value: 3 }]))
    await expect
      .poll(
        () =>
          rig.count('rule_progress JOIN gateway g ON g.id = gateway_id WHERE g.name = $1', [gateway.name]),
        SOON,
      )
      .toBe(1)
    await gateway.send('telemetry', 2, gateway.batch([{ value: 11 }]))
    await expect.poll(() => statesOf(gateway), SOON).toEqual(['major'])
  }
  await using _ = await rules()
  await gateway.send('telemetry', 3, gateway.batch([{ value: 3 }]))
  await expect.poll(() => statesOf(gateway), SOON).toEqual(['major', 'clear'])
})
