import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { parseFault } from '../fault.ts'
import { testSite } from '../test-site.ts'

let stack = new AsyncDisposableStack()
afterEach(async () => {
  await stack.disposeAsync()
  stack = new AsyncDisposableStack()
})

type Options = Parameters<typeof testSite>[0]

async function aPlayer(options?: Options) {
  const { site, faults } = await testSite(options)
  stack.use(site)
  return { faults, port: site.rtsp.port, ...connected(site.rtsp.port) }
}

function connected(port: number) {
  const socket = createConnection(port, '127.0.0.1')
  stack.defer(() => void socket.destroy())
  let heard: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk) => (heard = Buffer.concat([heard, chunk])))
  socket.on('error', () => socket.destroy())
  let cseq = 0
  const say = async (method: string, path: string, headers: Record<string, string> = {}) => {
    cseq += 1
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.write(`${method} rtsp://127.0.0.1${path} RTSP/1.0\r\nCSeq: ${cseq}\r\n${lines.join('')}\r\n`)
    const mark = `CSeq: ${cseq}\r\n`
    await expect.poll(() => textOf(heard)).toMatch(new RegExp(`${mark}([^]*\r\n)?\r\n`))
    const text = textOf(heard)
    const from = text.lastIndexOf('RTSP/1.0', text.indexOf(mark))
    const head = text.slice(from, text.indexOf('\r\n\r\n', from))
    return { status: Number(head.split(' ')[1]), head, session: /Session: (\w+)/.exec(head)?.[1] ?? '' }
  }
  return { socket, say, heard: () => heard }
}

const textOf = (bytes: Buffer) => bytes.toString('latin1')
const TCP = { Transport: 'RTP/AVP/TCP;unicast;interleaved=4-5' }
const TRACK = '/cam1/sub/trackID=0'

/** The packets on a channel, of which the last may not be whole yet. */
function packetsOn(channel: number, bytes: Buffer): Buffer[] {
  const packets: Buffer[] = []
  let at = bytes.indexOf('\r\n\r\n', bytes.indexOf('RTP-Info')) + 4
  while (at + 4 <= bytes.length && bytes[at] === 0x24) {
    const length = bytes.readUInt16BE(at + 2)
    if (bytes[at + 1] === channel) packets.push(bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return packets
}

async function expectClosed(socket: Socket): Promise<void> {
  await expect.poll(() => socket.destroyed || socket.readableEnded).toBe(true)
}

test('it says what it can do, to everybody', async () => {
  const { say } = await aPlayer({ credentials: { user: 'a', password: 'b' } })
  const { status, head } = await say('OPTIONS', '/')
  expect(status).toBe(200)
  expect(head).toMatch(/Public: .*DESCRIBE.*TEARDOWN/)
})

test('a stream is described, set up, played within its connection, and ends with TEARDOWN', async () => {
  const { say, heard } = await aPlayer()
  const described = await say('DESCRIBE', '/cam1/sub', { Accept: 'application/sdp' })
  expect(described.head).toMatch(/Content-Base: rtsp:\/\/127\.0\.0\.1\/cam1\/sub\/\r\n/)
  const { head, session } = await say('SETUP', TRACK, TCP)
  expect(head).toMatch(/Transport: RTP\/AVP\/TCP;unicast;interleaved=4-5/)
  expect(head).toMatch(/Session: \w+;timeout=60/)
  const played = await say('PLAY', '/cam1/sub', { Session: session })
  await expect.poll(() => packetsOn(4, heard()).length).toBeGreaterThan(5)
  const [first] = packetsOn(4, heard())
  const [, seq, time] = /seq=(\d+);rtptime=(\d+)/.exec(played.head) ?? []
  expect([first!.readUInt16BE(2), first!.readUInt8(12) & 0x1f]).toEqual([Number(seq), 7])
  // Played from the next key picture on, which a second at most is waited for.
  expect((first!.readUInt32BE(4) - Number(time)) / 90_000).toBeLessThan(2)
  expect(packetsOn(5, heard())).not.toEqual([])
  expect((await say('GET_PARAMETER', '/cam1/sub', { Session: session })).status).toBe(200)
  expect((await say('TEARDOWN', '/cam1/sub', { Session: session })).status).toBe(200)
  expect((await say('PLAY', '/cam1/sub', { Session: session })).status).toBe(454)
  const after = heard().length
  await say('OPTIONS', '*')
  expect(heard().subarray(after).includes('$')).toBe(false)
})

test('over UDP packets come from the ports that were named, pictures to one and reports to the other', async () => {
  const { say } = await aPlayer()
  const [rtp, rtcp] = [createSocket('udp4'), createSocket('udp4')]
  for (const socket of [rtp, rtcp]) {
    stack.defer(() => void socket.close())
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
  }
  const [low, high] = [rtp, rtcp].sort((a, b) => a.address().port - b.address().port) as [
    typeof rtp,
    typeof rtcp,
  ]
  const picture = once(low, 'message') as Promise<[Buffer, { port: number }]>
  const report = once(high, 'message') as Promise<[Buffer, { port: number }]>
  const ports = `${low.address().port}-${high.address().port}`
  const { head, session } = await say('SETUP', TRACK, { Transport: `RTP/AVP;unicast;client_port=${ports}` })
  const [, even, odd] = /server_port=(\d+)-(\d+)/.exec(head) ?? []
  expect([Number(even) % 2, Number(odd)]).toEqual([0, Number(even) + 1])
  await say('PLAY', '/cam1/sub', { Session: session })
  const [[packet, from], [sender, reporter]] = await Promise.all([picture, report])
  expect([from.port, reporter.port]).toEqual([Number(even), Number(odd)])
  expect([packet.readUInt8(1) & 0x7f, sender.readUInt8(1)]).toEqual([96, 200])
})

test.each([
  ['DESCRIBE', '/cam9/sub', {}, 404],
  ['DESCRIBE', '/cam1/third', {}, 404],
  ['SETUP', '/cam1/mjpeg/trackID=0', TCP, 404],
  ['SETUP', TRACK, {}, 461],
  ['SETUP', TRACK, { Transport: 'RTP/AVP;multicast' }, 461],
  ['PLAY', '/cam1/sub', { Session: '1' }, 454],
  ['TEARDOWN', '/cam1/sub', {}, 454],
  ['RECORD', '/cam1/sub', {}, 501],
  ['OPTIONS', '/cam1/sub', { Require: 'magic' }, 551],
])('%s %s with %j is answered with %i', async (method, path, headers, status) => {
  const { say } = await aPlayer()
  expect((await say(method, path, headers)).status).toBe(status)
})

test('there is one session a connection at a time', async () => {
  const { say } = await aPlayer()
  await say('SETUP', TRACK, TCP)
  expect((await say('SETUP', TRACK, TCP)).status).toBe(455)
})

test('who names no user is asked for one, in both ways', async () => {
  const { say } = await aPlayer({ credentials: { user: 'a', password: 'b' } })
  const { status, head } = await say('DESCRIBE', '/cam1/sub')
  expect(status).toBe(401)
  expect(head).toMatch(/WWW-Authenticate: Digest [^]*WWW-Authenticate: Basic /)
  const basic = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` })
  expect((await say('DESCRIBE', '/cam1/sub', basic('a:c'))).status).toBe(401)
  expect((await say('DESCRIBE', '/cam1/sub', basic('a:b'))).status).toBe(200)
})

test('with the fault "password" the right one is refused too', async () => {
  const { say, faults } = await aPlayer()
  faults.add(parseFault('password camera=1 times=1'))
  expect((await say('DESCRIBE', '/cam2/sub')).status).toBe(200)
  expect((await say('DESCRIBE', '/cam1/sub')).status).toBe(401)
  expect((await say('DESCRIBE', '/cam1/sub')).status).toBe(200)
})

test('a player that falls silent is hung up on', async () => {
  const { socket, say } = await aPlayer({ timeoutMs: 300 })
  await say('SETUP', TRACK, TCP)
  await expectClosed(socket)
})

test('a player that keeps its session alive stays', async () => {
  const { say } = await aPlayer({ timeoutMs: 1_000 })
  const { session } = await say('SETUP', TRACK, TCP)
  for (const end = Date.now() + 2_000; Date.now() < end;) {
    expect((await say('GET_PARAMETER', '/cam1/sub', { Session: session })).status).toBe(200)
  }
})

test('the fault "close" hangs up, and "hang" keeps silent', async () => {
  const { socket, faults, port } = await aPlayer()
  faults.add(parseFault('close times=1'))
  socket.write('OPTIONS * RTSP/1.0\r\n\r\n')
  await expectClosed(socket)
  faults.add(parseFault('hang times=1'))
  const { say, socket: second, heard } = connected(port)
  second.write('OPTIONS * RTSP/1.0\r\nCSeq: 99\r\n\r\n')
  expect((await say('OPTIONS', '*')).status).toBe(200)
  expect(textOf(heard())).not.toContain('CSeq: 99')
})

test('what is no RTSP is told so and hung up on', async () => {
  const { socket, heard } = await aPlayer()
  socket.write('GET / HTTP/1.1\r\nHost: camera\r\n\r\n')
  await expectClosed(socket)
  expect(textOf(heard())).toBe('RTSP/1.0 400 Bad Request\r\n\r\n')
})

test('hostile requests, in any order and broken off anywhere, leave it in order', async () => {
  const { port, say } = await aPlayer()
  const words = fc.constantFrom(
    'SETUP rtsp://x/sub/trackID=0 RTSP/1.0\r\nTransport: RTP/AVP;unicast;client_port=9-10\r\n\r\n',
    'SETUP rtsp://x/sub RTSP/1.0\r\nTransport: RTP/AVP/TCP\r\n\r\n',
    'PLAY * RTSP/1.0\r\nSession: 1\r\n\r\n',
    'DESCRIBE rtsp://x/%00/../sub RTSP/1.0\r\n\r\n',
    'TEARDOWN rtsp://x/sub RTSP/1.0\r\nAuthorization: Digest username="\r\n\r\n',
    'OPTIONS',
    '\r\n\r\n',
    '$\0\0\x04',
    '$\x01\xff\xff',
    'Content-Length: 9\r\n',
  )
  const noise = fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes).toString('latin1'))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(words, noise), { maxLength: 8 }), async (parts) => {
      const socket = createConnection(port, '127.0.0.1')
      socket.on('error', () => {})
      await once(socket, 'connect')
      socket.resume()
      socket.end(Buffer.from(parts.join(''), 'latin1'))
      await once(socket, 'close')
    }),
    { numRuns: 100 },
  )
  expect((await say('DESCRIBE', '/cam1/sub')).status).toBe(200)
})
