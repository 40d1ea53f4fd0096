import { modbusPointFault } from '@ganzhi/contracts/modbus-point-fault'
import { type ModbusPoint, ModbusPoint as PointSchema, Property } from '@ganzhi/contracts/profile'
import { schemaFaults } from '@ganzhi/contracts/schema'
import { decimalsOf } from '@ganzhi/device-drivers/decimal'
import { registerAddress, wireAddress } from '../register-address.ts'
import { accessOf, durationOf, orderOf, tableOf, typeOf, unitOf } from './cell-words.ts'
import { aside, type Field, type Header } from './point-columns.ts'
import type { SheetRow } from './sheet-rows.ts'

/** What is wrong with one cell, where a person finds it. */
export interface CellFault {
  readonly line: number
  /** Title of the column. */
  readonly column: string
  readonly message: string
}

export interface ImportedPoint {
  readonly line: number
  readonly property: Property
  readonly point: ModbusPoint
}

/** One row as a property and where it is found, or everything that is wrong with it. */
export function pointOfRow({ line, cells }: SheetRow, header: Header): ImportedPoint | readonly CellFault[] {
  const faults: CellFault[] = []
  const titleOf = (field: Field) => header.titles[header.columns.get(field) ?? -1] ?? field
  const cell = (field: Field) => cells[header.columns.get(field) ?? -1] ?? ''
  const fault = (field: Field, message: string) => void faults.push({ line, column: titleOf(field), message })

  /** Undefined where the cell is empty; a fault where it is not understood. */
  function understood<T>(
    field: Field,
    read: (text: string) => T | undefined,
    expected: string,
  ): T | undefined {
    const text = cell(field)
    if (text === '') return undefined
    const value = read(text)
    if (value === undefined) fault(field, `看不懂 “${text}” is not understood; ${expected}`)
    return value
  }
  const number = (field: Field) =>
    understood(
      field,
      (text) => (Number.isFinite(Number(text)) ? Number(text) : undefined),
      '应为数字 give a number',
    )

  const place = understood('address', (text) => placeOf(text, tableOf(cell('table'))), ADDRESS_EXPECTED)
  if (cell('address') === '') fault('address', '为空 is empty')
  if (cell('table') !== '')
    understood('table', tableOf, 'holding input coil discrete, 或功能码 or function code 1–4')
  const inBits = place?.table === 'coil' || place?.table === 'discrete'
  const bit = place?.bit ?? number('bit')
  const type =
    understood('type', typeOf, 'uint16 int16 uint32 int32 float32 float64 bool string …') ??
    (inBits || (bit !== undefined && cell('type') === '') ? 'bool' : undefined)
  if (!type && cell('type') === '') fault('type', '为空 is empty')
  const order = understood(
    'order',
    (text) => orderOf(text, type ?? 'uint16'),
    `${type ?? ''} 没有这种字节序 has no such order`,
  )
  const registers = type === 'string' ? number('registers') : undefined
  const [scale, offset, decimals] = [number('scale'), number('offset'), number('decimals')]
  const [low, high] = [number('min'), number('max')]
  const unit = understood('unit', unitOf, '用 UCUM 写法 write it in UCUM: Cel kW.h m3/h')
  const access = understood('access', accessOf, 'r, rw, w; 读, 读写, 写') ?? 'r'
  const intervalUnit = aside(titleOf('interval')) || (/ms$/i.test(titleOf('interval')) ? 'ms' : '')
  const intervalMs = understood(
    'interval',
    (text) => durationOf(text, intervalUnit),
    '带上单位 give its unit: 500ms, 5s, 1min',
  )
  const deadband = understood('deadband', deadbandOf, '0.5 或 or 1%')
  if (!place || !type || faults.length > 0) return faults

  const id = cell('id') || `${place.table}_${place.address}${bit === undefined ? '' : `_${bit}`}`
  const point = without<ModbusPoint>({
    id,
    table: place.table,
    address: place.address,
    type,
    order: order as ModbusPoint['order'],
    scale: scale === 1 ? undefined : scale,
    offset: offset === 0 ? undefined : offset,
    bit,
    registers,
  })
  const valueType = valueTypeOf(point)
  const name = cell('name') || cell('english') || id
  const property = without<Property>({
    id,
    names: { zh: name, en: cell('english') || name },
    type: valueType,
    unit,
    range: low === undefined && high === undefined ? undefined : [low ?? -Infinity, high ?? Infinity],
    decimals: valueType === 'float' ? (decimals ?? decimalsFrom(point)) : undefined,
    access,
    intervalMs,
    deadband,
  })
  if (property.range && !property.range.every(Number.isFinite))
    fault('min', '最小与最大要成对 min and max go together')
  const contradiction = modbusPointFault(point)
  if (contradiction)
    fault(FIELD_OF[contradiction.field] ?? 'type', `${contradiction.message}. ${contradiction.remedy}`)
  const seen = [...schemaFaults(PointSchema, point), ...schemaFaults(Property, property)]
  if (faults.length === 0) seen.forEach(({ field, message }) => fault(columnOf(field), message))
  return faults.length > 0 ? faults : { line, property, point }
}

const ADDRESS_EXPECTED =
  '说明书写法 as in manuals 40001, 或 or holding:0, 或另有寄存器列时从 0 计 or from 0 beside a column for the table'

function placeOf(text: string, table: ModbusPoint['table'] | undefined) {
  const [, address = text, bitText] = /^(\d+)\.(\d{1,2})$/.exec(text) ?? []
  const bit = bitText === undefined ? {} : { bit: Number(bitText) }
  const written = registerAddress(address)
  // 40001 beside "holding" is still the first register; 10001 beside it can only be the wire's.
  if (written && (table === undefined || written.table === table)) {
    return { table: written.table, address: written.number - written.base, ...bit }
  }
  const number = wireAddress(address)
  return table && number !== undefined ? { table, address: number, ...bit } : undefined
}

function valueTypeOf({ type, scale = 1, offset = 0 }: ModbusPoint): Property['type'] {
  if (type === 'bool') return 'bool'
  if (type === 'string') return 'text'
  const whole = !type.startsWith('float') && Number.isInteger(scale) && Number.isInteger(offset)
  return whole ? 'integer' : 'float'
}

/** A scaled whole number has the decimals of its scale; what a float means nobody knows. */
function decimalsFrom({ type, scale = 1, offset = 0 }: ModbusPoint): number | undefined {
  return type.startsWith('float') ? undefined : Math.max(decimalsOf(scale), decimalsOf(offset))
}

function deadbandOf(text: string): Property['deadband'] {
  const [, digits, percent] = /^([\d.]+)\s*([%％]?)$/.exec(text) ?? []
  const size = Number(digits)
  if (digits === undefined || !Number.isFinite(size)) return undefined
  return percent ? { percent: size } : { absolute: size }
}

const FIELD_OF: Readonly<Record<string, Field>> = {
  table: 'table',
  address: 'address',
  type: 'type',
  order: 'order',
  bit: 'bit',
  registers: 'registers',
  scale: 'scale',
  offset: 'offset',
  decimals: 'decimals',
  unit: 'unit',
  range: 'min',
  access: 'access',
  intervalMs: 'interval',
  deadband: 'deadband',
  names: 'name',
  id: 'id',
}

function columnOf(field: string): Field {
  return FIELD_OF[field.split(/[.[]/)[0] ?? ''] ?? 'id'
}

function without<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
}
