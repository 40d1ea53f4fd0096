import { type ModbusLimits, type ModbusPoint, modbusWidth, type Profile } from '@ganzhi/contracts/profile'
import { Bank, type Table, type WritableTable } from './bank.ts'
import { valueOf, wordsOf } from './point-words.ts'
import { makeUnit, type TrueValue, type Unit } from './unit.ts'

export interface ProfileUnitOptions {
  readonly profile: Profile
  /** What a property is at a moment. */
  readonly valueAt: (property: string, ms: number) => TrueValue
  readonly now: () => number
  /** Beside those of the profile. */
  readonly limits: ModbusLimits
  /** Only registers of points are there; otherwise all between the first and the last of a table. */
  readonly sparse?: boolean
}

/** A unit with the registers that a profile describes. What was written to a point stays; all else goes its own way. */
export function profileUnit(options: ProfileUnitOptions): Unit {
  const { profile, valueAt, now, sparse = false } = options
  const points = profile.protocols.modbus?.points ?? []
  const access = new Map(profile.properties.map((property) => [property.id, property.access]))
  const writable = ({ id, table }: ModbusPoint) =>
    (table === 'coil' || table === 'holding') && access.get(id) !== 'r'
  const banks: Partial<Record<Table, Bank>> = {}
  const bankOf = (table: Table) =>
    (banks[table] ??= makeBank(
      points.filter((point) => point.table === table),
      sparse,
    ))
  for (const point of points) {
    bankOf(point.table).add(point.address, modbusWidth(point), { writable: writable(point) })
  }

  const written = new Set<ModbusPoint>()
  const wordsNow = (point: ModbusPoint) => bankOf(point.table).get(point.address, modbusWidth(point))
  let second = NaN
  return makeUnit({
    banks,
    limits: { ...profile.protocols.modbus?.limits, ...options.limits },
    // Devices measure about once a second; a reading of several requests is then of one moment.
    refresh() {
      const ms = Math.floor(now() / 1_000) * 1_000
      if (ms === second) return
      second = ms
      for (const point of points) {
        if (written.has(point)) continue
        bankOf(point.table).set(point.address, wordsOf(point, valueAt(point.id, ms), wordsNow(point)))
      }
    },
    written(table: WritableTable, address, count) {
      for (const point of points) {
        const touched = point.address < address + count && point.address + modbusWidth(point) > address
        if (point.table === table && touched && writable(point)) written.add(point)
      }
    },
    truth: () => Object.fromEntries(points.map((point) => [point.id, valueOf(point, wordsNow(point))])),
  })
}

function makeBank(points: readonly ModbusPoint[], sparse: boolean): Bank {
  const from = Math.min(...points.map(({ address }) => address))
  const to = Math.max(...points.map((point) => point.address + modbusWidth(point) - 1))
  const bank = new Bank(from, to)
  if (!sparse) bank.add(from, to - from + 1)
  return bank
}
