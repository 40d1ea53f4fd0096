import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { openLog } from './log-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganzhi-log-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('a log is never larger than allowed, and keeps only its youngest lines', async () => {
  const path = join(folder, 'edge.log')
  using log = openLog(path, { maxBytes: 20, keep: 2 })
  for (let line = 0; line < 20; line++) log.write(`line ${line}`)
  expect(log.last()).toBe('line 19')
  expect((await readdir(folder)).toSorted()).toEqual(['edge.log', 'edge.log.1', 'edge.log.2'])
  expect(await readFile(`${path}.2`, 'utf8')).toBe('line 14\nline 15\n')
  expect(await readFile(`${path}.1`, 'utf8')).toBe('line 16\nline 17\n')
  expect(await readFile(path, 'utf8')).toBe('line 18\nline 19\n')
})

test('a log that is opened again goes on where it was', async () => {
  const path = join(folder, 'edge.log')
  for (const line of ['one', 'two']) {
    using log = openLog(path)
    log.write(line)
  }
  expect(await readFile(path, 'utf8')).toBe('one\ntwo\n')
})
