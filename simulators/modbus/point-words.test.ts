import type { ModbusPoint } from '@ganzhi/contracts/profile'
import { expect, test } from 'vitest'
import { valueOf, wordsOf } from './point-words.ts'
import type { TrueValue } from './unit.ts'

type Point = Omit<ModbusPoint, 'id' | 'table' | 'address'>
const at = (point: Point): ModbusPoint => ({ id: 'p', table: 'holding', address: 0, ...point })
const hex = (words: Uint16Array) => [...words].map((word) => word.toString(16).padStart(4, '0')).join(' ')
const wordsIn = (text: string) => Uint16Array.from(text.split(' '), (word) => parseInt(word, 16))

test.each<[TrueValue, Point, string]>([
  [-2, { type: 'int16' }, 'fffe'],
  [0x1234, { type: 'uint16', order: 'BA' }, '3412'],
  [21.5, { type: 'int16', scale: 0.1 }, '00d7'],
  [-40, { type: 'uint16', scale: 0.1, offset: -40 }, '0000'],
  [0x01020304, { type: 'uint32' }, '0102 0304'],
  [0x01020304, { type: 'uint32', order: 'CDAB' }, '0304 0102'],
  [0x01020304, { type: 'uint32', order: 'BADC' }, '0201 0403'],
  [0x01020304, { type: 'uint32', order: 'DCBA' }, '0403 0201'],
  ['72623859790382856', { type: 'uint64', order: 'GHEFCDAB' }, '0708 0506 0304 0102'],
  ['72623859790382856', { type: 'int64', order: 'BADCFEHG' }, '0201 0403 0605 0807'],
  [123.5, { type: 'float32' }, '42f7 0000'],
  [123.456, { type: 'float64', order: 'DCBAHGFE' }, '2fdd 5e40 77be 9f1a'],
  [9_812, { type: 'bcd16' }, '9812'],
  [123_456.78, { type: 'bcd32', scale: 0.01 }, '1234 5678'],
  ['GZ-1', { type: 'string', registers: 3 }, '475a 2d31 0000'],
  ['GZ-1', { type: 'string', registers: 2, order: 'BA' }, '5a47 312d'],
  [true, { type: 'bool' }, '0001'],
  ['auto', { type: 'uint16', enum: { '170': 'auto', '85': 'manual' } }, '00aa'],
])('%j as %j is %s, and back', (value, point, words) => {
  const length = words.split(' ').length
  expect(hex(wordsOf(at(point), value, new Uint16Array(length)))).toBe(words)
  expect(valueOf(at(point), wordsIn(words))).toBe(value)
})

test.each<[TrueValue, Point, string, string]>([
  [true, { type: 'bool', bit: 5 }, 'f00f', 'f02f'],
  [false, { type: 'bool', bit: 0 }, 'f00f', 'f00e'],
  [9, { type: 'uint16', bits: [4, 7] }, 'f00f', 'f09f'],
])('%j as %j leaves the other bits of %s', (value, point, before, after) => {
  expect(hex(wordsOf(at(point), value, wordsIn(before)))).toBe(after)
  expect(valueOf(at(point), wordsIn(after))).toBe(value)
})
