import type { ModbusLimits } from '@ganzhi/contracts/profile'
import { Bank } from './bank.ts'
import { makeUnit, type Unit } from './unit.ts'

export interface PlainMap {
  /** In each of the four tables. */
  readonly registers: number
  /** So many that are there, then so many that are not, over and over. */
  readonly holes?: { readonly there: number; readonly missing: number }
  readonly limits: ModbusLimits
}

/** A bare map for benches: a register holds its own address, a coil is on where its address is odd; all can be written. */
export function plainUnit({ registers, holes, limits }: PlainMap): Unit {
  const { there, missing } = holes ?? { there: registers, missing: 0 }
  const table = (wordAt: (address: number) => number, writable: boolean) => {
    const bank = new Bank(0, registers - 1)
    bank.set(
      0,
      Uint16Array.from({ length: registers }, (_, address) => wordAt(address)),
    )
    for (let from = 0; from < registers; from += there + missing) {
      bank.add(from, Math.min(there, registers - from), { writable })
    }
    return bank
  }
  const itself = (address: number) => address
  const odd = (address: number) => address & 1
  return makeUnit({
    banks: {
      holding: table(itself, true),
      input: table(itself, false),
      coil: table(odd, true),
      discrete: table(odd, false),
    },
    limits,
  })
}
