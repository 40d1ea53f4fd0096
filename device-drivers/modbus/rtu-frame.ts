import { dataLengthOf, encodeRequest } from './codec.ts'
import { functionOf, type Request } from './request.ts'

/** Framing of "MODBUS over Serial Line V1.02" (MSL): unit, PDU, CRC; ends are known by length alone. */

export interface RtuFrame {
  readonly unit: number
  readonly pdu: Uint8Array
}

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  return crc
})

/** MSL 6.2.2 */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff
  for (const byte of bytes) crc = (crc >> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0)
  return crc
}

export function rtuFrame({ unit, pdu }: RtuFrame): Uint8Array {
  const bytes = new Uint8Array(pdu.length + 3)
  bytes[0] = unit
  bytes.set(pdu, 1)
  // MSL 2.5.1.2: the CRC's low byte goes first, unlike every other number.
  new DataView(bytes.buffer).setUint16(pdu.length + 1, crc16(bytes.subarray(0, -2)), true)
  return bytes
}

export function rtuRequest(request: Request): Uint8Array {
  return rtuFrame({ unit: request.unit, pdu: encodeRequest(request) })
}

/** Of the longest frame that can answer `request`. */
export function rtuReplyLength(request: Request): number {
  const data = dataLengthOf(request)
  if (data !== undefined) return 5 + data
  return functionOf(request) === 22 ? 10 : 8
}

export type RtuTaken =
  /** It may yet become a frame. */
  | { readonly kind: 'partial' }
  /** No reply begins so, or its CRC is wrong. */
  | { readonly kind: 'corrupt' }
  | { readonly kind: 'frame'; readonly frame: RtuFrame; readonly length: number }

/** The reply at the head of `bytes`. */
export function takeRtuFrame(bytes: Uint8Array): RtuTaken {
  const [unit = 0] = bytes
  const length = replyLength(bytes)
  if (length === 'none') return { kind: 'corrupt' }
  if (length === undefined || bytes.length < length) return { kind: 'partial' }
  if (crc16(bytes.subarray(0, length)) !== 0) return { kind: 'corrupt' }
  return { kind: 'frame', frame: { unit, pdu: bytes.subarray(1, length - 2) }, length }
}

/** By function and, for reads, byte count; nothing while these are not there yet. */
function replyLength(bytes: Uint8Array): number | 'none' | undefined {
  const [unit, code, count] = bytes
  // MSL 2.2: nobody answers a broadcast.
  if (unit === 0) return 'none'
  if (code === undefined) return undefined
  if (code > 0x80) return 5
  if ([5, 6, 15, 16].includes(code)) return 8
  if (code === 22) return 10
  if (![1, 2, 3, 4, 23].includes(code)) return 'none'
  if (count === undefined) return undefined
  return count > 250 || count === 0 ? 'none' : 5 + count
}
