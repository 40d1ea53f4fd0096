import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { writeGatewayFile } from './gateway-file.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganzhi-gateway-'))
  file = join(folder, 'gateway.yaml')
})
afterEach(() => rm(folder, { recursive: true }))

test('the file keeps what its owner wrote, and gets only the port of the simulated sensors', async () => {
  await writeGatewayFile(file, 20_001)
  const first = await readFile(file, 'utf8')
  expect(first).toContain('connection: { host: 127.0.0.1, port: 20001 } # ')
  await writeFile(file, first.replace('gateway-1', 'pump-house'))

  await writeGatewayFile(file, 20_002)
  expect(await readFile(file, 'utf8')).toBe(
    first.replace('gateway-1', 'pump-house').replace('20001', '20002'),
  )
})

test('a file without simulated sensors is left alone', async () => {
  const own = 'gateway: mine\nlinks:\n  - connection: { host: 10.0.0.7, port: 502 }\n'
  await writeFile(file, own)
  await writeGatewayFile(file, 20_001)
  expect(await readFile(file, 'utf8')).toBe(own)
})
