import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@ganzhi/device-drivers/clock'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AgentConfig, readEnvironment } from './config.ts'
import { ConfigKeeper } from './config-keeper.ts'
import { startConfig } from './last-good-config.ts'

let dir: string
let file: string
let stack: AsyncDisposableStack
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'keeper-'))
  file = join(dir, 'gateway.yaml')
  stack = new AsyncDisposableStack()
})
afterEach(async () => {
  await stack.disposeAsync()
  await rm(dir, { recursive: true, force: true })
})

const environment = readEnvironment({ NATS_URL: 'nats://a:4222' })
const HEAD = 'gateway: gw-1\ndata: .\n'

function textOf(...units: unknown[]): string {
  const devices = units.map(
    (unit) => `{ id: d${String(unit)}, profile: ganzhi/pump-well, unit: ${String(unit)} }`,
  )
  return `${HEAD}links:
  - { id: a, driver: modbus, connection: { host: 10.0.0.9 }, devices: [${devices.join(', ')}] }
`
}

const NO_CHANGE = { added: 0, removed: 0, changed: 0 }

async function start() {
  const applied: number[] = []
  const logged: string[] = []
  const apply = async ({ plan }: AgentConfig) => {
    applied.push(plan.links.flatMap(({ devices }) => devices).length)
    return { links: NO_CHANGE, devices: NO_CHANGE, points: NO_CHANGE }
  }
  const log = pino({}, { write: (line) => void logged.push((JSON.parse(line) as { msg: string }).msg) })
  const begun = await startConfig(file, environment)
  const keeper = stack.use(
    new ConfigKeeper({ file, environment, start: begun, apply, clock: systemClock, log }),
  )
  await keeper.start()
  return { keeper, applied, logged, begun }
}

test('a change of the file is taken over, also when an editor replaces it', async () => {
  await writeFile(file, textOf(1))
  const { applied, keeper } = await start()
  await writeFile(file, textOf(1, 2))
  await expect.poll(() => applied, { timeout: 10_000 }).toEqual([2])
  await writeFile(`${file}~`, textOf(1, 2, 3))
  await rename(`${file}~`, file)
  await expect.poll(() => applied, { timeout: 10_000 }).toEqual([2, 3])
  expect(keeper.status.faults).toEqual([])
})

test('a bad file is refused whole, with all that is wrong by its place, and shown until it is mended', async () => {
  await writeFile(file, textOf(1))
  const { applied, keeper, logged } = await start()
  await writeFile(file, textOf(1, 'two', 900))
  await keeper.reload()
  expect(applied).toEqual([])
  expect(keeper.status.faults).toMatchObject([
    { path: 'links[0].devices[1].unit', line: 4 },
    { path: 'links[0].devices[2].unit', line: 4 },
  ])
  expect(logged.join('\n')).toMatch(/gateway\.yaml:4:\d+: links\[0\]\.devices\[1\]\.unit must be integer/)
  await writeFile(file, textOf(1, 2))
  await keeper.reload()
  expect(applied.at(-1)).toBe(2)
  expect(keeper.status.faults).toEqual([])
})

test('what cannot change while the agent runs is said to need a restart, and nothing of the file is taken', async () => {
  await writeFile(file, textOf(1))
  const { applied, keeper } = await start()
  await writeFile(file, `${textOf(1, 2)}outbox: { commitMs: 20 }\n`)
  await keeper.reload()
  expect(applied).toEqual([])
  expect(keeper.status.faults).toMatchObject([{ path: 'outbox', line: 5 }])
})

test.each([
  ['a field is wrong', textOf('none')],
  ['it is no YAML', `${HEAD}links: [\n`],
])('a start with a bad file runs the last good one, and says so: %s', async (_, bad) => {
  await writeFile(file, textOf(1, 2))
  await (await start()).keeper[Symbol.asyncDispose]()
  await writeFile(file, bad)
  const { begun, keeper, logged } = await start()
  expect(begun.config.plan.links[0]?.devices).toHaveLength(2)
  expect(keeper.status.faults.length).toBeGreaterThan(0)
  expect(logged[0]).toContain('the last good configuration runs')
})

test('a bad file is never kept as the last good one, and where there is none it ends the start', async () => {
  await writeFile(file, textOf(1))
  const { keeper } = await start()
  const kept = await readFile(join(dir, 'last-good-config.json'), 'utf8')
  await writeFile(file, textOf('none'))
  await keeper.reload()
  expect(await readFile(join(dir, 'last-good-config.json'), 'utf8')).toBe(kept)
  await rm(join(dir, 'last-good-config.json'))
  await expect(startConfig(file, environment)).rejects.toMatchObject({
    code: 'bad-config',
    message: expect.stringContaining('links[0].devices[0].unit') as string,
  })
})
