import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type ChildProcess, spawn } from 'node:child_process'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { commandLine } from './command-line.ts'
import { COMMANDS } from './commands.ts'
import { scriptedTerminal } from './scripted-terminal.ts'

let dir: string
let children: ChildProcess[]
beforeEach(async () => {
  children = []
  dir = await mkdtemp(join(tmpdir(), 'edge-cli-'))
  await writeFile(
    join(dir, 'gateway.yaml'),
    'gateway: gw-1\ndata: .\nnats: { servers: ["nats://127.0.0.1:1"] }\n',
  )
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  await rm(dir, { recursive: true, force: true })
})

async function command(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const terminal = scriptedTerminal()
  const code = await commandLine(args, terminal, AbortSignal.timeout(30_000))
  return { code, ...terminal.said }
}

/** The agent as its supervisor starts it; resolves with its first line on stdout. */
async function anAgent(): Promise<{ child: ChildProcess; ready: unknown }> {
  const main = join(import.meta.dirname, '../main.ts')
  const child = spawn(process.execPath, [main, 'run', '--config', join(dir, 'gateway.yaml')], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  children.push(child)
  const [line] = (await once(child.stdout ?? expect.fail('no stdout'), 'data')) as [Buffer]
  return { child, ready: JSON.parse(line.toString()) }
}

test('says its version, and how it is used in two languages', async () => {
  const manifest = JSON.parse(await readFile(join(import.meta.dirname, '../package.json'), 'utf8')) as object
  expect(await command('--version')).toMatchObject({
    code: 0,
    out: `${(manifest as { version: string }).version}\n`,
  })
  const help = await command('--help')
  expect(help.code).toBe(0)
  expect(help.out).toMatch(/网关代理[^]*ganzhi-edge scan/)
})

test.each(Object.keys(COMMANDS))('%s --help shows how it is used, in two languages', async (name) => {
  const { code, out } = await command(name, '--help')
  expect(code).toBe(0)
  expect(out).toMatch(new RegExp(`^ganzhi-edge ${name} `))
  expect(out).toMatch(/[\u4e00-\u9fff]/)
})

test.each([
  [[], 'no command given'],
  [['fly'], 'there is no command fly'],
  [['raed'], 'did you mean read?'],
  [['run', '--fast'], 'there is no option --fast'],
  [['read', '--conection', '{}'], 'did you mean --connection?'],
  [['status', 'now'], 'unexpected now'],
  [['status'], '--config is missing'],
  [['read', '--driver', 'modbus'], '--connection is missing'],
  [['read', '--driver', 'modbus', '--connection', '{}', '--points', '/none.yaml'], '/none.yaml'],
  [['status', '--config', '/none.yaml'], '/none.yaml'],
])('bad use %j ends with 2 and says why', async (args, why) => {
  const { code, err } = await command(...args)
  expect(code).toBe(2)
  expect(err).toContain(why)
})

test('with --json an error is one document too', async () => {
  const { code, out } = await command('status', '--json')
  expect(code).toBe(2)
  expect(JSON.parse(out)).toMatchObject({ error: { code: 'bad-use', message: '缺少 --config is missing' } })
})

test('an agent that does not run has a status, and exit code 1', async () => {
  const { code, out } = await command('status', '--json', '--config', join(dir, 'gateway.yaml'))
  expect(code).toBe(1)
  expect(JSON.parse(out)).toEqual({ running: false, gateway: 'gw-1', outbox: { bytes: 0 } })
})

test('the agent says when it is ready, what it holds, and ends with 0 on SIGTERM', async () => {
  const { child, ready } = await anAgent()
  const intake = join(dir, 'intake.sock')
  expect(ready).toEqual({
    ready: true,
    gateway: 'gw-1',
    epoch: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    intake,
  })
  const socket = connect(intake)
  const reading = { device: 'm', property: 'p', type: 'float', at: 1, quality: 'good', value: 1 }
  socket.write(`${JSON.stringify({ id: 1, readings: [reading] })}\n`)
  await once(socket, 'data')
  socket.destroy()

  const { code, out } = await command('status', '--json', '--config', join(dir, 'gateway.yaml'))
  expect(code).toBe(0)
  const status = JSON.parse(out) as { lanes: { lane: string; head: number }[] }
  expect(status).toMatchObject({ running: true, gateway: 'gw-1', server: null, outbox: { writable: true } })
  expect(status.lanes.map(({ lane, head }) => [lane, head])).toContainEqual(['telemetry', 1])
  expect((await command('status', '--config', join(dir, 'gateway.yaml'))).out).toContain(
    '未连接 not connected',
  )

  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('a second agent on the same data is refused', async () => {
  await anAgent()
  const main = join(import.meta.dirname, '../main.ts')
  const second = spawn(process.execPath, [main, 'run', '--config', join(dir, 'gateway.yaml')], {
    stdio: 'ignore',
  })
  children.push(second)
  expect((await once(second, 'exit'))[0]).toBeGreaterThan(0)
  expect((await command('status', '--config', join(dir, 'gateway.yaml'))).code).toBe(0)
})

test('reading a device that does not answer ends with 1 and tells so for each point', async () => {
  const silent = createServer((socket) => socket.destroy())
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as { port: number }
  const points = join(dir, 'points.yaml')
  await writeFile(
    points,
    'unit: 1\npoints:\n  - { id: temp, table: holding, address: 0, type: int16, scale: 0.1 }\n',
  )
  const connection = JSON.stringify({ host: '127.0.0.1', port })
  const what = ['--driver', 'modbus', '--connection', connection, '--points', points]
  const { code, out } = await command('read', ...what, '--json')
  silent.close()
  expect(code).toBe(1)
  expect(JSON.parse(out)).toMatchObject({ points: [{ id: 'temp', value: null, error: {} }] })
})

test('a negative value is a value, wherever it stands', async () => {
  const asked = await command(
    'command',
    'ask',
    'well',
    'level',
    '-1.5',
    '--config',
    join(dir, 'gateway.yaml'),
  )
  expect(asked.err).toContain('not run')
  expect(asked.code).toBe(1)
})

test('a command whose agent stops meanwhile may have been done, and that is said', async () => {
  const life = { command: { id: 'cmd-00000001' }, steps: [{ state: 'delivered', at: 0 }] }
  const agent = createServer((socket) => {
    agent.close()
    socket.end(`${JSON.stringify({ id: 1, ...life })}\n`)
  })
  agent.listen(join(dir, 'intake.sock'))
  await once(agent, 'listening')
  const asked = await command('command', 'ask', 'well', 'pump', 'on', '--config', join(dir, 'gateway.yaml'))
  expect(asked.code).toBe(1)
  expect(asked.err).toMatch(/cmd-00000001[^]*may have been done/)
})
