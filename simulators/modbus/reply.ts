import type { RegisterMap, Table } from './register-map.ts'

export interface Request {
  readonly transaction: number
  readonly unit: number
  readonly function: number
  readonly address: number
  readonly count: number
}

const TABLES: Record<number, Table> = { 1: 'coil', 2: 'discrete', 3: 'holding', 4: 'input' }

export function tableOf(request: Request): Table | undefined {
  return TABLES[request.function]
}

export function parseRequest(frame: Buffer): Request {
  return {
    transaction: frame.readUInt16BE(0),
    unit: frame.readUInt8(6),
    function: frame.readUInt8(7),
    address: frame.length >= 12 ? frame.readUInt16BE(8) : 0,
    count: frame.length >= 12 ? frame.readUInt16BE(10) : 0,
  }
}

/** The PDU that a device with this map replies with. */
export function replyPdu(request: Request, map: RegisterMap | undefined): Buffer {
  const table = tableOf(request)
  // A gateway whose unit does not answer says so with 0B.
  if (!map) return exceptionPdu(request, 0x0b)
  if (!table) return exceptionPdu(request, 1)
  const { address, count } = request
  const bits = table === 'coil' || table === 'discrete'
  if (count < 1 || count > (bits ? 2_000 : 125)) return exceptionPdu(request, 3)
  const size = bits ? map[table].length : map[table].byteLength / 2
  if (address + count > size) return exceptionPdu(request, 2)
  const data = bits
    ? packBits(map[table].slice(address, address + count))
    : Buffer.from(map[table].buffer, address * 2, count * 2)
  return Buffer.concat([Buffer.from([request.function, data.length]), data])
}

export function exceptionPdu(request: Request, code: number): Buffer {
  return Buffer.from([request.function | 0x80, code])
}

export function frameOf(transaction: number, unit: number, pdu: Buffer): Buffer {
  const header = Buffer.alloc(7)
  header.writeUInt16BE(transaction, 0)
  header.writeUInt16BE(pdu.length + 1, 4)
  header.writeUInt8(unit, 6)
  return Buffer.concat([header, pdu])
}

function packBits(bits: readonly boolean[]): Buffer {
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8))
  bits.forEach((bit, i) => {
    if (bit) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7))
  })
  return bytes
}
