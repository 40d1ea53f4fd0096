import { GanzhiError } from '@ganzhi/contracts/error'
import { type ModbusPoint, modbusPointFault, Profile, type Property } from '@ganzhi/contracts/profile'
import { check } from '@ganzhi/contracts/schema'
import { parse } from 'yaml'

/** A profile from its file's text; refused with the field that is wrong and what to do about it. */
export function loadProfile(yaml: string): Profile {
  const profile = check(Profile, parseYaml(yaml), 'profile')
  checkProperties(profile.properties)
  checkUnique(profile.events ?? [], 'events')
  checkUnique(profile.commands ?? [], 'commands')
  checkModbus(profile.protocols.modbus?.points ?? [], profile.properties)
  return profile
}

function parseYaml(yaml: string): unknown {
  try {
    return parse(yaml)
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause)
    throw refused('profile', `is not YAML: ${what}`, 'Correct the line that is named.', cause)
  }
}

function checkProperties(properties: readonly Property[]): void {
  checkUnique(properties, 'properties')
  properties.forEach((property, i) => {
    const at = `properties[${i}]`
    const [low = -Infinity, high = Infinity] = property.range ?? []
    const numeric = property.type === 'float' || property.type === 'integer'
    if (low > high) throw refused(`${at}.range`, `goes from ${low} down to ${high}`, 'Give the lowest first.')
    if (!numeric && property.range) {
      throw refused(`${at}.range`, `stands with type ${property.type}`, 'Only numbers have a range.')
    }
    if (property.type !== 'float' && property.decimals !== undefined) {
      throw refused(`${at}.decimals`, `stands with type ${property.type}`, 'Only a float has decimals.')
    }
    if (property.counter && !numeric) {
      throw refused(`${at}.counter`, `stands with type ${property.type}`, 'Only a number can count.')
    }
    const { minReportMs = 0, maxReportMs = Infinity } = property
    if (minReportMs > maxReportMs) {
      throw refused(`${at}.minReportMs`, `is above maxReportMs`, 'Lower it, or raise maxReportMs.')
    }
  })
}

function checkModbus(points: readonly ModbusPoint[], properties: readonly Property[]): void {
  checkUnique(points, 'protocols.modbus.points')
  const byId = new Map(properties.map((property) => [property.id, property]))
  points.forEach((point, i) => {
    const at = `protocols.modbus.points[${i}]`
    const fault = modbusPointFault(point)
    if (fault) throw refused(`${at}.${fault.field}`, fault.message, fault.remedy)
    const property = byId.get(point.id)
    if (!property) {
      throw refused(`${at}.id`, `${point.id} is no property`, 'Name one of properties, or add it there.')
    }
    if (!carries(point, property)) {
      throw refused(
        `${at}.type`,
        `${point.type} can't be the ${property.type} that ${property.id} is`,
        `Change the point's type, or the property's.`,
      )
    }
  })
}

/** Whether every value of the point is one of the property's type. */
function carries({ type, scale = 1, offset = 0 }: ModbusPoint, property: Property): boolean {
  if (type === 'bool') return property.type === 'bool'
  if (type === 'string') return property.type === 'text'
  const whole = !type.startsWith('float') && Number.isInteger(scale) && Number.isInteger(offset)
  return property.type === 'float' || (property.type === 'integer' && whole)
}

function checkUnique(list: readonly { readonly id: string }[], field: string): void {
  const first = new Map<string, number>()
  list.forEach(({ id }, i) => {
    const before = first.get(id)
    if (before !== undefined) {
      throw refused(`${field}[${i}].id`, `${id} is also ${field}[${before}]`, 'Give each its own id.')
    }
    first.set(id, i)
  })
}

function refused(field: string, what: string, remedy: string, cause?: unknown): GanzhiError {
  return new GanzhiError(`profile: ${field} ${what}`, {
    code: 'bad-input',
    blame: 'caller',
    field,
    remedy,
    cause,
  })
}
