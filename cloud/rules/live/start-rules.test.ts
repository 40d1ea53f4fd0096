import { spawn } from 'node:child_process'
import { once } from 'node:events'
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
const rules = (lookEveryMs = HOUR_MS) =>
  startRules({
    ...rig.options,
    failPoint: rig.options.lab.failPoint,
    retentionDays: 90,
    timing: { leaseMs: 5_000, everyMs: 10, lookEveryMs },
  })
const statesOf = async ({ name }: RigGateway): Promise<string[]> => {
  const { rows } = await rig.pool.query<{ state: string }>(
    `SELECT to_state AS state FROM alarm_transition t JOIN alarm a ON a.id = alarm_id JOIN gateway g ON g.id = gateway_id
     WHERE g.name = $1 ORDER BY at`,
    [name],
  )
  return rows.map(({ state }) => state)
}

const takenOf = ({ name }: RigGateway): Promise<number> =>
  rig.count('rule_progress JOIN gateway g ON g.id = gateway_id WHERE g.name = $1', [name])

it('what a gateway sends through the broker becomes an alarm, whichever process judges it', async () => {
  const when = { above: 10 }
  const gateway = rig.gateway()
  const rule = {
    id: 'high',
    version: 1,
    for: { gateway: gateway.name, property: 'power' },
    when,
    severity: 'major',
    // A process that begins has passed all that was made before it began.
    lateness: 'PT3S',
  } as const
  await putRule(rig.pool, rule, 'test', { alarms: 'keep' })
  await gateway.sendTable()
  {
    await using _ = await rules()
    await using __ = await rules()
    const started = Date.now()
    await gateway.send('telemetry', 1, gateway.batch([{ at: started, value: 3 }]))
    await expect.poll(() => takenOf(gateway), SOON).toBe(1)
    await gateway.send('telemetry', 2, gateway.batch([{ value: 11 }]))
    await expect.poll(() => statesOf(gateway), SOON).toEqual(['major'])
    // It began sooner, as is known when that time is over.
    await gateway.send('telemetry', 4, gateway.batch([{ at: started + 1, value: 12 }]))
    await expect.poll(() => statesOf(gateway), { timeout: 40_000 }).toEqual(['major', 'major'])
  }
  await using _ = await rules()
  await gateway.send('telemetry', 3, gateway.batch([{ value: 3 }]))
  await expect.poll(() => statesOf(gateway), SOON).toEqual(['major', 'major', 'clear'])
})

it('what devices of an area send becomes an alarm of the area', async () => {
  const gateway = rig.gateway()
  await gateway.sendTable()
  await rig.pool.query(
    `INSERT INTO area (token, level, name_zh, path, revision) VALUES ('harbour', 'street', '港口街道', 'harbour/', 1)`,
  )
  const when = { devices: { atLeast: 1, when: { above: 10, property: 'power' } } }
  const rule = { id: 'area-high', version: 1, for: {}, each: 'street', when, severity: 'major' } as const
  await putRule(rig.pool, { ...rule, lateness: 'PT1S' }, 'test', { alarms: 'keep' })
  await using _ = await rules(100)
  await gateway.send('telemetry', 1, gateway.batch([{ value: 3 }]))
  await expect.poll(() => takenOf(gateway), SOON).toBe(1)
  await rig.pool.query(
    `UPDATE device SET area = 'harbour' FROM gateway g WHERE g.id = gateway_id AND g.name = $1`,
    [gateway.name],
  )
  await gateway.send('telemetry', 2, gateway.batch([{ value: 11 }]))
  await expect.poll(() => rig.count(`alarm WHERE area = 'harbour' AND closed_at IS NULL`, []), SOON).toBe(1)
  await gateway.send('telemetry', 3, gateway.batch([{ value: 3 }]))
  await expect.poll(() => rig.count(`alarm WHERE area = 'harbour' AND closed_at IS NULL`, []), SOON).toBe(0)
})

it.each(['before-commit', 'committed'])(
  'a process of the role that is killed at the step %s has its partitions taken over',
  async (step) => {
    const id = `killed-at-${step}`
    const gateway = rig.gateway()
    const scope = { gateway: gateway.name, property: 'power' }
    const rule = {
      id,
      version: 1,
      for: scope,
      when: { above: 10 },
      severity: 'major',
      lateness: 'PT0S',
    } as const
    await putRule(rig.pool, rule, 'test', { alarms: 'keep' })
    await gateway.sendTable()
    {
      await using _ = await rules()
      await gateway.send('telemetry', 1, gateway.batch([{ value: 3 }]))
      await expect.poll(() => takenOf(gateway), SOON).toBe(1)
    }
    await gateway.send('telemetry', 2, gateway.batch([{ value: 11 }, { value: 12 }]))
    const killed = spawn(process.execPath, ['cloud/main.ts', '--roles', 'rules'], {
      stdio: 'ignore',
      env: {
        DATABASE_URL: postgres.url,
        NATS_URL: nats.url,
        GANZHI_EVIDENCE: join(dir, 'evidence'),
        GANZHI_RULES_LEASE_MS: '2000',
        GANZHI_FAULT_LAB: '1',
        GANZHI_FAILPOINT: `${step}:kill`,
      },
    })
    expect(await once(killed, 'exit')).toEqual([null, 'SIGKILL'])
    await using _ = await rules()
    // Ahead of whatever the new one has passed when it comes.
    await gateway.send('telemetry', 3, gateway.batch([{ value: 3, at: Date.now() + 3_000 }]))
    await expect.poll(() => statesOf(gateway), SOON).toEqual(['major', 'clear'])
  },
)
