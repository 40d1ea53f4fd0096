import fc from 'fast-check'
import { expect, test } from 'vitest'
import { replyBytes, takeMessage } from './message.ts'

const SETUP = [
  'SETUP rtsp://camera/sub/trackID=0 RTSP/1.0',
  'CSeq: 3',
  'transport:RTP/AVP;unicast;client_port=5000-5001',
  '',
  '',
].join('\r\n')

test('a request is its method, its uri and its headers, whatever case their names have', () => {
  expect(takeMessage(Buffer.from(`${SETUP}OPTIONS`))).toEqual({
    kind: 'request',
    request: {
      method: 'SETUP',
      uri: 'rtsp://camera/sub/trackID=0',
      headers: new Map([
        ['cseq', '3'],
        ['transport', 'RTP/AVP;unicast;client_port=5000-5001'],
      ]),
    },
    length: SETUP.length,
  })
})

test('a request that has not come whole is waited for', () => {
  for (let length = 0; length < SETUP.length; length++) {
    expect(takeMessage(Buffer.from(SETUP.slice(0, length)))).toBeUndefined()
  }
  expect(
    takeMessage(Buffer.from('GET_PARAMETER * RTSP/1.0\r\nContent-Length: 5\r\n\r\nabcd')),
  ).toBeUndefined()
})

test('its body, and empty lines before it, are counted with it', () => {
  const text = '\r\n\r\nGET_PARAMETER * RTSP/1.0\r\nContent-Length: 5\r\n\r\nabcde'
  expect(takeMessage(Buffer.from(`${text}PLAY`))).toMatchObject({ kind: 'request', length: text.length })
})

test('a packet between requests is skipped as a whole', () => {
  expect(takeMessage(Buffer.from('240100021122', 'hex'))).toEqual({ kind: 'packet', length: 6 })
  expect(takeMessage(Buffer.from('2401000211', 'hex'))).toBeUndefined()
  expect(takeMessage(Buffer.from('2401', 'hex'))).toBeUndefined()
})

test.each([
  ['GET / HTTP/1.1\r\n\r\n', /first line/],
  ['PLAY rtsp://camera/sub RTSP/2.0\r\n\r\n', /RTSP\/2.0/],
  ['PLAY\r\n\r\n', /first line/],
  ['PLAY a b RTSP/1.0\r\n\r\n', /first line/],
  ['PLAY * RTSP/1.0\r\nno colon\r\n\r\n', /header/],
  ['PLAY * RTSP/1.0\r\nContent-Length: -1\r\n\r\n', /body/],
  ['PLAY * RTSP/1.0\r\nContent-Length: 99999\r\n\r\n', /body/],
  ['x'.repeat(20_000), /too long/],
])('%j is refused with a reason', (text, reason) => {
  expect(takeMessage(Buffer.from(text))).toEqual({
    kind: 'bad',
    reason: expect.stringMatching(reason) as string,
  })
})

test('of any bytes it takes no more than there are, and at least one', () => {
  const near = fc
    .array(fc.constantFrom('PLAY', ' ', '*', 'RTSP/1.0', '\r\n', ':', 'Content-Length', '9', '$', '\0'))
    .map((words) => Buffer.from(words.join('')))
  const any = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
  fc.assert(
    fc.property(fc.oneof(near, any), (bytes) => {
      const message = takeMessage(bytes)
      if (!message || message.kind === 'bad') return
      expect(message.length).toBeGreaterThan(0)
      expect(message.length).toBeLessThanOrEqual(bytes.length)
    }),
    { numRuns: 2_000 },
  )
})

test('a reply has the number of its request, a header for each value, and the length of its body in bytes', () => {
  const headers = { 'WWW-Authenticate': ['Digest x', 'Basic y'] }
  expect(replyBytes({ status: 401, headers }, '7').toString()).toBe(
    'RTSP/1.0 401 Unauthorized\r\nCSeq: 7\r\nWWW-Authenticate: Digest x\r\nWWW-Authenticate: Basic y\r\n\r\n',
  )
  expect(replyBytes({ status: 200, body: '摄像机' }, undefined).toString()).toBe(
    'RTSP/1.0 200 OK\r\nContent-Length: 9\r\n\r\n摄像机',
  )
})
