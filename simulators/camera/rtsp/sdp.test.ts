import { expect, test } from 'vitest'
import { sdpOf } from './sdp.ts'

const sets = { sps: Buffer.from('6742c01eaabb', 'hex'), pps: Buffer.from('68cc', 'hex') }

test('a stream is described so that it can be decoded from its first key picture on', () => {
  const lines = sdpOf({ name: 'camera', fps: 5, address: '127.0.0.1', ...sets }).split('\r\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'v=0',
      'o=- 1 1 IN IP4 127.0.0.1',
      'm=video 0 RTP/AVP 96',
      'a=rtpmap:96 H264/90000',
      'a=fmtp:96 packetization-mode=1;profile-level-id=42C01E;sprop-parameter-sets=Z0LAHqq7,aMw=',
      'a=control:trackID=0',
    ]),
  )
})

test('the family of the address is said', () => {
  expect(sdpOf({ name: 'camera', fps: 5, address: '::1', ...sets })).toContain('IN IP6 ::1')
})
