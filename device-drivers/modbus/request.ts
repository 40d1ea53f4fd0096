import type { ModbusPoint } from '@ganzhi/contracts/profile'

/** Clauses are those of "MODBUS Application Protocol V1.1b3" (MAP). */

export type Table = ModbusPoint['table']

/** What a unit can be asked, as a description: no bytes, no line. */
export type Request =
  | ReadRequest
  | WriteCoil
  | WriteCoils
  | WriteRegister
  | WriteRegisters
  | MaskRegister
  | ReadWriteRegisters

/** Functions 1 to 4. */
export interface ReadRequest {
  readonly kind: 'read'
  readonly unit: number
  readonly table: Table
  readonly address: number
  /** Registers, or bits of a coil or discrete table. */
  readonly count: number
}

/** Function 5. */
export interface WriteCoil {
  readonly kind: 'write-coil'
  readonly unit: number
  readonly address: number
  readonly on: boolean
}

/** Function 15. */
export interface WriteCoils {
  readonly kind: 'write-coils'
  readonly unit: number
  readonly address: number
  readonly on: readonly boolean[]
}

/** Function 6. */
export interface WriteRegister {
  readonly kind: 'write-register'
  readonly unit: number
  readonly address: number
  /** Two, as on the wire. */
  readonly bytes: Uint8Array
}

/** Function 16. */
export interface WriteRegisters {
  readonly kind: 'write-registers'
  readonly unit: number
  readonly address: number
  /** Two a register, as on the wire. */
  readonly bytes: Uint8Array
}

/** Function 22: register = (register and `and`) or (`or` and not `and`). */
export interface MaskRegister {
  readonly kind: 'mask-register'
  readonly unit: number
  readonly address: number
  readonly and: number
  readonly or: number
}

/** Function 23: writes, then reads `count` registers from `address` on, which are its answer. */
export interface ReadWriteRegisters {
  readonly kind: 'read-write'
  readonly unit: number
  readonly address: number
  readonly count: number
  readonly write: { readonly address: number; readonly bytes: Uint8Array }
}

/** MAP 6.1 to 6.4: the quantity one request may ask for. */
export const MAX_COUNT: Record<Table, number> = { coil: 2000, discrete: 2000, holding: 125, input: 125 }

const READ_FUNCTION: Record<Table, number> = { coil: 1, discrete: 2, holding: 3, input: 4 }
const WRITE_FUNCTION = {
  'write-coil': 5,
  'write-register': 6,
  'write-coils': 15,
  'write-registers': 16,
  'mask-register': 22,
  'read-write': 23,
} as const

export function functionOf(request: Request): number {
  return request.kind === 'read' ? READ_FUNCTION[request.table] : WRITE_FUNCTION[request.kind]
}

export function isBitTable(table: Table): boolean {
  return table === 'coil' || table === 'discrete'
}
