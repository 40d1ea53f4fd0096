import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const run = (...args: string[]) => runIn(process.env, ...args)

function runIn(env: NodeJS.ProcessEnv, ...args: string[]) {
  const child = spawn(process.execPath, [new URL('main.ts', import.meta.url).pathname, ...args], { env })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => (out += String(chunk)))
  child.stderr.on('data', (chunk) => (err += String(chunk)))
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, out, err }))
  return { child, ended, out: () => out, err: () => err }
}

test('it says on one line that it listens, serves, obeys its stdin, and ends on SIGTERM', async () => {
  const { child, ended, out, err } = run('modbus', '--port', '0', '--devices', '2', '--seed', '7')
  await expect.poll(out, { timeout: 20_000 }).toContain('\n')
  const ready = JSON.parse(out()) as { port: number }
  const port = expect.any(Number) as number
  expect(ready).toEqual({ ready: true, port, ports: [ready.port], devices: 2, seed: 7 })
  child.stdin.write('exception unit=1 code=6\n')
  await expect.poll(err).toContain('exception unit=1')
  const socket = createConnection(ready.port, '127.0.0.1')
  socket.write(Buffer.from('000100000006010400000001', 'hex'))
  const [reply] = (await once(socket, 'data')) as [Buffer]
  expect(reply.toString('hex')).toBe('000100000003018406')
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)
})

test('cameras say on one line where they are, who walks before them, and obey their stdin', async () => {
  const options = '--port 0 --http-port 0 --discovery-port 0 --cameras 5 --moving 0.4 --size 64x48'
  const { child, ended, out, err } = run('camera', ...options.split(' '))
  await expect.poll(out, { timeout: 20_000 }).toContain('\n')
  const ready = JSON.parse(out()) as { cameras: { moving: boolean; snapshot: string }[] }
  expect(ready).toMatchObject({ ready: true, seed: 1 })
  expect(ready.cameras.map(({ moving }) => moving).filter(Boolean)).toHaveLength(2)
  const still = ready.cameras.findIndex(({ moving }) => !moving)
  child.stdin.write('password\n')
  await expect.poll(err).toContain('fault on')
  expect((await fetch(ready.cameras[still]?.snapshot ?? '')).status).toBe(401)
  child.stdin.write('clear\ntruth\n')
  await expect.poll(() => out().split('\n')).toHaveLength(3)
  const { truth } = JSON.parse(out().split('\n')[1] ?? '') as {
    truth: { shows: string; people: number[][] }[]
  }
  expect(truth[still]).toEqual({ camera: still + 1, shows: 'empty street', people: [] })
  expect((await fetch(ready.cameras[still]?.snapshot ?? '')).status).toBe(200)
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)
})

test('cameras whose pictures can not be painted are not ready: it says why, and ends with 1', async () => {
  const options = '--port 0 --http-port 0 --size 64x48 --painted mjpeg'
  const { ended } = runIn({ PATH: '' }, 'camera', ...options.split(' '))
  const { code, out, err } = await ended
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toMatch(/ffmpeg gave 0 of \d+ pictures.*apt-get install ffmpeg/)
})

test('streets are written as pictures with their annotations', async () => {
  const out = await mkdtemp(join(tmpdir(), 'streets-'))
  const { ended } = run('street', ...`--pictures 2 --first 5 --size 96x54 --seed 4 --out ${out}`.split(' '))
  expect((await ended).code).toBe(0)
  expect((await readdir(out)).sort()).toEqual(['000005.jpg', '000006.jpg', 'annotations.json'])
  const { images } = JSON.parse(await readFile(join(out, 'annotations.json'), 'utf8')) as {
    images: unknown[]
  }
  expect(images).toMatchObject([
    { id: 6, file_name: '000005.jpg', width: 96, height: 54 },
    { id: 7, file_name: '000006.jpg' },
  ])
  await rm(out, { recursive: true })
})

test('on a line of "truth" it prints what its units say, of a moment that stands still', async () => {
  const options = '--port 0 --ports 2 --at 2026-11-21T08:00:00Z --profile aquaread/leveline=3'
  const { child, ended, out } = run('modbus', ...options.split(' '))
  await expect.poll(out, { timeout: 20_000 }).toContain('\n')
  child.stdin.write('truth\ntruth\n')
  await expect.poll(() => out().split('\n')).toHaveLength(4)
  const [ready, first, second] = out().split('\n')
  const { ports } = JSON.parse(ready ?? '') as { ports: number[] }
  const values = { temperature: expect.any(Number) as number, pressure: expect.any(Number) as number }
  expect(JSON.parse(first ?? '')).toEqual({ truth: ports.map((port) => ({ port, unit: 3, values })) })
  expect(second).toBe(first)
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)
})

test.each([
  [['modbus', '--help'], 0, /Faults[^]*故障/],
  [['rtu', '--help'], 0, /baud[^]*波特率/],
  [['camera', '--help'], 0, /RTSP[^]*抓图[^]*故障/],
  [['street', '--help'], 0, /标注[^]*annotations\.json/],
  [['--help'], 0, /ganzhi-sim modbus/],
  [[], 2, /ganzhi-sim modbus/],
])('%j explains itself in both languages', async (args, code, text) => {
  const { ended } = run(...args)
  expect(await ended).toMatchObject({ code, out: expect.stringMatching(text) as string })
})

test.each([
  [['modbus', '--port', 'ten'], /port/],
  [['modbus', '--devices', '300'], /devices/],
  [['modbus', '--fault', 'explode'], /fault/],
  [['modbus', '--profile', 'aquaread/leveline'], /leveline=1-10/],
  [['modbus', '--profile', 'nobody/nothing=1'], /nothing/],
  [['modbus', '--refuse', 'holding'], /refuse/],
  [['modbus', '--registers', '10', '--holes', 'some'], /holes/],
  [['modbus', '--at', 'noon'], /at/],
  [['rtu', '--baud', 'fast'], /baud/],
  [['rtu', '--link', '/etc/passwd'], /link/],
  [['camera', '--size', 'big'], /size/],
  [['camera', '--main-size', '641x360'], /main-size/],
  [['camera', '--moving', '2'], /moving/],
  [['camera', '--fps', '12.5'], /fps/],
  [['camera', '--user', 'admin'], /password/],
  [['camera', '--auth', 'none'], /auth/],
  [['camera', '--scene', 'flood'], /scene/],
  [['camera', '--pictures', '/nowhere'], /pictures/],
  [['street', '--pictures', '0'], /pictures/],
  [['street', '--size', '7x7'], /size/],
  [['camera', '--pictures', '/etc/passwd'], /pictures/],
  [['camera', '--clip', '/etc/passwd'], /clip/],
  [['camera', '--fault', 'explode'], /fault/],
  [['modbus', '--colour'], /--colour/],
  [['toaster'], /toaster/],
])('%j is bad use: exit 2 and one line', async (args, text) => {
  const { ended } = run(...args)
  const { code, out, err } = await ended
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(text)
  expect(err.trim().split('\n')).toHaveLength(1)
})
