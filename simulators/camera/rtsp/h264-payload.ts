/** Below the 1,500 bytes of Ethernet less IP, UDP and RTP headers, with room for a tunnel's. */
const MAX_PAYLOAD = 1_400
const FU_A = 28

/** A NAL unit as payloads of RTP packets: whole (RFC 6184 §5.6), or in fragments (FU-A, §5.8). */
export function payloadsOf(nal: Buffer, max = MAX_PAYLOAD): Buffer[] {
  if (nal.length <= max) return [nal]
  const header = nal.readUInt8(0)
  const indicator = (header & 0xe0) | FU_A
  const type = header & 0x1f
  const payloads: Buffer[] = []
  for (let from = 1; from < nal.length; from += max - 2) {
    const to = Math.min(nal.length, from + max - 2)
    const start = from === 1 ? 0x80 : 0
    const end = to === nal.length ? 0x40 : 0
    payloads.push(Buffer.concat([Buffer.from([indicator, start | end | type]), nal.subarray(from, to)]))
  }
  return payloads
}
