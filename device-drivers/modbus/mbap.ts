import { MAX_PDU_BYTES } from './codec.ts'
import { badReply } from './wire-error.ts'

/** Framing of "MODBUS Messaging on TCP/IP V1.0b" (MTCP). */

export interface TcpFrame {
  readonly transaction: number
  readonly unit: number
  readonly pdu: Uint8Array
}

/** MTCP 3.1.3: transaction, protocol, length, unit. */
const HEADER_BYTES = 7

const NOT_MODBUS =
  'Check the port: what answers is no Modbus TCP server. A serial server that passes bytes on needs "framing": "rtu".'

export function tcpFrame({ transaction, unit, pdu }: TcpFrame): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + pdu.length)
  const header = new DataView(bytes.buffer)
  header.setUint16(0, transaction)
  header.setUint16(4, 1 + pdu.length)
  header.setUint8(6, unit)
  bytes.set(pdu, HEADER_BYTES)
  return bytes
}

/** The first whole frame of a stream, or nothing yet. Throws when the stream can't be Modbus: no frame start can be trusted then. */
export function takeTcpFrame(stream: Uint8Array): { frame: TcpFrame; rest: Uint8Array } | undefined {
  if (stream.length < HEADER_BYTES) return undefined
  const header = new DataView(stream.buffer, stream.byteOffset, HEADER_BYTES)
  const protocol = header.getUint16(2)
  const length = header.getUint16(4)
  if (protocol !== 0) throw badReply(`is of protocol ${protocol}, not 0`, NOT_MODBUS)
  // The length counts the unit; a PDU has a function and at least one byte more.
  if (length < 3 || length > MAX_PDU_BYTES + 1) throw badReply(`claims ${length} bytes`, NOT_MODBUS)
  const end = HEADER_BYTES - 1 + length
  if (stream.length < end) return undefined
  const pdu = stream.subarray(HEADER_BYTES, end)
  return {
    frame: { transaction: header.getUint16(0), unit: header.getUint8(6), pdu },
    rest: stream.subarray(end),
  }
}
