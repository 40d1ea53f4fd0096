/** Frames as units on a serial line send them; made here, without the driver's codec. */
const CRC = Uint16Array.from({ length: 256 }, (_, i) => {
  let crc = i
  for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? 0xa001 : 0)
  return crc
})

export function rtuFrame(unit: number, pdu: Uint8Array): Buffer {
  const frame = Buffer.alloc(pdu.length + 3)
  frame[0] = unit
  frame.set(pdu, 1)
  let crc = 0xffff
  for (let i = 0; i < frame.length - 2; i++) crc = (crc >> 8) ^ (CRC[(crc ^ (frame[i] ?? 0)) & 0xff] ?? 0)
  frame.writeUInt16LE(crc, frame.length - 2)
  return frame
}

type Pick = (below: number) => number

/** What comes at once, and what comes before the unit's next answer. */
export interface Said {
  readonly now: readonly Buffer[]
  readonly later?: readonly Buffer[]
}

export const RTU_FAULTS: readonly ((reply: Buffer, pick: Pick) => Said)[] = [
  // silent
  () => ({ now: [] }),
  // late
  (reply) => ({ now: [], later: [reply] }),
  // twice, at once or later
  (reply) => ({ now: [reply, reply] }),
  (reply) => ({ now: [reply], later: [reply] }),
  // cut; torn in two
  (reply, pick) => ({ now: [reply.subarray(0, pick(reply.length))] }),
  (reply, pick) => {
    const at = 1 + pick(reply.length - 1)
    return { now: [reply.subarray(0, at)], later: [reply.subarray(at)] }
  },
  // corrupt
  (reply, pick) => ({ now: [flipped(reply, 1 + pick(3), pick)] }),
  (reply, pick) => ({ now: [burst(reply, pick)] }),
  // foreign, alone or first
  (reply, pick) => ({ now: [rtuFrame(200 + pick(40), reply.subarray(1, -2))] }),
  (reply, pick) => ({ now: [rtuFrame(200 + pick(40), reply.subarray(1, -2)), reply] }),
  // bytes of a line that is just being driven
  (reply, pick) => ({ now: [noise(1 + pick(3), pick), reply] }),
  // another function; fewer data than asked for
  (reply, pick) => ({ now: [withByte(reply, 1, 1 + pick(6))] }),
  (reply, pick) => ({ now: [shortened(reply, pick)] }),
  // an exception, in time or late
  (reply, pick) => ({ now: [exceptionTo(reply, 1 + pick(11))] }),
  (reply, pick) => ({ now: [], later: [exceptionTo(reply, 1 + pick(11))] }),
  // a gateway that gives its unit up, or a unit that asks for patience, and the reply itself later
  (reply, pick) => ({ now: [exceptionTo(reply, [5, 6, 10, 11][pick(4)] ?? 11)], later: [reply] }),
]

/** A CRC of 16 bits finds up to three flipped bits for certain … */
function flipped(reply: Buffer, bits: number, pick: Pick): Buffer {
  const bytes = Buffer.from(reply)
  for (let n = 0; n < bits; n++) flip(bytes, pick(bytes.length * 8))
  return bytes
}

/** … and whatever happens within sixteen of them. */
function burst(reply: Buffer, pick: Pick): Buffer {
  const bytes = Buffer.from(reply)
  const from = pick(bytes.length * 8 - 16)
  flip(bytes, from)
  for (let bit = 1; bit < 16; bit++) if (pick(2)) flip(bytes, from + bit)
  return bytes
}

function flip(bytes: Buffer, bit: number): void {
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
}

function noise(bytes: number, pick: Pick): Buffer {
  return Buffer.from(Array.from({ length: bytes }, () => pick(256)))
}

function withByte(reply: Buffer, at: number, byte: number): Buffer {
  const pdu = Buffer.from(reply.subarray(1, -2))
  pdu[at - 1] = byte
  return rtuFrame(reply[0] ?? 0, pdu)
}

/** A sound frame with fewer data than were asked for. */
function shortened(reply: Buffer, pick: Pick): Buffer {
  const keep = pick(Math.max(1, reply.length - 5))
  const pdu = Buffer.from(reply.subarray(1, 3 + keep))
  pdu[1] = keep
  return rtuFrame(reply[0] ?? 0, pdu)
}

function exceptionTo(reply: Buffer, code: number): Buffer {
  return rtuFrame(reply[0] ?? 0, Buffer.from([(reply[1] ?? 0) | 0x80, code]))
}
