import { modbusPointFault } from '@ganzhi/contracts/modbus-point-fault'
import { type ModbusPoint, modbusWidth, type Profile, type Property } from '@ganzhi/contracts/profile'
import type { FieldFault } from './field-fault.ts'
import { repeatedIds } from './repeated-ids.ts'

const SECTION = ['protocols', 'modbus']

/** What is wrong with how a profile's properties are found on Modbus. */
export function modbusFaults({ properties, protocols }: Profile): FieldFault[] {
  const { points, limits } = protocols.modbus ?? { points: [] }
  const byId = new Map(properties.map((property) => [property.id, property]))
  return [
    ...repeatedIds([...SECTION, 'points'], points),
    ...points.flatMap((point, i) => {
      const fault = pointFault(point, byId.get(point.id))
      return fault ? [{ ...fault, path: [...SECTION, 'points', i, fault.field] }] : []
    }),
    ...limitFaults(points, limits ?? {}),
  ]
}

interface PointFault {
  readonly field: string
  readonly message: string
  readonly remedy: string
}

function pointFault(point: ModbusPoint, property: Property | undefined): PointFault | undefined {
  const fault = modbusPointFault(point)
  if (fault) return fault
  if (!property) {
    const remedy = 'Name one of properties, or add it there.'
    return { field: 'id', message: `${point.id} is no property`, remedy }
  }
  if (!carries(point, property)) {
    const message = `${point.type} can't be the ${property.type} that ${property.id} is`
    return { field: 'type', message, remedy: "Change the point's type, or the property's." }
  }
  if (property.access !== 'r' && (point.table === 'input' || point.table === 'discrete')) {
    const message = `${point.table} can't be written, but ${property.id} has access ${property.access}`
    return { field: 'table', message, remedy: 'Use holding or coil, or access r.' }
  }
  return undefined
}

/** Whether every value of the point is one of the property's type. */
function carries({ type, scale = 1, offset = 0, enum: meanings }: ModbusPoint, property: Property): boolean {
  if (meanings)
    return Object.values(meanings).every((meaning) => CARRIED[typeof meaning]?.includes(property.type))
  if (type === 'bool') return property.type === 'bool'
  if (type === 'string') return property.type === 'text'
  const whole = !type.startsWith('float') && Number.isInteger(scale) && Number.isInteger(offset)
  return property.type === 'float' || (property.type === 'integer' && whole)
}

const CARRIED: Record<string, readonly Property['type'][]> = {
  string: ['text'],
  boolean: ['bool'],
  number: ['integer', 'float'],
}

type Limits = NonNullable<NonNullable<Profile['protocols']['modbus']>['limits']>

function limitFaults(
  points: readonly ModbusPoint[],
  { registers = 125, refused = [] }: Limits,
): FieldFault[] {
  const at = [...SECTION, 'limits']
  const faults: FieldFault[] = []
  const widest = points.find((point) => modbusWidth(point) > registers)
  if (widest) {
    const message = `${registers} is less than ${widest.id} is long`
    faults.push({ path: [...at, 'registers'], message, remedy: 'Raise it, or shorten the point.' })
  }
  refused.forEach(({ table, from, to }, i) => {
    const path = [...at, 'refused', i]
    if (from > to) {
      faults.push({ path: [...path, 'from'], message: 'is above to', remedy: 'Give the lowest first.' })
    }
    const point = points.find(
      (each) => each.table === table && each.address <= to && each.address + modbusWidth(each) > from,
    )
    if (point) {
      const remedy = 'Leave out what can be read.'
      faults.push({ path, message: `covers ${point.id}, which could then not be read`, remedy })
    }
  })
  return faults
}
