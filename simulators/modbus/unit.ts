import type { ModbusLimits } from '@ganzhi/contracts/profile'
import { Bank, type Table, type WritableTable } from './bank.ts'

export const EXCEPTION = {
  illegalFunction: 1,
  illegalAddress: 2,
  illegalValue: 3,
  targetSilent: 0x0b,
} as const

/** What a value is to a person; an integer beyond 2^53 is a string of its digits. */
export type TrueValue = number | boolean | string

/** A simulated unit, as the function codes see it: words, or the code of the exception that declines. */
export interface Unit {
  read(table: Table, address: number, count: number): Uint16Array | number
  /** Nothing when it was done. */
  write(table: WritableTable, address: number, words: ArrayLike<number>): number | undefined
  /** What its registers say now, by property. */
  truth(): Readonly<Record<string, TrueValue>>
}

export interface UnitParts {
  readonly banks: Readonly<Partial<Record<Table, Bank>>>
  readonly limits: ModbusLimits
  /** Brings the banks up to now. */
  readonly refresh?: () => void
  readonly written?: (table: WritableTable, address: number, count: number) => void
  readonly truth?: () => Readonly<Record<string, TrueValue>>
}

const NOTHING = new Bank(0, -1)

export function makeUnit({ banks, limits, refresh, written, truth }: UnitParts): Unit {
  const refused = (table: Table, address: number, count: number) =>
    limits.refused?.some(
      (range) => range.table === table && range.from < address + count && range.to >= address,
    ) ?? false
  return {
    read(table, address, count) {
      const bits = table === 'coil' || table === 'discrete'
      if (count > (bits ? (limits.bits ?? 2_000) : (limits.registers ?? 125))) return EXCEPTION.illegalValue
      const bank = banks[table] ?? NOTHING
      if (!bank.has(address, count) || refused(table, address, count)) return EXCEPTION.illegalAddress
      refresh?.()
      return bank.get(address, count)
    },
    write(table, address, words) {
      const bank = banks[table] ?? NOTHING
      if (!bank.takes(address, words.length) || refused(table, address, words.length)) {
        return EXCEPTION.illegalAddress
      }
      refresh?.()
      bank.set(address, words)
      written?.(table, address, words.length)
      return undefined
    },
    truth() {
      refresh?.()
      return truth?.() ?? {}
    },
  }
}
