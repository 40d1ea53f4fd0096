import { isGanzhiError } from '@ganzhi/contracts/error'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig, locateAgent, readEnvironment } from './config.ts'
import { DEFAULT_LIMITS } from './outbox/limits.ts'
import { DEFAULT_TIMING } from './uplink/timing.ts'

let dir: string
beforeEach(async () => (dir = await mkdtemp(join(tmpdir(), 'config-'))))
afterEach(() => rm(dir, { recursive: true, force: true }))

async function load(yaml: string, env: NodeJS.ProcessEnv = {}) {
  const file = join(dir, 'gateway.yaml')
  await writeFile(file, yaml)
  return loadConfig(file, readEnvironment(env))
}

async function faultOf(yaml: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  return load(yaml, env).then(
    () => expect.fail('it was taken'),
    (error: unknown) => {
      expect(isGanzhiError(error, 'bad-config')).toBe(true)
      return (error as Error).message.replaceAll(dir, '')
    },
  )
}

const LEAST = 'gateway: gw-1\ndata: ./data\nnats: { servers: ["nats://a:4222"] }\n'

test('the least that a gateway needs is a name, a place and a server', async () => {
  const config = await load(LEAST)
  expect(config).toMatchObject({
    gateway: 'gw-1',
    servers: ['nats://a:4222'],
    outboxDir: join(dir, 'data/outbox'),
    intakePath: join(dir, 'data/intake.sock'),
    limits: DEFAULT_LIMITS,
    timing: DEFAULT_TIMING,
    plan: { telemetryMs: 1_000, links: [] },
    dataDir: join(dir, 'data'),
  })
})

test('NATS_URL goes before the file', async () => {
  const config = await load(LEAST, { NATS_URL: 'nats://b:1,nats://c:2' })
  expect(config.servers).toEqual(['nats://b:1', 'nats://c:2'])
})

test('limits and times that are given replace the defaults, and only these', async () => {
  const config = await load(
    `${LEAST}outbox: { telemetryBytes: 1000000, commitMs: 20 }\nuplink: { askMs: 500 }\n`,
  )
  expect(config.limits.lanes.telemetry).toEqual({
    bytes: 1_000_000,
    ageMs: DEFAULT_LIMITS.lanes.telemetry.ageMs,
  })
  expect(config.limits.lanes.events).toEqual(DEFAULT_LIMITS.lanes.events)
  expect(config.commitMs).toBe(20)
  expect(config.timing).toEqual({ ...DEFAULT_TIMING, askMs: 500 })
})

test('every fault is named by its path, all at once', async () => {
  const message = await faultOf(
    'gateway: GW\ndata: 5\nuplink: { askMs: soon }\nlinks: [{ id: a }]\nbogus: 1\n',
  )
  for (const part of [
    'gateway must match',
    'data must be string',
    'uplink.askMs must be',
    'links[0] must have',
    'bogus is not',
  ]) {
    expect(message).toContain(part)
  }
})

test('a gateway may not have a name that stands for something else in subjects', async () => {
  expect(await faultOf(LEAST.replace('gw-1', 'feed'))).toContain('gateway may not be "feed"')
})

test('no server anywhere is a fault, as is a file that cannot be read', async () => {
  expect(await faultOf('gateway: gw-1\ndata: .\n')).toContain(
    'nats.servers is missing, and NATS_URL is not set',
  )
  expect(await faultOf(LEAST.replace('}', ', credentials: none.creds }'))).toContain(
    'nats.credentials ENOENT',
  )
  expect(await faultOf('gateway: [')).toContain('gateway.yaml')
  await expect(loadConfig(join(dir, 'none.yaml'), readEnvironment({}))).rejects.toThrow('ENOENT')
})

test('defects can be planted in the fault lab only', () => {
  expect(readEnvironment({ GANZHI_DEFECT: 'never-resend' }).defect).toBeUndefined()
  const lab = { GANZHI_FAULT_LAB: '1', GANZHI_DEFECT: 'never-resend' }
  expect(readEnvironment(lab).defect).toBe('never-resend')
  expect(() => readEnvironment({ ...lab, GANZHI_DEFECT: 'typo' })).toThrow('GANZHI_DEFECT must be one of')
  expect(() => readEnvironment({ GANZHI_LOG_LEVEL: 'loud' })).toThrow('GANZHI_LOG_LEVEL')
})

const LINK = `links:
  - id: street
    driver: modbus
    connection: { host: 10.0.0.9 }
    devices:
`

test('faults of links are named by path, line and column, beside those of everything else', async () => {
  const message = await faultOf(
    `${LEAST}outbox: { commitMs: 0 }\n${LINK}      - { id: a, profile: ganzhi/pump-well, unit: 900 }
      - { id: b, profile: nobody/nothing, unit: 1 }
  - { id: roof, driver: modbuz, connection: {}, devices: [] }
`,
  )
  for (const part of [
    'gateway.yaml:4:11: outbox.commitMs',
    'gateway.yaml:10:45: links[0].devices[0].unit',
    'gateway.yaml:11:18: links[0].devices[1].profile nobody/nothing is not known',
    'gateway.yaml:12:17: links[1].driver modbuz is not known. Use one of: modbus',
  ]) {
    expect(message).toContain(part)
  }
})

const OWN_PROFILE = `id: acme/m1
version: 1
maker: ACME
model: M1
names: { zh: 表, en: Meter }
source: https://example.org/m1
properties:
  - { id: level, names: { zh: 液位, en: Level }, type: float, access: r }
protocols:
  modbus:
    points:
      - { id: level, table: holding, address: 0, type: float32 }
`

async function ownProfile(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(dir, 'mine', path)), { recursive: true })
  await writeFile(join(dir, 'mine', path), text)
}

test("an installer's own profiles stand beside those that come with the agent", async () => {
  await ownProfile('acme/m1.yaml', OWN_PROFILE)
  const config = await load(
    `${LEAST}profiles: mine\n${LINK}      - { id: a, profile: acme/m1, unit: 1 }
      - { id: b, profile: ganzhi/pump-well, unit: 2 }\n`,
  )
  expect(config.plan.links[0]?.devices.map(({ profile }) => profile)).toEqual(['acme/m1', 'ganzhi/pump-well'])
})

test('an own profile that is bad, or takes the id of another, is refused by the names of the files', async () => {
  await ownProfile('acme/m1.yaml', OWN_PROFILE.replace('version: 1', 'version: none'))
  expect(await faultOf(`${LEAST}profiles: mine\n`)).toMatch(/gateway\.yaml:4:1: profiles .*acme\/m1\.yaml/)
  await rm(join(dir, 'mine'), { recursive: true })
  await ownProfile('ganzhi/pump-well.yaml', OWN_PROFILE.replace('acme/m1', 'ganzhi/pump-well'))
  const message = await faultOf(`${LEAST}profiles: mine\n`)
  expect(message).toContain('mine/ganzhi/pump-well.yaml')
  expect(message).toContain('profiles/ganzhi/pump-well.yaml')
})

test('an agent is found by a file of which the rest is bad', async () => {
  const file = join(dir, 'gateway.yaml')
  await writeFile(file, 'gateway: gw-1\ndata: ./here\nlinks: [\nbogus: 1\n')
  expect(await locateAgent(file)).toMatchObject({
    gateway: 'gw-1',
    intakePath: join(dir, 'here/intake.sock'),
  })
})

test('what is watched for anomalies is a device that is read, told by line', async () => {
  const anomaly = 'anomaly:\n  trustedKeys: [city.pub]\n  devices: { ghost-1: { package: models/ghost-1 } }\n'
  expect(await faultOf(LEAST + anomaly)).toContain('gateway.yaml:6')
  expect(await faultOf(LEAST + anomaly)).toContain('anomaly.devices.ghost-1 is no device of links')
})
