import { execFile } from 'node:child_process'
import { mkdtemp, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { lockInstance } from './supervisor/instance-lock.ts'

const RESET = fileURLToPath(new URL('bin/reset.mjs', import.meta.url))

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ganzhi-reset-'))
  await mkdir(join(home, 'postgres'))
  await writeFile(join(home, 'postgres', 'PG_VERSION'), '18\n')
  await writeFile(join(home, 'holiday.jpg'), '')
})
afterEach(() => rm(home, { recursive: true }))

function reset(...args: string[]): Promise<{ code: number; out: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [RESET, ...args],
      { env: { ...process.env, GANZHI_HOME: home } },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, out: stdout + stderr }),
    )
    child.stdin?.end()
  })
}

test('it names what it wipes, and wipes nothing that a stack has not made', async () => {
  const { code, out } = await reset('--yes')
  expect(code).toBe(0)
  expect(out).toMatch(/This wipes, in .*:\n {2}postgres/)
  expect(await readdir(home)).toEqual(['holiday.jpg'])
  expect(await reset('--yes')).toMatchObject({ code: 0, out: expect.stringContaining('Nothing to wipe') })
})

test('it wipes nothing unasked', async () => {
  expect(await reset()).toMatchObject({ code: 2, out: expect.stringContaining('--yes') })
  expect(await readdir(home)).toContain('postgres')
})

test('it refuses while a stack runs on the directory', async () => {
  await using running = await lockInstance(home)
  running.announce('http://127.0.0.1:8088')
  const { code, out } = await reset('--yes')
  expect(code).toBe(1)
  expect(out).toContain(`Already running (process ${process.pid}, http://127.0.0.1:8088)`)
  expect(await readdir(home)).toContain('postgres')
})
