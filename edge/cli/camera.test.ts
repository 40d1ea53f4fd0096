import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeClip, makeJpegs } from '../vision/sources/fixtures/made-pictures.ts'
import { jpegSize } from '../vision/sources/jpeg.ts'
import { commandLine } from './command-line.ts'
import { scriptedTerminal } from './scripted-terminal.ts'

let base: string
let clip: string
let server: Server
let address: string
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'ganzhi-camera-cli-'))
  clip = await makeClip(join(base, 'clip.mp4'))
  const [jpeg] = await makeJpegs(1)
  server = createServer((_, response) => response.writeHead(200, { 'content-type': 'image/jpeg' }).end(jpeg))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await rm(base, { recursive: true, force: true })
})

async function ran(...args: readonly string[]) {
  const terminal = scriptedTerminal()
  const code = await commandLine(['camera', ...args], terminal, new AbortController().signal)
  return { code, ...terminal.said }
}

test('camera test says what comes, as one document', async () => {
  const { code, out } = await ran('test', clip, '--for', '2', '--json')
  const document = JSON.parse(out) as Record<string, unknown>
  expect(code).toBe(0)
  expect(document).toMatchObject({
    camera: clip,
    state: 'live',
    askedFps: 5,
    codec: 'h264',
    width: 640,
    height: 360,
    dropped: 0,
    corrupt: 0,
    states: [{ state: 'live' }],
  })
  expect(Object.keys(document)).toEqual(expect.arrayContaining(['firstFrameMs', 'fps', 'frames', 'lagMs']))
})

test('a camera that is not there is told with its remedy in both languages, and 1', async () => {
  const { code, out } = await ran('test', 'rtsp://127.0.0.1:1/live', '--for', '1')
  expect(code).toBe(1)
  expect(out).toContain('主机拒绝连接')
  expect(out).toContain('Check the port')
})

test('camera snapshot writes the picture', async () => {
  const file = join(base, 'picture.jpg')
  const { code, out } = await ran('snapshot', `http://${address}/`, '--out', file, '--json')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ file, width: 320, height: 180, from: 'latest' })
  expect(jpegSize(await readFile(file))).toEqual({ width: 320, height: 180 })
})

test('a password in the address is used, warned of, and not shown', async () => {
  const { out, err } = await ran('test', `http://admin:secret@${address}/`, '--for', '1')
  expect(err).toContain('--login')
  expect(out + err).not.toContain('secret')
})

test('camera seal prints what goes into a configuration', async () => {
  const [config, login] = [join(base, 'gateway.yaml'), join(base, 'cam.login')]
  await writeFile(config, 'gateway: gw-1\ndata: data\n')
  await writeFile(login, 'admin:secret\n', { mode: 0o600 })
  const { code, out } = await ran('seal', '--config', config, '--login', login)
  expect(code).toBe(0)
  expect(out).toMatch(/^login: \{ sealed: gz1\.[\w-]+ \}\n$/)
})

test.each([
  ['what', 'test, snapshot, discover, seal'],
  ['test', '没有给出地址'],
  ['accept', '摄像机 camera'],
  ['live', '摄像机 camera'],
])('camera %s without more is bad use', async (action, said) => {
  const { code, err } = await ran(action)
  expect([code, err]).toEqual([2, expect.stringContaining(said)])
})
