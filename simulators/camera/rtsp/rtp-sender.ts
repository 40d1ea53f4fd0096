import type { Picture } from '../stream.ts'
import { payloadsOf } from './h264-payload.ts'
import { senderReport } from './rtcp.ts'

export const PAYLOAD_TYPE = 96
export const CLOCK_HZ = 90_000
const REPORT_EVERY_MS = 5_000

export interface PacketWay {
  rtp(packet: Buffer): void
  rtcp(packet: Buffer): void
}

export interface SenderOptions {
  readonly ssrc: number
  readonly firstSequence: number
  /** RTP time of 1970: in it all pictures of a camera are counted. */
  readonly timeOffset: number
  readonly way: PacketWay
}

export interface RtpSender {
  readonly nextSequence: number
  rtpTimeAt(ms: number): number
  send(picture: Picture): void
}

/** The packets of one viewer of one stream. */
export function makeRtpSender({ ssrc, firstSequence, timeOffset, way }: SenderOptions): RtpSender {
  let sequence = firstSequence
  let packets = 0
  let octets = 0
  let reportedAt = -Infinity

  const rtpTimeAt = (ms: number) => (timeOffset + Math.round((ms * CLOCK_HZ) / 1_000)) % 2 ** 32
  const packet = (payload: Buffer, rtpTime: number, last: boolean) => {
    const header = Buffer.alloc(12)
    header.writeUInt8(0x80, 0)
    header.writeUInt8((last ? 0x80 : 0) | PAYLOAD_TYPE, 1)
    header.writeUInt16BE(sequence, 2)
    header.writeUInt32BE(rtpTime, 4)
    header.writeUInt32BE(ssrc, 8)
    sequence = (sequence + 1) & 0xffff
    packets += 1
    octets += payload.length
    return Buffer.concat([header, payload])
  }
  return {
    get nextSequence() {
      return sequence
    },
    rtpTimeAt,
    send({ at, parts }) {
      const rtpTime = rtpTimeAt(at)
      const payloads = parts.flatMap((nal) => payloadsOf(nal))
      payloads.forEach((payload, i) => way.rtp(packet(payload, rtpTime, i === payloads.length - 1)))
      if (at - reportedAt < REPORT_EVERY_MS) return
      reportedAt = at
      way.rtcp(senderReport({ ssrc, at, rtpTime, packets, octets }, 'ganzhi-sim'))
    },
  }
}
