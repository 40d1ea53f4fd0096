import type { Interlock, Property } from '@ganzhi/contracts/profile'
import type { FieldFault } from './field-fault.ts'
import { repeatedIds } from './repeated-ids.ts'

type Told = readonly [field: string, message: string, remedy: string]

/** Fields of properties that contradict each other: what the schema can't see. */
export function propertyFaults(properties: readonly Property[]): FieldFault[] {
  const byId = new Map(properties.map((property) => [property.id, property]))
  return [
    ...repeatedIds(['properties'], properties),
    ...properties.flatMap((property, i) => {
      const told = [...valueFaults(property), ...reportFaults(property), ...writeFaults(property)]
      const at = ['properties', i]
      return [
        ...told.map(([field, message, remedy]) => ({ path: [...at, field], message, remedy })),
        ...(property.interlocks ?? []).flatMap((interlock, j) =>
          [...interlockFaults(interlock, property, byId)].map(([field, message, remedy]) => ({
            path: [...at, 'interlocks', j, ...(field === '' ? [] : [field])],
            message,
            remedy,
          })),
        ),
      ]
    }),
  ]
}

const isNumeric = ({ type }: Property) => type === 'float' || type === 'integer'

function* valueFaults(property: Property): Iterable<Told> {
  const { type, range, decimals, labels } = property
  const [low = -Infinity, high = Infinity] = range ?? []
  if (low > high) yield ['range', `goes from ${low} down to ${high}`, 'Give the lowest first.']
  if (range && !isNumeric(property)) {
    yield ['range', `stands with type ${type}`, 'Only numbers have a range.']
  }
  if (decimals !== undefined && type !== 'float') {
    yield ['decimals', `stands with type ${type}`, 'Only a float has decimals.']
  }
  const finest = type === 'integer' ? 0 : (decimals ?? 9)
  if (range?.some((end) => Number(end.toFixed(finest)) !== end)) {
    yield ['range', `has ends with more than ${finest} decimals`, 'Give it the decimals of the value.']
  }
  if (labels && type !== 'integer') {
    yield ['labels', `stands with type ${type}`, 'Only whole numbers stand for something: use type integer.']
  }
  const beyond = Object.keys(labels ?? {}).find((raw) => Number(raw) < low || Number(raw) > high)
  if (beyond !== undefined) yield ['labels', `names ${beyond}, which is beyond the range`, 'Widen the range.']
}

function* reportFaults(property: Property): Iterable<Told> {
  const { type, deadband, counter, intervalMs, minReportMs = 0, maxReportMs = Infinity } = property
  if (counter && !isNumeric(property)) {
    yield ['counter', `stands with type ${type}`, 'Only a number can count.']
  }
  if (counter && deadband) {
    yield ['deadband', 'stands with a counter', 'Leave it out: every step of a counter is part of a sum.']
  }
  if (deadband && !isNumeric(property) && deadband.absolute !== 0) {
    yield ['deadband', `stands with type ${type}`, 'Use { absolute: 0 }: sent when it changes.']
  }
  if (deadband?.perSecond !== undefined && intervalMs === undefined) {
    yield ['deadband', 'is a rate, but nothing says how often it is read', 'Give intervalMs too.']
  }
  if (minReportMs > maxReportMs) {
    yield ['minReportMs', 'is above maxReportMs', 'Lower it, or raise maxReportMs.']
  }
  if (intervalMs !== undefined && maxReportMs < intervalMs) {
    yield ['maxReportMs', 'is below intervalMs', 'Raise it: no value is sent more often than it is read.']
  }
}

function* writeFaults({ access, dangerous, interlocks }: Property): Iterable<Told> {
  if (access !== 'r') return
  const remedy = 'Leave it out, or let access be w or rw.'
  if (dangerous) yield ['dangerous', 'stands with access r', remedy]
  if (interlocks) yield ['interlocks', 'stand with access r', remedy]
}

function* interlockFaults(
  { property: id, equals, atLeast, atMost, writing }: Interlock,
  written: Property,
  byId: ReadonlyMap<string, Property>,
): Iterable<Told> {
  const property = byId.get(id)
  if (!property) yield ['property', `${id} is no property`, 'Name one of properties.']
  else if (property.access === 'w') {
    yield ['property', `${id} can't be read`, 'Name a property that can be read.']
  } else if ((atLeast !== undefined || atMost !== undefined) && !isNumeric(property)) {
    yield ['property', `${id} is ${property.type}: it has no least and no most`, 'Use equals.']
  } else if (equals !== undefined && !isA(property, equals)) {
    yield ['equals', `${equals} is no ${property.type}`, `Give a value that ${id} can have.`]
  }
  if (equals === undefined && atLeast === undefined && atMost === undefined) {
    yield ['', 'asks for nothing', 'Give equals, atLeast or atMost.']
  }
  if (atLeast !== undefined && atMost !== undefined && atLeast > atMost) {
    yield ['atLeast', 'is above atMost', 'No value would do: correct one of them.']
  }
  if (writing !== undefined && !isA(written, writing)) {
    yield ['writing', `${writing} is no ${written.type}`, `Give a value that ${written.id} can have.`]
  }
}

function isA({ type }: Property, value: number | boolean | string): boolean {
  switch (type) {
    case 'bool':
      return typeof value === 'boolean'
    case 'text':
      return typeof value === 'string'
    case 'integer':
      return Number.isInteger(value) || (typeof value === 'string' && /^-?\d+$/.test(value))
    default:
      return typeof value === 'number'
  }
}
