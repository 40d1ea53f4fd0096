import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'

import { showProgress } from './progress.ts'

function terminal(isTTY: boolean) {
  let text = ''
  return { isTTY, columns: 30, write: (chunk: string) => ((text += chunk), true), text: () => text }
}

test('without a terminal there is a line for each step that ends, and one for each note', async () => {
  const out = terminal(false)
  let now = 0
  const progress = showProgress(out, () => now)
  await progress.step('数据库 PostgreSQL', async (note) => {
    note('initdb')
    now = 1_234
  })
  await expect(progress.step('网关 Edge', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(out.text()).toBe('  数据库 PostgreSQL: initdb\n✓ 数据库 PostgreSQL 1.2 s\n✗ 网关 Edge 0.0 s\n')
})

test('on a terminal the list is redrawn in place, in lines that never wrap', async () => {
  const out = terminal(true)
  {
    using progress = showProgress(out, () => 0)
    await progress.step('一二三四五六七八九十一二三四五六七八', async () => {})
    await progress.step('Edge', async () => {})
  }
  const last = out.text().slice(out.text().lastIndexOf('\u001B[2A'))
  const lines = stripVTControlCharacters(last).trimEnd().split('\n')
  expect(lines.map((line) => line.trimEnd())).toEqual(['✓ 一二三四五六七八九十一二三', '✓ Edge  0.0 s'])
})
