import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { keptPorts } from './kept-ports.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganzhi-ports-'))
  file = join(folder, 'ports.json')
})
afterEach(() => rm(folder, { recursive: true }))

test('ports are kept, but for one that is taken by now, and one that is asked for anew', async () => {
  const first = await keptPorts(file, ['nats', 'modbus'])
  expect(first.nats).not.toBe(first.modbus)

  const squatter = createServer().listen(first.nats, '127.0.0.1')
  await once(squatter, 'listening')
  const second = await keptPorts(file, ['nats', 'modbus', 'postgres'])
  expect(second.nats).not.toBe(first.nats)
  expect(second.modbus).toBe(first.modbus)
  squatter.close()
  await once(squatter, 'close')

  expect(await keptPorts(file, ['nats', 'modbus', 'postgres'])).toEqual(second)
})

test('a file that can not be read says to delete it', async () => {
  await writeFile(file, '{"nats": 4')
  await expect(keptPorts(file, ['nats'])).rejects.toThrow(/ports\.json can't be read: delete it/)
})
