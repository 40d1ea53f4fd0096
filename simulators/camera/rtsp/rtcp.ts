const SENDER_REPORT = 200
const SOURCE_DESCRIPTION = 202
const CNAME = 1
/** 1900 to 1970, RFC 3550 §4. */
const NTP_OFFSET_S = 2_208_988_800

export interface Sent {
  readonly ssrc: number
  /** ms since 1970. */
  readonly at: number
  readonly rtpTime: number
  readonly packets: number
  readonly octets: number
}

/** A sender report (RFC 3550 §6.4.1) with the source description that every compound packet must have. */
export function senderReport({ ssrc, at, rtpTime, packets, octets }: Sent, cname: string): Buffer {
  const report = Buffer.alloc(28)
  report.writeUInt8(0x80, 0)
  report.writeUInt8(SENDER_REPORT, 1)
  report.writeUInt16BE(report.length / 4 - 1, 2)
  report.writeUInt32BE(ssrc, 4)
  report.writeUInt32BE((Math.floor(at / 1_000) + NTP_OFFSET_S) % 2 ** 32, 8)
  report.writeUInt32BE(Math.floor(((at % 1_000) / 1_000) * 2 ** 32), 12)
  report.writeUInt32BE(rtpTime, 16)
  report.writeUInt32BE(packets % 2 ** 32, 20)
  report.writeUInt32BE(octets % 2 ** 32, 24)

  const name = Buffer.from(cname)
  // The list of items ends with at least one zero, on a boundary of four bytes.
  const description = Buffer.alloc(8 + Math.ceil((2 + name.length + 1) / 4) * 4)
  description.writeUInt8(0x81, 0)
  description.writeUInt8(SOURCE_DESCRIPTION, 1)
  description.writeUInt16BE(description.length / 4 - 1, 2)
  description.writeUInt32BE(ssrc, 4)
  description.writeUInt8(CNAME, 8)
  description.writeUInt8(name.length, 9)
  name.copy(description, 10)
  return Buffer.concat([report, description])
}
