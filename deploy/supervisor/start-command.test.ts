import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

import { freePort } from '../stack/free-port.ts'
import { findInstance } from './instance-lock.ts'

const DUMMY_STACK = fileURLToPath(new URL('fixtures/dummy-stack.ts', import.meta.url))

let folder: string
let home: string
let port: number
let journalFile: string
let started: { child: ChildProcess }[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganzhi-stack-'))
  home = join(folder, 'home')
  port = await freePort()
})
afterAll(() => rm(folder, { recursive: true, force: true }))
beforeEach(async () => {
  journalFile = join(folder, 'journal')
  started = []
  await writeFile(journalFile, '')
})
afterEach(() => started.forEach(({ child }) => child.kill('SIGKILL')))

function start(env: NodeJS.ProcessEnv = {}, args: string[] = ['--port', String(port)]) {
  const { npm_lifecycle_event: _, ...inherited } = process.env
  const child = spawn(process.execPath, [DUMMY_STACK, ...args], {
    env: { ...inherited, GANZHI_HOME: home, JOURNAL: journalFile, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  child.stdout.on('data', (data) => (out += String(data)))
  const command = {
    child,
    err: text(child.stderr),
    ended: once(child, 'exit'),
    out: () => out,
    up: () => vi.waitUntil(() => out.includes('Ganzhi is up') || isOver(child), { timeout: 30_000 }),
  }
  started.push(command)
  return command
}

const isOver = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null
const journal = async () => (await readFile(journalFile, 'utf8')).trim().split('\n')

/** The postmaster and the broker. */
async function servers(): Promise<number[]> {
  const processes = await leftovers()
  return processes.filter(({ command }) => / -D | -c /.test(command)).map(({ pid }) => pid)
}

/** Processes that work in the home or were started for it. */
async function leftovers(): Promise<{ pid: number; command: string }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  const found = await Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '')
      return command.includes(folder) || cwd.startsWith(folder)
        ? [{ pid: Number(pid), command: command.replaceAll('\0', ' ') }]
        : []
    }),
  )
  return found.flat()
}

describe('npm start', () => {
  test('prints the address and the first login, and stops in order on SIGINT with nothing left running', async () => {
    const { child, out, up, ended } = start()
    await up()
    expect(out()).toContain(`http://127.0.0.1:${port}`)
    expect(out()).toContain('admin / first')
    child.kill('SIGINT')
    expect(await ended).toEqual([0, null])
    const stops = (await journal()).filter((line) => line.startsWith('stop'))
    expect(stops).toEqual([
      'stop edge',
      'stop edge',
      'stop uplink',
      'stop simulators',
      'stop cameras',
      'stop cloud',
    ])
    expect(out()).toContain('Stopped, data stays')
    expect(await leftovers()).toEqual([])
  })

  test('is up without ffmpeg, and says what cameras need', async () => {
    const { child, out, up, ended } = start({ FFMPEG: '/nope' })
    await up()
    await vi.waitFor(() => expect(out()).toMatch(/Cameras +FFMPEG=\/nope .* correct or unset it/))
    child.kill('SIGINT')
    expect(await ended).toEqual([0, null])
  })

  test('keeps its ports and data, kills who does not go, and leaves no orphan and no lock when killed itself', async () => {
    const ports = await readFile(join(home, 'ports.json'), 'utf8')
    const first = start({ EDGE: 'stubborn' })
    await first.up()
    expect(await findInstance(home)).toEqual({ pid: first.child.pid, url: `http://127.0.0.1:${port}` })
    first.child.kill('SIGKILL')
    await vi.waitFor(async () => expect(await leftovers()).toEqual([]), { timeout: 10_000 })

    const second = start({ EDGE: 'stubborn' })
    await second.up()
    expect(await readFile(join(home, 'ports.json'), 'utf8')).toBe(ports)
    second.child.kill('SIGTERM')
    expect(await second.ended).toEqual([0, null])
    expect(await leftovers()).toEqual([])
  })

  test('is stopped in the middle of a start', async () => {
    const { child, ended, out } = start({ CLOUD: 'silent' })
    await vi.waitFor(async () => expect(await journal()).toEqual([expect.stringMatching('start cloud')]), {
      timeout: 30_000,
    })
    child.kill('SIGINT')
    expect(await ended).toEqual([0, null])
    expect(out()).toMatch(/Stopped\n$/)
    expect(await leftovers()).toEqual([])
  })

  test('runs once a directory', async () => {
    const first = start()
    await first.up()
    const second = start({}, ['--port', String(await freePort())])
    expect(await second.ended).toEqual([1, null])
    expect(await second.err).toContain(
      `Already running (process ${first.child.pid}, http://127.0.0.1:${port})`,
    )
    first.child.kill('SIGTERM')
    await first.ended
  })

  test('restarts a child three times, then stops everything and names the log', async () => {
    const { err, ended } = start({ CLOUD: 'dies' })
    expect(await ended).toEqual([1, null])
    expect((await journal()).filter((line) => line.startsWith('start cloud'))).toHaveLength(4)
    const lines = (await err).trim().split('\n')
    expect(lines.slice(0, -1).every((line) => line.includes('starting again'))).toBe(true)
    expect(lines.at(-1)).toContain(
      `cloud ended 4 times within a minute (code 1: out of luck), see ${home}/log/cloud.log`,
    )
    expect(await leftovers()).toEqual([])
  })

  test('restarts PostgreSQL and nats-server when they are killed', async () => {
    const { child, up, ended } = start()
    await up()
    const before = await servers()
    for (const pid of before) process.kill(pid, 'SIGKILL')
    await vi.waitFor(
      async () => {
        const after = await servers()
        expect(after).toHaveLength(2)
        for (const pid of before) expect(after).not.toContain(pid)
      },
      { timeout: 10_000 },
    )
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })
})

describe('one line says what to do', () => {
  const failing: [string, () => Promise<ReturnType<typeof start>>, number, RegExp][] = [
    [
      'when the port is taken',
      async () => {
        const server = createServer().listen(port, '127.0.0.1')
        await once(server, 'listening')
        const command = start()
        void command.ended.then(() => server.close())
        return command
      },
      1,
      /Port \d+ is taken: stop what uses it, or choose another: npm start -- --port \d+$/,
    ],
    [
      'when an option is unknown',
      async () => start({}, ['--prot', '1']),
      2,
      /Unknown option '--prot'.* See --help/,
    ],
    ['when the port is none', async () => start({}, ['--port', 'http']), 2, /"http" is no port/],
    [
      'when nats-server is missing',
      async () => start({ NATS_SERVER: '/nope' }),
      2,
      /NATS_SERVER=\/nope .* correct or unset it/,
    ],
    [
      'when a program is configured wrongly',
      async () => start({ CLOUD: 'bad-use' }),
      2,
      /cloud does not start: the setting COLOR is missing/,
    ],
    [
      'when the data directory is broken',
      async () => {
        await rm(join(home, 'postgres', 'PG_VERSION'))
        return start()
      },
      1,
      /postgres is not a data directory of ours \(PG_VERSION is missing\): .*npm run reset/,
    ],
    [
      'when the home can not be a folder',
      async () => start({ GANZHI_HOME: join(journalFile, 'home') }),
      1,
      /can't be written \(.*\): set GANZHI_HOME/,
    ],
  ]
  test.each(failing)('%s', async (_, run, code, line) => {
    const { ended, err } = await run()
    expect(await ended).toEqual([code, null])
    expect((await err).trim()).toMatch(line)
    expect((await err).trim().split('\n')).toHaveLength(1)
  })
})
