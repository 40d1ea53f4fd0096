import { isGanzhiError } from '@ganzhi/contracts/error'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig, readEnvironment } from './config.ts'
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
