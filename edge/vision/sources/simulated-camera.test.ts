import { systemClock } from '@ganzhi/device-drivers/clock'
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSource, type Source, type SourceOptions } from './open-source.ts'

interface Addresses {
  readonly main: string
  readonly sub: string
  readonly mjpeg: string
}

const SIMULATOR = new URL('../../../simulators/bin/ganzhi-sim.mjs', import.meta.url).pathname
const LOGIN = { username: 'admin', password: 'pw:x' }
const { signal } = new AbortController()

let simulator: ChildProcess
let cameras: readonly Addresses[]
let tell: (line: string) => void

beforeEach(async () => {
  const login = ['--user', LOGIN.username, '--password', LOGIN.password, '--auth', 'digest']
  const site = '--port 0 --http-port 0 --cameras 2 --moving 1 --fps 5'.split(' ')
  const child = spawn(process.execPath, [SIMULATOR, 'camera', ...site, ...login], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  simulator = child
  tell = (line) => void child.stdin.write(`${line}\n`)
  for await (const line of createInterface({ input: child.stdout })) {
    cameras = (JSON.parse(line) as { cameras: readonly Addresses[] }).cameras
    break
  }
  child.stdout.resume()
})
afterEach(() => simulator.kill('SIGKILL'))

function watched(camera = 0, options: Partial<SourceOptions> = {}): Source {
  const { main, sub } = cameras[camera]!
  return openSource(
    { kind: 'rtsp', url: main, sub },
    {
      ffmpeg: 'ffmpeg',
      login: LOGIN,
      size: { width: 640, height: 640 },
      fps: 5,
      clock: systemClock,
      random: Math.random,
      log: pino({ level: 'silent' }),
      ...options,
    },
  )
}

test('a closer look goes to the main stream; where that hangs it is given up, and no frame is lost', async () => {
  await using camera = watched()
  await camera.next(signal)
  expect(camera.figures()).toMatchObject({ width: 640, height: 360 })
  const widthOfMain = () =>
    camera.closer(signal).then(
      (picture) => picture?.width,
      () => 'not yet painted',
    )
  await expect.poll(widthOfMain).toBe(1_280)
  tell('stall stream=main')
  const late = new AbortController()
  const closer = camera.closer(late.signal)
  const { frames } = camera.figures()
  await expect.poll(() => camera.figures().frames).toBeGreaterThan(frames + 10)
  late.abort(new Error('too late'))
  await expect(closer).rejects.toThrow('too late')
  expect(camera.state().kind).toBe('live')
})

test.each([
  ['frozen', { frozenAfterMs: 3_000 }],
  ['black', { blackAfterMs: 1_000 }],
] as const)('a stream that goes %s is told so, and that it is well again', async (fault, limits) => {
  await using camera = watched(0, { limits })
  await camera.next(signal)
  tell(fault)
  await expect.poll(() => camera.state().kind).toBe(fault)
  tell('clear')
  await expect.poll(() => camera.state().kind).toBe('live')
})

test('a stream that changes its resolution is seen in the new one', async () => {
  await using camera = watched()
  const { width, height } = (await camera.next(signal))!
  tell('resolution')
  await expect
    .poll(async () => {
      const frame = await camera.next(signal)
      return frame && (frame.width !== width || frame.height !== height)
    })
    .toBe(true)
  expect(camera.state().kind).toBe('live')
})

test('garbage in a stream does no harm that lasts', async () => {
  await using camera = watched()
  await camera.next(signal)
  tell('garbage p=0.3')
  await expect.poll(() => camera.figures().corrupt).toBeGreaterThan(0)
  tell('clear')
  const { frames } = camera.figures()
  await expect.poll(() => camera.figures().frames).toBeGreaterThan(frames + 5)
  await expect.poll(() => camera.state().kind).toBe('live')
})

test('a password that is changed meanwhile is told as a wrong one', async () => {
  await using camera = watched()
  await camera.next(signal)
  tell('password')
  tell('restart ms=500')
  await expect.poll(() => camera.state().fault?.code).toBe('wrong-password')
})

test('a camera that stalls is lost, its neighbour loses no frame, and it comes back by itself', async () => {
  await using camera = watched(0)
  await using neighbour = watched(1)
  await Promise.all([camera.next(signal), neighbour.next(signal)])
  tell('stall camera=1')
  await expect.poll(() => camera.state().kind).toBe('lost')
  expect(neighbour.state().kind).toBe('live')
  expect(neighbour.figures().fps).toBeGreaterThan(4)
  tell('clear')
  await expect.poll(() => camera.state().kind, { timeout: 10_000 }).toBe('live')
})

test('cameras that were switched off are back within ten seconds', async () => {
  await using camera = watched()
  await camera.next(signal)
  tell('restart ms=4000')
  await expect.poll(() => camera.state().kind).toBe('lost')
  await expect.poll(() => camera.state().kind, { timeout: 14_000 }).toBe('live')
})
