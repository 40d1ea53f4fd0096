/** Frames as a Modbus TCP server sends them; made here, without the driver's codec. */
export interface Reply {
  readonly id: number
  readonly unit: number
  readonly pdu: Buffer
}

export function tcpFrame({ id, unit, pdu }: Reply, { protocol = 0, length = pdu.length + 1 } = {}): Buffer {
  const head = Buffer.alloc(7)
  head.writeUInt16BE(id, 0)
  head.writeUInt16BE(protocol, 2)
  head.writeUInt16BE(length & 0xffff, 4)
  head[6] = unit
  return Buffer.concat([head, pdu])
}

type Pick = (below: number) => number

export interface Context {
  readonly pick: Pick
  /** An id under which nothing is under way. */
  readonly freeId: () => number
}

/** What comes at once, and what comes some time later. */
export interface Said {
  readonly now: readonly Buffer[]
  readonly later?: readonly Buffer[]
}

export type Fault = (reply: Reply, context: Context) => Said

/** Whole frames at a wrong time or with wrong fields. Data alone are never changed: TCP's checksum sees to that. */
export const MIX_UPS: readonly Fault[] = [
  // silent
  () => ({ now: [] }),
  // late
  (reply) => ({ now: [], later: [tcpFrame(reply)] }),
  // twice, at once or later
  (reply) => ({ now: [tcpFrame(reply), tcpFrame(reply)] }),
  (reply) => ({ now: [tcpFrame(reply)], later: [tcpFrame(reply)] }),
  // foreign, alone or first
  (reply, { freeId }) => ({ now: [tcpFrame({ ...reply, id: freeId() })] }),
  (reply, { freeId }) => ({ now: [tcpFrame({ ...reply, id: freeId() }), tcpFrame(reply)] }),
  // another unit, function, byte count; fewer data than asked for
  (reply, { pick }) => ({ now: [tcpFrame({ ...reply, unit: 10 + pick(200) })] }),
  (reply, { pick }) => ({ now: [tcpFrame({ ...reply, pdu: withByte(reply.pdu, 0, 5 + pick(250)) })] }),
  (reply, { pick }) => ({ now: [tcpFrame({ ...reply, pdu: withByte(reply.pdu, 1, pick(256)) })] }),
  (reply, { pick }) => ({ now: [tcpFrame({ ...reply, pdu: shortened(reply.pdu, pick) })] }),
  // an exception, in time or late, or before the reply itself
  (reply, { pick }) => ({ now: [exceptionTo(reply, 1 + pick(11))] }),
  (reply, { pick }) => ({ now: [], later: [exceptionTo(reply, 1 + pick(11))] }),
  (reply) => ({ now: [exceptionTo(reply, 11)], later: [tcpFrame(reply)] }),
]

/** After one of these nobody can tell where a frame begins. */
export const DAMAGES: readonly Fault[] = [
  // cut
  (reply, { pick }) => ({ now: [cut(tcpFrame(reply), 1 + pick(8))] }),
  (reply, { pick }) => ({ now: [cut(tcpFrame(reply), 1 + pick(7 + reply.pdu.length))] }),
  // a wrong length, a little or any
  (reply, { pick }) => ({ now: [tcpFrame(reply, { length: reply.pdu.length + 1 + pick(17) - 8 })] }),
  (reply, { pick }) => ({ now: [tcpFrame(reply, { length: pick(65_536) })] }),
  // another protocol
  (reply, { pick }) => ({ now: [tcpFrame(reply, { protocol: 1 + pick(65_535) })] }),
  // bytes that belong to no frame
  (reply, { pick }) => ({ now: [noise(1 + pick(12), pick), tcpFrame(reply)] }),
]

function cut(frame: Buffer, by: number): Buffer {
  return frame.subarray(0, frame.length - by)
}

function withByte(pdu: Buffer, at: number, byte: number): Buffer {
  const bytes = Buffer.from(pdu)
  bytes[at] = byte
  return bytes
}

function shortened(pdu: Buffer, pick: Pick): Buffer {
  const keep = pick(pdu.length - 2)
  return withByte(pdu.subarray(0, 2 + keep), 1, keep)
}

function noise(bytes: number, pick: Pick): Buffer {
  return Buffer.from(Array.from({ length: bytes }, () => pick(256)))
}

function exceptionTo(reply: Reply, code: number): Buffer {
  return tcpFrame({ ...reply, pdu: Buffer.from([(reply.pdu[0] ?? 0) | 0x80, code]) })
}
