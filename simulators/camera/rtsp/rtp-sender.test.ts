import { expect, test } from 'vitest'
import { makeRtpSender } from './rtp-sender.ts'

const AT = Date.parse('2026-11-21T08:00:00.500Z')

function sent() {
  const rtp: Buffer[] = []
  const rtcp: Buffer[] = []
  const way = { rtp: (packet: Buffer) => rtp.push(packet), rtcp: (packet: Buffer) => rtcp.push(packet) }
  const sender = makeRtpSender({ ssrc: 0xaabbccdd, firstSequence: 0xffff, timeOffset: 7, way })
  return { rtp, rtcp, sender }
}

const picture = (at: number, ...parts: string[]) => ({
  key: true,
  at,
  parts: parts.map((part) => Buffer.from(part, 'hex')),
})

test('packets are numbered past 65535, share the time of their picture, and the last one is marked', () => {
  const { rtp, sender } = sent()
  sender.send(picture(AT, '6701', '6802'))
  sender.send(picture(AT + 40, '4103'))
  const times = rtp.map((packet) => packet.readUInt32BE(4))
  expect(rtp.map((packet) => packet.subarray(0, 4).toString('hex'))).toEqual([
    '8060ffff',
    '80e00000',
    '80e00001',
  ])
  expect(times).toEqual([sender.rtpTimeAt(AT), sender.rtpTimeAt(AT), (times[0]! + 3_600) % 2 ** 32])
  expect(rtp.map((packet) => packet.subarray(8).toString('hex'))).toEqual([
    'aabbccdd6701',
    'aabbccdd6802',
    'aabbccdd4103',
  ])
  expect(sender.nextSequence).toBe(2)
})

test('a report ties the RTP time to the wall clock, counts what was sent, and names its source', () => {
  const { rtcp, sender } = sent()
  sender.send(picture(AT, '6701', '6802'))
  expect(rtcp).toHaveLength(1)
  const [report = Buffer.alloc(0)] = rtcp
  expect(report.subarray(0, 8).toString('hex')).toBe('80c80006aabbccdd')
  expect(report.readUInt32BE(8)).toBe(Math.floor(AT / 1_000) + 2_208_988_800)
  expect(report.readUInt32BE(12)).toBe(2 ** 31)
  expect(report.readUInt32BE(16)).toBe(sender.rtpTimeAt(AT))
  expect([report.readUInt32BE(20), report.readUInt32BE(24)]).toEqual([2, 4])
  expect(report.subarray(28).toString('latin1')).toBe(
    '\x81\xca\0\x05\xaa\xbb\xcc\xdd\x01\x0aganzhi-sim\0\0\0\0',
  )
})

test('reports come every five seconds, not with every picture', () => {
  const { rtcp, sender } = sent()
  for (let ms = 0; ms <= 10_000; ms += 100) sender.send(picture(AT + ms, '4101'))
  expect(rtcp).toHaveLength(3)
})
