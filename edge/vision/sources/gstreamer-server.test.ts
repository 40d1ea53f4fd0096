import { systemClock } from '@ganzhi/device-drivers/clock'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, expect, test } from 'vitest'
import { openSource, type Source } from './open-source.ts'

const LOGIN = { username: 'admin', password: "p@ss w/o'rd%" }
const PYTHON = '/usr/bin/python3'
const present = isPresent()
if (!present)
  process.stderr.write('skipped: no GStreamer RTSP server (gir1.2-gst-rtsp-server-1.0, python3-gi)\n')

const { signal } = new AbortController()
const running = new Set<ChildProcess>()
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
})

function isPresent(): boolean {
  if (!existsSync(PYTHON)) return false
  try {
    const needs =
      "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer, Gst"
    const plugins =
      "Gst.init(None); assert Gst.ElementFactory.find('x264enc') and Gst.ElementFactory.find('rtph264pay')"
    execFileSync(PYTHON, ['-c', `${needs}; ${plugins}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function started(args: readonly string[]): Promise<{ child: ChildProcess; said: string }> {
  const [program = '', ...rest] = args
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
  running.add(child)
  const said = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data: Buffer) => resolve(String(data).trim()))
    child.once('exit', () => reject(new Error(`${program} ended`)))
  })
  return { child, said }
}

const serve = (port = '0') =>
  started([
    PYTHON,
    join(import.meta.dirname, 'fixtures/rtsp-server.py'),
    port,
    LOGIN.username,
    LOGIN.password,
  ])

async function ended(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}

function opened(port: string, transport: 'tcp' | 'udp' = 'tcp', login = LOGIN): Source {
  const at = (path: string) => `rtsp://127.0.0.1:${port}/${path}`
  return openSource(
    { kind: 'rtsp', url: at('main'), sub: at('sub'), transport },
    {
      ffmpeg: 'ffmpeg',
      login,
      size: { width: 320, height: 320 },
      fps: 5,
      clock: systemClock,
      random: Math.random,
      log: pino({ level: 'silent' }),
    },
  )
}

test.skipIf(!present).each(['tcp', 'udp'] as const)(
  'over %s detection looks at the sub-stream, evidence at the main one',
  async (transport) => {
    const { said: port } = await serve()
    await using camera = opened(port, transport)
    for (let i = 0; i < 5; i++) expect(await camera.next(signal)).toMatchObject({ width: 320, height: 180 })
    expect(camera.figures()).toMatchObject({ codec: 'h264', width: 640, height: 360 })
    expect(await camera.snapshot(signal)).toMatchObject({ width: 1280, height: 720, from: 'main' })
  },
)

test.skipIf(!present)('a wrong password is told as one', async () => {
  const { said: port } = await serve()
  await using camera = opened(port, 'tcp', { ...LOGIN, password: 'wrong' })
  await expect.poll(() => camera.state().fault?.code).toBe('wrong-password')
  expect(JSON.stringify(camera.state())).not.toContain('wrong@')
})

test.skipIf(!present)('its plug pulled and put back, it is live within ten seconds', async () => {
  const { child, said: port } = await serve()
  await using camera = opened(port)
  await camera.next(signal)
  await ended(child)
  await expect.poll(() => camera.state().kind).toBe('lost')
  await serve(port)
  await expect.poll(() => camera.state().kind, { timeout: 10_000 }).toBe('live')
})

test.skipIf(!present)(
  'the password stands in nobody’s arguments, and ffmpeg ends with an agent that is killed',
  async () => {
    const { child: server, said: port } = await serve()
    const source = { kind: 'rtsp', url: `rtsp://127.0.0.1:${port}/main` }
    const watching = join(import.meta.dirname, 'fixtures/watching-process.ts')
    const agent = await started([process.execPath, watching, JSON.stringify([source, LOGIN])])
    const [decoder] = childrenOf(agent.child.pid)
    expect(readFileSync(`/proc/${decoder}/cmdline`, 'latin1')).toContain('pipe:3')
    for (const secret of [LOGIN.password, encodeURIComponent(LOGIN.password), 'admin']) {
      expect(readFileSync(`/proc/${decoder}/cmdline`, 'utf8')).not.toContain(secret)
    }
    await ended(agent.child)
    await expect.poll(() => isRunning(decoder)).toBe(false)
    // Even where no picture comes that could break the pipe.
    const second = await started([process.execPath, watching, JSON.stringify([source, LOGIN])])
    const [waiting] = childrenOf(second.child.pid)
    server.kill('SIGSTOP')
    await ended(second.child)
    await expect.poll(() => isRunning(waiting), { timeout: 30_000 }).toBe(false)
  },
)

function childrenOf(parent: number | undefined): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && statusOf(pid, 'PPid') === String(parent))
}

/** A zombie has ended; that nobody reads how is the machine's business. */
function isRunning(pid: string | undefined): boolean {
  const state = statusOf(pid, 'State')
  return state !== undefined && !state.startsWith('Z')
}

function statusOf(pid: string | undefined, field: string): string | undefined {
  try {
    return new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  } catch {
    return undefined
  }
}
