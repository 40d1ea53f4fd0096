import { describe, expect, test } from 'vitest'
import { modbusPointFault } from './modbus-point-fault.ts'
import { ModbusPoint } from './profile.ts'
import { check } from './schema.ts'

function point(fields: object): ModbusPoint {
  return check(ModbusPoint, { id: 'p', table: 'holding', address: 0, type: 'int16', ...fields }, 'point')
}

describe('fields of a Modbus point that contradict each other', () => {
  test.each([
    ['type', { table: 'coil', type: 'int16' }],
    ['type', { table: 'discrete', type: 'bool', bit: 3 }],
    ['bit', { type: 'uint16', bit: 3 }],
    ['bits', { type: 'int16', bits: [0, 3] }],
    ['bits', { type: 'uint16', bits: [4, 3] }],
    ['bits', { type: 'uint16', bits: [8, 16] }],
    ['enum', { type: 'float32', enum: { '1': true } }],
    ['enum', { type: 'uint16', scale: 0.1, enum: { '1': true } }],
    ['decimals', { type: 'bool', decimals: 1 }],
    ['write', { table: 'input', write: 'multiple' }],
    ['write', { table: 'coil', type: 'bool', write: 'read-write' }],
    ['registers', { type: 'string' }],
    ['registers', { type: 'int32', registers: 2 }],
    ['scale', { type: 'bool', scale: 2 }],
    ['scale', { scale: 0 }],
    ['scale', { type: 'string', registers: 2, offset: 1 }],
    ['order', { type: 'int16', order: 'CDAB' }],
    ['order', { type: 'float32', order: 'GHEFCDAB' }],
    ['order', { type: 'uint64', order: 'CDAB' }],
    ['order', { type: 'bool', order: 'AB' }],
    ['address', { type: 'float64', address: 65_533 }],
    ['bits', { type: 'int16', bits: [0, 3] }],
    ['bits', { type: 'bcd16', bits: [0, 3] }],
    ['bits', { type: 'uint16', bits: [4, 16] }],
    ['bits', { type: 'uint32', bits: [7, 4] }],
    ['enum', { type: 'float32', enum: { 1: 'on' } }],
    ['enum', { type: 'uint16', scale: 0.1, enum: { 1: 'on' } }],
    ['decimals', { type: 'bool', decimals: 1 }],
    ['decimals', { type: 'uint16', enum: { 1: 'on' }, decimals: 1 }],
    ['order', { type: 'bcd32', order: 'AB' }],
    ['write', { table: 'input', write: 'multiple' }],
    ['write', { table: 'coil', type: 'bool', write: 'read-write' }],
    ['write', { type: 'bool', bit: 3, write: 'multiple' }],
    ['write', { type: 'uint16', bits: [0, 3], write: 'read-write' }],
    ['write', { type: 'string', registers: 122, write: 'read-write' }],
  ])('%s is named in %o', (field, fields) => {
    expect(modbusPointFault(point(fields))).toMatchObject({ field })
  })

  test.each([
    { type: 'bool' },
    { type: 'bool', bit: 15 },
    { table: 'coil', type: 'bool' },
    { type: 'string', registers: 8, order: 'BA' },
    { type: 'uint64', order: 'GHEFCDAB', address: 65_532 },
    { type: 'int16', scale: 0.1, offset: -40 },
    { type: 'bcd64', order: 'HGFEDCBA' },
    { type: 'uint64', bits: [0, 63] },
    { type: 'uint16', bits: [0, 1], enum: { 2: 'remote' } },
    { type: 'uint32', write: 'read-write' },
    { table: 'coil', type: 'bool', write: 'multiple' },
  ])('%o has none', (fields) => {
    expect(modbusPointFault(point(fields))).toBeUndefined()
  })
})
