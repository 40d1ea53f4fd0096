import type { ModbusPoint } from '@ganzhi/contracts/profile'

export type Table = ModbusPoint['table']

export interface RegisterAddress {
  readonly table: Table
  /** As written, without the digit of the table. */
  readonly number: number
  /** What the number of the first register is, by the way it is written. */
  readonly base: 0 | 1
}

const TABLE_OF_DIGIT: Readonly<Record<string, Table>> = {
  0: 'coil',
  1: 'discrete',
  3: 'input',
  4: 'holding',
}
const TABLE_NAMES: Readonly<Record<string, Table>> = {
  coil: 'coil',
  coils: 'coil',
  线圈: 'coil',
  discrete: 'discrete',
  离散输入: 'discrete',
  离散量输入: 'discrete',
  input: 'input',
  输入寄存器: 'input',
  holding: 'holding',
  保持寄存器: 'holding',
}

/** `40001` or `400001` as in manuals, which count from 1; `holding:0` and `输入寄存器:0x10` as on the wire, from 0. */
export function registerAddress(text: string): RegisterAddress | undefined {
  const manual = /^([0134])(\d{4,5})$/.exec(text)
  if (manual) {
    const table = TABLE_OF_DIGIT[manual[1] ?? '']
    const number = Number(manual[2])
    return table && number >= 1 && number <= 65_536 ? { table, number, base: 1 } : undefined
  }
  const [name = '', digits = ''] = text.split(/[:：]/)
  const table = tableCalled(name)
  const number = wireAddress(digits)
  return table && number !== undefined ? { table, number, base: 0 } : undefined
}

export function tableCalled(name: string): Table | undefined {
  return TABLE_NAMES[name.trim().toLowerCase()]
}

/** `16`, `0x10` or `10H`. */
export function wireAddress(text: string): number | undefined {
  const digits = text.trim()
  const hex = /^(?:0x([0-9a-f]+)|([0-9a-f]+)h)$/i.exec(digits)
  const number = hex ? parseInt(hex[1] ?? hex[2] ?? '', 16) : /^\d+$/.test(digits) ? Number(digits) : -1
  return number >= 0 && number <= 65_535 ? number : undefined
}
