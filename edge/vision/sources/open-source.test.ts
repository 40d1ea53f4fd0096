import { systemClock } from '@ganzhi/device-drivers/clock'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CameraSource } from './camera-source.ts'
import { httpServer, sendMjpeg } from './fixtures/http-server.ts'
import { makeClip, makeJpegs } from './fixtures/made-pictures.ts'
import { answerChallenge } from './http-login.ts'
import { jpegSize } from './jpeg.ts'
import { openSource, type Source, type SourceOptions } from './open-source.ts'

let base: string
let clip: string
let jpegs: Buffer[]
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'ganzhi-camera-'))
  clip = await makeClip(join(base, 'clip.mp4'))
  jpegs = await makeJpegs(5)
})
afterAll(() => rm(base, { recursive: true, force: true }))

const { signal } = new AbortController()

function opened(source: CameraSource, options: Partial<SourceOptions> = {}): Source {
  return openSource(source, {
    ffmpeg: 'ffmpeg',
    size: { width: 320, height: 320 },
    fps: 10,
    clock: systemClock,
    random: () => 0,
    log: pino({ level: 'silent' }),
    ...options,
  })
}

const lostBy = async (source: CameraSource, options: Partial<SourceOptions> = {}) => {
  await using camera = opened(source, options)
  await expect.poll(() => camera.state().kind).toBe('lost')
  return camera.state().fault
}

test('a film gives every frame in order, each with its aspect, and ends', async () => {
  await using camera = opened({ kind: 'file', path: clip, unpaced: true })
  const sizes: string[] = []
  for (let frame = await camera.next(signal); frame; frame = await camera.next(signal)) {
    sizes.push(`${frame.width}x${frame.height} ${frame.rgb.length}`)
  }
  expect(sizes).toEqual(Array.from({ length: 30 }, () => `320x180 ${320 * 180 * 3}`))
  await expect.poll(() => camera.state().fault?.code).toBe('ended')
  expect(camera.figures()).toMatchObject({ codec: 'h264', width: 640, height: 360, dropped: 0 })
})

test('a frame stays as it is until it is given back; memory of those that were is used again', async () => {
  await using camera = opened({ kind: 'file', path: clip, unpaced: true })
  const held = await camera.next(signal)
  const asItWas = held!.rgb.slice()
  const places = new Set<ArrayBufferLike>()
  for (let frames = 1; frames < 30; frames++) {
    using frame = await camera.next(signal)
    expect(Buffer.compare(frame!.rgb, asItWas)).not.toBe(0)
    places.add(frame!.rgb.buffer)
  }
  expect(Buffer.compare(held!.rgb, asItWas)).toBe(0)
  expect(places.size).toBeLessThan(5)
})

test('no more frames a second come than were asked for, and none is repeated', async () => {
  await using camera = opened({ kind: 'file', path: clip }, { fps: 2 })
  let frames = 0
  while (await camera.next(signal)) frames++
  expect([6, 7]).toContain(frames)
  await using slow = opened({ kind: 'file', path: await makeClip(join(base, 'slow.mp4'), { rate: 2 }) })
  let fromSlow = 0
  while (await slow.next(signal)) fromSlow++
  expect(fromSlow).toBe(6)
})

test('who is slow gets the newest frame', async () => {
  await using camera = opened({ kind: 'file', path: clip, loop: true })
  await expect.poll(() => camera.figures().dropped).toBeGreaterThan(10)
  const asked = Date.now()
  expect((await camera.next(signal))!.at).toBeGreaterThan(asked - 1_000)
})

test('MJPEG is watched, and cut to the rate before it is decoded', async () => {
  await using server = await httpServer((_, response) => sendMjpeg(response, () => jpegs, 10))
  await using camera = opened({ kind: 'http', url: server.url }, { fps: 5 })
  const times: number[] = []
  while (times.length < 8) times.push((await camera.next(signal))!.at)
  expect((times.at(-1)! - times[0]!) / 7).toBeGreaterThan(150)
  expect(camera.state().kind).toBe('live')
  expect(await camera.snapshot(signal)).toMatchObject({ width: 320, height: 180, from: 'latest' })
})

test('what is larger than its frames is had of the JPEG as it came, or of the camera’s still', async () => {
  const [large] = await makeJpegs(1, '3000x2000')
  await using server = await httpServer((request, response) => {
    if (request.url === '/still') response.writeHead(200, { 'content-type': 'image/jpeg' }).end(large)
    else sendMjpeg(response, () => jpegs, 50)
  })
  const shrunk = { size: { width: 160, height: 160 } }
  await using plain = opened({ kind: 'http', url: server.url }, shrunk)
  await plain.next(signal)
  expect(await plain.closer(signal)).toMatchObject({ width: 320, height: 180 })
  const still = new URL('still', server.url).href
  await using own = opened({ kind: 'http', url: server.url, snapshot: still }, shrunk)
  // As large as evidence may be.
  expect(await own.closer(signal)).toMatchObject({ width: 1_920, height: 1_280 })
})

test('frames that are as large as what comes have nothing larger', async () => {
  await using server = await httpServer((_, response) => sendMjpeg(response, () => jpegs, 50))
  await using http = opened({ kind: 'http', url: server.url })
  await http.next(signal)
  expect(await http.closer(signal)).toBeUndefined()
  await using film = opened({ kind: 'file', path: clip })
  await film.next(signal)
  expect(await film.closer(signal)).toBeUndefined()
})

test.each([
  ['text', () => Buffer.from('not a picture')],
  ['cut off', () => jpegs[0]!.subarray(0, 2_000)],
])('a still that is %s is refused, and the frames come on', async (_, still) => {
  await using server = await httpServer((request, response) => {
    if (request.url === '/still') response.writeHead(200, { 'content-type': 'image/jpeg' }).end(still())
    else sendMjpeg(response, () => jpegs, 50)
  })
  await using camera = opened({ kind: 'http', url: server.url, snapshot: new URL('still', server.url).href })
  await camera.next(signal)
  await expect(camera.closer(signal)).rejects.toMatchObject({ fault: { code: 'not-a-picture' } })
  expect(await camera.next(signal)).toMatchObject({ width: 320 })
})

test('a camera that gives single pictures is asked again and again', async () => {
  let asked = 0
  await using server = await httpServer((_, response) => {
    response.writeHead(200, { 'content-type': 'image/jpeg' }).end(jpegs[asked++ % jpegs.length])
  })
  await using camera = opened({ kind: 'http', url: server.url })
  for (let i = 0; i < 5; i++) await camera.next(signal)
  expect(asked).toBeGreaterThanOrEqual(5)
})

test('a picture that changes its size is seen in its new one', async () => {
  const large = await makeJpegs(2, '160x240')
  let all = jpegs
  await using server = await httpServer((_, response) => sendMjpeg(response, () => all, 50))
  await using camera = opened({ kind: 'http', url: server.url })
  expect(await camera.next(signal)).toMatchObject({ width: 320, height: 180 })
  all = large
  await expect.poll(async () => (await camera.next(signal))?.height).toBe(240)
  expect(await camera.next(signal)).toMatchObject({ width: 160, height: 240 })
})

test('truncated pictures and garbage in between do no harm', async () => {
  const mixed = jpegs.flatMap((jpeg) => [
    jpeg,
    jpeg.subarray(0, 2_000),
    Buffer.alloc(500, 9),
    Buffer.alloc(0),
  ])
  await using server = await httpServer((_, response) => sendMjpeg(response, () => mixed, 20))
  await using camera = opened({ kind: 'http', url: server.url }, { fps: 60 })
  for (let i = 0; i < 8; i++) expect(await camera.next(signal)).toMatchObject({ width: 320 })
  expect(camera.figures().corrupt).toBeGreaterThan(8)
  expect(camera.state().kind).toBe('live')
})

test.each(['1x1', '7680x4320'])('a picture of %s is a picture', async (size) => {
  const [jpeg] = await makeJpegs(1, size)
  const [width, height] = size.split('x').map(Number)
  expect(jpegSize(jpeg!)).toEqual({ width, height })
  await using server = await httpServer((_, response) => {
    response.writeHead(200, { 'content-type': 'image/jpeg' }).end(jpeg)
  })
  await using camera = opened({ kind: 'http', url: server.url }, { fps: 1 })
  const frame = await camera.next(signal)
  expect([frame!.width, frame!.height]).toEqual(size === '1x1' ? [1, 1] : [320, 180])
})

test('a picture that claims 60,000 by 60,000 is not even begun', async () => {
  const liar = Buffer.from(jpegs[0]!)
  const frame = liar.indexOf(Buffer.from([0xff, 0xc0]))
  liar.writeUInt16BE(60_000, frame + 5)
  liar.writeUInt16BE(60_000, frame + 7)
  await using server = await httpServer((_, response) => {
    response.writeHead(200, { 'content-type': 'image/jpeg' }).end(liar)
  })
  expect(await lostBy({ kind: 'http', url: server.url })).toMatchObject({ code: 'too-large' })
})

test.each([
  ['text/html', 200, 'not-a-picture'],
  ['multipart/x-mixed-replace', 200, 'not-a-picture'],
  ['text/plain', 404, 'no-stream'],
  ['text/plain', 403, 'forbidden'],
  ['text/plain', 401, 'wrong-password'],
  ['text/plain', 302, 'redirected'],
  ['text/plain', 503, 'server-error'],
])('%s with status %i is told as %s, with a remedy', async (type, status, code) => {
  await using server = await httpServer((_, response) => {
    response.writeHead(status, { 'content-type': type, location: 'http://127.0.0.1:1/' }).end('hello')
  })
  const fault = await lostBy({ kind: 'http', url: server.url })
  expect(fault).toMatchObject({ code })
  expect([fault?.remedy.zh, fault?.remedy.en].every(Boolean)).toBe(true)
})

test('a login is given in digest, and a wrong one is tried once in a minute', async () => {
  let tries = 0
  const challenge = 'Digest realm="cam", nonce="abc", qop="auth", algorithm=SHA-256'
  await using server = await httpServer((request, response) => {
    const given = request.headers.authorization
    if (!given) return void response.writeHead(401, { 'www-authenticate': challenge }).end()
    tries++
    const url = new URL('/', server.url)
    const wanted = answerChallenge(
      challenge,
      { username: 'admin', password: 'right' },
      { method: 'GET', url },
    )
    const nonceless = (text: string) => text.replaceAll(/(cnonce|response)="\w+"/g, '$1')
    expect(nonceless(given)).toBe(nonceless(wanted!))
    response.writeHead(401, { 'www-authenticate': challenge }).end()
  })
  const login = { username: 'admin', password: 'wrong' }
  await using camera = opened({ kind: 'http', url: server.url }, { login })
  await expect.poll(() => camera.state().fault?.code).toBe('wrong-password')
  expect(tries).toBe(1)
})

test.each([
  ['a port where nobody listens', { kind: 'rtsp', url: 'rtsp://127.0.0.1:1/live' }, 'refused'],
  ['a host without a name', { kind: 'rtsp', url: 'rtsp://no-such-camera.invalid/live' }, 'unknown-host'],
  ['no such file', { kind: 'file', path: '/no/such/film.mp4' }, 'missing'],
  ['no such device', { kind: 'v4l2', device: '/dev/video99' }, 'missing'],
] as const)('%s is told for what it is', async (_, source, code) => {
  expect(await lostBy(source)).toMatchObject({ code })
})

test('a file that is no film is told so', async () => {
  await writeFile(join(base, 'garbage.mp4'), Buffer.alloc(20_000, 0x5a))
  expect(await lostBy({ kind: 'file', path: join(base, 'garbage.mp4') })).toMatchObject({
    code: 'bad-stream',
  })
})

test('an ffmpeg that can not be started is a fault like others, and tried again', async () => {
  expect(await lostBy({ kind: 'file', path: clip }, { ffmpeg: '/no/such/ffmpeg' })).toMatchObject({
    code: 'ffmpeg-failed',
  })
})

test('an RTSP port that speaks something else is lost, and costs no more than a dial', async () => {
  await using server = await httpServer((_, response) => void response.end('hello'))
  const fault = await lostBy({ kind: 'rtsp', url: `rtsp://127.0.0.1:${server.port}/live` })
  expect(fault?.code).toMatch(/bad-stream|ffmpeg-failed|no-stream|server-error/)
})

test('a camera that stops in mid-stream is lost, and live again by itself when it goes on', async () => {
  let all: readonly Buffer[] = jpegs
  let dials = 0
  await using server = await httpServer((_, response) => {
    dials++
    sendMjpeg(response, () => all, 50)
  })
  await using camera = opened({ kind: 'http', url: server.url })
  await camera.next(signal)
  all = []
  await expect.poll(() => camera.state().fault?.code).toBe('stalled')
  all = jpegs
  await expect.poll(() => camera.state().kind).toBe('live')
  expect(dials).toBeGreaterThan(1)
})

test('a camera whose plug is pulled is back within ten seconds of being plugged in', async () => {
  const answer: Parameters<typeof httpServer>[0] = (_, response) => sendMjpeg(response, () => jpegs, 50)
  const first = await httpServer(answer)
  await using camera = opened({ kind: 'http', url: first.url }, { random: Math.random })
  await camera.next(signal)
  await first[Symbol.asyncDispose]()
  await expect.poll(() => camera.state().kind).toBe('lost')
  await using _second = await httpServer(answer, first.port)
  await expect.poll(() => camera.state().kind, { timeout: 10_000 }).toBe('live')
})

test('a picture that goes black is told, and that it is well again', async () => {
  const black = await makeJpegs(2, '320x180', 'color=black')
  let all = jpegs
  await using server = await httpServer((_, response) => sendMjpeg(response, () => all, 50))
  const kinds: string[] = []
  const limits = { blackAfterMs: 1_000 }
  await using camera = opened(
    { kind: 'http', url: server.url },
    { limits, onState: ({ kind }) => kinds.push(kind) },
  )
  await camera.next(signal)
  all = black
  await expect.poll(() => camera.state().fault?.code).toBe('black')
  all = jpegs
  await expect.poll(() => camera.state().kind).toBe('live')
  expect(kinds).toEqual(['live', 'black', 'live'])
})
