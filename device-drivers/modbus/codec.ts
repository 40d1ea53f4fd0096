import { GanzhiError } from '@ganzhi/contracts/error'
import type { ModbusPoint } from '@ganzhi/contracts/profile'

/** Clauses are those of "MODBUS Application Protocol V1.1b3" (MAP) and "MODBUS Messaging on TCP/IP V1.0b" (MTCP). */

export type Table = ModbusPoint['table']

export interface ReadRequest {
  readonly unit: number
  readonly table: Table
  readonly address: number
  /** Registers, or bits of a coil or discrete table. */
  readonly count: number
}

export interface Frame {
  readonly transaction: number
  readonly unit: number
  readonly pdu: Uint8Array
}

export type Reply =
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'exception'; readonly code: number }

/** MAP 6.1 to 6.4 */
const FUNCTION: Record<Table, number> = { coil: 1, discrete: 2, holding: 3, input: 4 }
/** MAP 6.1 to 6.4: the quantity one request may ask for. */
export const MAX_COUNT: Record<Table, number> = { coil: 2000, discrete: 2000, holding: 125, input: 125 }

/** MTCP 3.1.3: transaction, protocol, length, unit. */
const HEADER_BYTES = 7
/** MAP 4.1 */
const MAX_PDU_BYTES = 253

export function isBitTable(table: Table): boolean {
  return table === 'coil' || table === 'discrete'
}

export function encodeRead(transaction: number, { unit, table, address, count }: ReadRequest): Uint8Array {
  const frame = new DataView(new ArrayBuffer(HEADER_BYTES + 5))
  frame.setUint16(0, transaction)
  frame.setUint16(2, 0)
  frame.setUint16(4, 6)
  frame.setUint8(6, unit)
  frame.setUint8(7, FUNCTION[table])
  frame.setUint16(8, address)
  frame.setUint16(10, count)
  return new Uint8Array(frame.buffer)
}

/** The first whole frame of a stream, or nothing yet. Throws when the stream can't be Modbus: no frame start can be trusted then. */
export function takeFrame(stream: Uint8Array): { frame: Frame; rest: Uint8Array } | undefined {
  if (stream.length < HEADER_BYTES) return undefined
  const header = new DataView(stream.buffer, stream.byteOffset, HEADER_BYTES)
  const protocol = header.getUint16(2)
  const length = header.getUint16(4)
  if (protocol !== 0) throw badReply(`is of protocol ${protocol}, not 0`)
  // The length counts the unit; a PDU has a function and at least one byte more.
  if (length < 3 || length > MAX_PDU_BYTES + 1) throw badReply(`claims ${length} bytes`)
  const end = HEADER_BYTES - 1 + length
  if (stream.length < end) return undefined
  const pdu = stream.subarray(HEADER_BYTES, end)
  return {
    frame: { transaction: header.getUint16(0), unit: header.getUint8(6), pdu },
    rest: stream.subarray(end),
  }
}

/** What `frame` answers to `request`; throws when it is no answer to it in every byte that can be checked. */
export function readReply(request: ReadRequest, { unit, pdu }: Frame): Reply {
  const wanted = FUNCTION[request.table]
  const [code, second = 0] = pdu
  if (unit !== request.unit) throw badReply(`is of unit ${unit}, not ${request.unit}`)
  // MAP 7: the function with its highest bit set, then the exception code.
  if (code === wanted + 0x80) {
    if (pdu.length !== 2) throw badReply(`is an exception of ${pdu.length} bytes, not 2`)
    return { kind: 'exception', code: second }
  }
  if (code !== wanted) throw badReply(`is of function ${code}, not ${wanted}`)
  const bytes = isBitTable(request.table) ? Math.ceil(request.count / 8) : request.count * 2
  if (second !== bytes) throw badReply(`has ${second} bytes of data, not ${bytes}`)
  if (pdu.length !== 2 + bytes) throw badReply(`carries ${pdu.length - 2} bytes of data, not ${bytes}`)
  return { kind: 'data', bytes: pdu.subarray(2) }
}

export function badReply(what: string): GanzhiError {
  return new GanzhiError(`the reply ${what}`, {
    code: 'bad-reply',
    blame: 'outside',
    remedy:
      'Check the wiring and that no two devices share a unit number; try another gateway if it goes on.',
    retryable: true,
  })
}
