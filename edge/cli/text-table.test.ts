import { expect, test } from 'vitest'
import { coloursFor } from './colours.ts'
import { textTable } from './text-table.ts'
import { shortened, widthOf } from './text-width.ts'

test('columns stand below each other where Chinese takes two columns a character, and colours none', () => {
  const { good } = coloursFor(true)
  const table = textTable(
    [{ title: '点 point' }, { title: '值 value', align: 'right' }, { title: '单位 unit' }],
    [
      ['水位', good('3.5'), 'm'],
      ['flow', '128.25', 'm3/h'],
    ],
  )
  const ends = table.split('\n').map((line) => widthOf(line.replace(/ {2}\S+( unit)?$/, '')))
  expect(new Set(ends).size).toBe(1)
})

test('a column that is empty throughout is left out', () => {
  expect(textTable([{ title: 'a' }, { title: 'b' }], [['1', '']])).toBe('a\n1')
})

test('what is too long ends in … within its columns', () => {
  expect(shortened('总线预算', 8)).toBe('总线预算')
  expect(shortened('总线预算', 7)).toBe('总线预…')
  expect(shortened('总线预算', 6)).toBe('总线…')
})

test('without colours nothing but the text is written', () => {
  const { good, bad, warn, faint, strong } = coloursFor(false)
  expect([good, bad, warn, faint, strong].map((colour) => colour('x')).join('')).toBe('xxxxx')
})
