import { chmod, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkClock, checkData, checkNode } from './machine.ts'
import { checkTcp } from './reach.ts'
import { checkSerial } from './serial.ts'

let dir: string
beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'edge-doctor-'))))
afterEach(() => rm(dir, { recursive: true, force: true }))

test('a Node that is too old is told what it needs', () => {
  expect(checkNode('24.1.0').state).toBe('ok')
  expect(checkNode('20.19.0')).toMatchObject({
    state: 'bad',
    remedy: expect.stringContaining('24') as string,
  })
})

test('a clock before the software was made is wrong; one nobody sets is a warning', () => {
  expect(checkClock(1_000, 2_000, true).state).toBe('bad')
  expect(checkClock(3_000, 2_000, false).state).toBe('warn')
  expect(checkClock(3_000, 2_000, true).state).toBe('ok')
  expect(checkClock(3_000, 2_000, undefined).state).toBe('ok')
})

test('a data directory that is not there yet is judged by the one above it', async () => {
  expect((await checkData(join(dir, 'new', 'data'))).state).not.toBe('bad')
  await writeFile(join(dir, 'file'), '')
  expect((await checkData(join(dir, 'file', 'data'))).state).toBe('bad')
})

test.skipIf(process.getuid?.() === 0)('a data directory of somebody else is refused', async () => {
  await chmod(dir, 0o500)
  expect(await checkData(dir)).toMatchObject({
    state: 'bad',
    remedy: expect.stringContaining('chown') as string,
  })
})

test('a serial port that is not there, and a file that is none', async () => {
  expect(await checkSerial(join(dir, 'ttyUSB9'))).toMatchObject({ state: 'bad' })
  await writeFile(join(dir, 'file'), '')
  expect((await checkSerial(join(dir, 'file'))).found).toContain('no serial port')
})

test('a port that a process has open names the process', async () => {
  const holder = await open('/dev/null')
  const finding = await checkSerial('/dev/null')
  await holder.close()
  expect(finding).toMatchObject({
    state: 'warn',
    found: expect.stringContaining(`pid ${process.pid}`) as string,
  })
})

test('an address where nothing listens', async () => {
  const finding = await checkTcp('roof', '127.0.0.1', 1, new AbortController().signal)
  expect(finding).toMatchObject({ state: 'bad', found: expect.stringContaining('ECONNREFUSED') as string })
})
