import { functionOf, isBitTable, type Request } from './request.ts'
import type { Reply } from './wire.ts'
import { badReply } from './wire-error.ts'

/** Clauses are those of "MODBUS Application Protocol V1.1b3" (MAP). A PDU is the same on every kind of wire. */

/** MAP 4.1 */
export const MAX_PDU_BYTES = 253

export function encodeRequest(request: Request): Uint8Array {
  return Uint8Array.from([functionOf(request), ...fieldsOf(request)])
}

function fieldsOf(request: Request): number[] {
  switch (request.kind) {
    case 'read':
      return [...word(request.address), ...word(request.count)]
    case 'write-coil':
      // MAP 6.5: all ones in the high byte is on.
      return [...word(request.address), ...word(request.on ? 0xff00 : 0)]
    case 'write-register':
      return [...word(request.address), ...request.bytes]
    case 'mask-register':
      return [...word(request.address), ...word(request.and), ...word(request.or)]
    case 'write-coils': {
      const bytes = packBits(request.on)
      return [...word(request.address), ...word(request.on.length), bytes.length, ...bytes]
    }
    case 'write-registers':
      return [...word(request.address), ...registers(request.bytes)]
    case 'read-write':
      return [
        ...word(request.address),
        ...word(request.count),
        ...word(request.write.address),
        ...registers(request.write.bytes),
      ]
  }
}

function word(n: number): [number, number] {
  return [n >> 8, n & 0xff]
}

function registers(bytes: Uint8Array): number[] {
  return [...word(bytes.length / 2), bytes.length, ...bytes]
}

/** MAP 6.11: the first bit is the lowest of the first byte. */
function packBits(bits: readonly boolean[]): number[] {
  const bytes = Array.from({ length: Math.ceil(bits.length / 8) }, () => 0)
  bits.forEach((on, i) => {
    if (on) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7))
  })
  return bytes
}

/** Bytes of data that the answer to a read has; nothing where the answer repeats the request's head. */
export function dataLengthOf(request: Request): number | undefined {
  if (request.kind === 'read-write') return request.count * 2
  if (request.kind !== 'read') return undefined
  return isBitTable(request.table) ? Math.ceil(request.count / 8) : request.count * 2
}

/** What is left of the request in the answer to a write: all of it, or function, address and quantity. */
function echoOf(request: Request): Uint8Array {
  const whole = encodeRequest(request)
  return request.kind === 'write-coils' || request.kind === 'write-registers' ? whole.subarray(0, 5) : whole
}

/** What `pdu` answers to `request`; throws when it is no answer to it in every byte that can be checked. */
export function checkReply(request: Request, pdu: Uint8Array): Reply {
  const wanted = functionOf(request)
  const [code, second = 0] = pdu
  // MAP 7: the function with its highest bit set, then the exception code.
  if (code === wanted + 0x80) {
    if (pdu.length !== 2) throw badReply(`is an exception of ${pdu.length} bytes, not 2`)
    return { kind: 'exception', code: second }
  }
  if (code !== wanted) throw badReply(`is of function ${code}, not ${wanted}`)
  const length = dataLengthOf(request)
  if (length === undefined) return checkEcho(echoOf(request), pdu)
  if (second !== length) throw badReply(`has ${second} bytes of data, not ${length}`)
  if (pdu.length !== 2 + length) throw badReply(`carries ${pdu.length - 2} bytes of data, not ${length}`)
  return { kind: 'data', bytes: pdu.subarray(2) }
}

function checkEcho(echo: Uint8Array, pdu: Uint8Array): Reply {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  if (hex(pdu) !== hex(echo)) throw badReply(`acknowledges ${hex(pdu)}, not ${hex(echo)}`)
  return { kind: 'data', bytes: new Uint8Array() }
}
