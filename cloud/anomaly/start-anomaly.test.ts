import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Nats, startNats } from '@ganzhi/deploy/stack/nats'
import { type Postgres, startPostgres } from '@ganzhi/deploy/stack/postgres'
import { makeKeyPair } from '@ganzhi/models/package/keys'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type IngestRig, openIngestRig } from '../ingest/ingest-rig.ts'
import { lively, type Meter, minutesFrom, openMeter } from './meter-under-test.ts'
import { CARD, packageUnderTest } from './model-under-test.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const keys = makeKeyPair()
// Each start loads a whole cloud.
vi.setConfig({ testTimeout: 300_000 })
const SOON = { timeout: 100_000 }

let dir: string
let postgres: Postgres
let nats: Nats
let rig: IngestRig
let good: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ganzhi-anomaly-'))
  postgres = await startPostgres({ dataDir: join(dir, 'pg'), port: await freePort() })
  nats = await startNats({ storeDir: join(dir, 'nats'), port: await freePort() })
  rig = await openIngestRig({ database: postgres.url, nats: nats.url })
  await rig.ingest()
  await writeFile(join(dir, 'city.pub'), keys.publicKey)
  good = await packageUnderTest(join(dir, 'good'), CARD, keys)
})
afterAll(async () => {
  await rig?.[Symbol.asyncDispose]()
  await nats?.stop()
  await postgres?.stop()
  await rm(dir, { recursive: true, force: true })
})

/** Also of a test that ran out of time. */
const children = new Set<ChildProcess>()
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})

interface Role extends AsyncDisposable {
  readonly child: ChildProcess
  /** Lines of its log. */
  readonly log: {
    readonly msg: string
    readonly device?: string
    readonly fault?: { readonly code: string }
  }[]
}

/** The role in a process of its own, as it is started in production. */
async function start(meter: Meter, devices: Readonly<Record<string, string>>, failPoint = ''): Promise<Role> {
  const file = join(dir, `${meter.gateway.name}.yaml`)
  const models = Object.entries(devices).map(([device, folder]) => [device, { package: folder }])
  const gateways = { [meter.gateway.name]: Object.fromEntries(models) as unknown }
  await writeFile(file, JSON.stringify({ trustedKeys: ['city.pub'], gateways }))
  const child = spawn(process.execPath, [MAIN, '--roles', 'anomaly'], {
    env: {
      ...process.env,
      DATABASE_URL: postgres.url,
      NATS_URL: nats.url,
      GANZHI_EVIDENCE: join(dir, 'evidence'),
      GANZHI_ANOMALY: file,
      GANZHI_FAULT_LAB: '1',
      GANZHI_FAILPOINT: failPoint,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  children.add(child)
  const log: Role['log'] = []
  const exited = once(child, 'exit')
  createInterface({ input: child.stderr }).on('line', (line) =>
    log.push(JSON.parse(line) as Role['log'][number]),
  )
  return {
    child,
    log,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** Begins to score from a minute on. */
async function begun(meter: Meter, minute: number): Promise<void> {
  await meter.read(0, minute, lively())
  meter.say(minute)
  await using _ = await start(meter, { 'meter-1': good })
  const from = 'anomaly_progress p JOIN gateway g ON g.id = gateway_id WHERE g.name = $1'
  await expect.poll(() => rig.count(from, [meter.gateway.name]), SOON).toBe(1)
}

test('killed at any step of the way, and started again, it stores each score once', async () => {
  const meter = await openMeter(rig)
  await begun(meter, 12)
  await meter.read(12, 150, lively())
  meter.say(150)
  for (const failPoint of ['began:kill:2', 'before-commit:kill', 'committed:kill', 'before-commit:kill']) {
    await using role = await start(meter, { 'meter-1': good }, failPoint)
    const [, signal] = (await once(role.child, 'exit')) as [number | null, string | null]
    expect(signal).toBe('SIGKILL')
  }
  await using _ = await start(meter, { 'meter-1': good })
  await expect.poll(async () => (await meter.scores()).at(-1)?.minute, SOON).toBe(150)
  expect((await meter.scores()).map(({ minute }) => minute)).toEqual(minutesFrom(13, 150))
})

test('models that must not run are refused with the reason, and the others run', async () => {
  const meter = await openMeter(rig)
  await begun(meter, 12)
  const packaged = (name: string, device: string, signer?: typeof keys) =>
    packageUnderTest(join(dir, name), { ...CARD, device }, signer)
  const altered = await packaged('altered', 'meter-4', keys)
  await writeFile(join(altered, 'weights.bin'), 'changed')
  await using role = await start(meter, {
    'meter-2': good,
    'meter-3': await packaged('unsigned', 'meter-3'),
    'meter-4': altered,
    'meter-5': await packaged('foreign', 'meter-5', makeKeyPair()),
    'meter-1': good,
  })
  const refused = () =>
    role.log.flatMap(({ msg, device, fault }) =>
      msg === 'the anomaly model is refused' ? [[device, fault?.code]] : [],
    )
  await expect.poll(refused, SOON).toEqual([
    ['meter-2', 'model-of-other-device'],
    ['meter-3', 'package-unsigned'],
    ['meter-4', 'package-altered'],
    ['meter-5', 'package-unknown-key'],
  ])
  await meter.read(12, 20, lively())
  meter.say(20)
  await expect
    .poll(async () => (await meter.scores()).map(({ minute }) => minute))
    .toEqual(minutesFrom(13, 20))
})

test('a configuration that can not be read ends the start, with its place', async () => {
  const meter = await openMeter(rig)
  await using role = await start(meter, { 'no such id': good })
  expect(await once(role.child, 'exit')).toEqual([2, null])
  expect(role.log.at(-1)?.msg).toContain(`${meter.gateway.name}.yaml:1:`)
})

test('asked for by name without a configuration it does not start', async () => {
  const { GANZHI_ANOMALY: _, ...env } = process.env
  const urls = { DATABASE_URL: postgres.url, NATS_URL: nats.url, GANZHI_EVIDENCE: join(dir, 'evidence') }
  const child = spawn(process.execPath, [MAIN, '--roles', 'anomaly'], {
    env: { ...env, ...urls },
    stdio: 'ignore',
  })
  expect(await once(child, 'exit')).toEqual([2, null])
})
