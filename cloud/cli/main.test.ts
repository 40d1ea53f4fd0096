import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const program = join(import.meta.dirname, '../bin/ganzhi.mjs')

test('ganzhi model needs no platform, and hands its exit code on', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'model', '--help'])
  expect(stdout).toContain('ganzhi model inspect')
  const bad = promisify(execFile)(process.execPath, [program, 'model', 'pack', '/none', '--json'])
  await expect(bad).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining('"code":"package-unreadable"') as string,
  })
})
