import { connect } from '@nats-io/transport-node'
import { jetstreamManager } from '@nats-io/jetstream'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { freePort } from './free-port.ts'
import { findNatsServer, startNats } from './nats.ts'

let storeDir: string
beforeAll(async () => {
  storeDir = await mkdtemp(join(tmpdir(), 'ganzhi-nats-'))
})
afterAll(() => rm(storeDir, { recursive: true, force: true }))

test('streams are kept over a stop and over kill -9, and payloads of 1 MiB are taken', async () => {
  await using first = await startNats({ storeDir, port: await freePort() })
  {
    const client = await connect({ servers: first.url })
    expect(client.info?.max_payload).toBeGreaterThanOrEqual(1024 * 1024)
    const manager = await jetstreamManager(client)
    await manager.streams.add({ name: 'KEPT', subjects: ['kept'], max_bytes: 60 * 1024 ** 3 })
    await client.close()
  }
  await first.stop()

  const second = await startNats({ storeDir, port: await freePort() })
  process.kill(second.pid, 'SIGKILL')
  expect(await second.exited).toEqual({ code: null, signal: 'SIGKILL' })

  await using third = await startNats({ storeDir, port: await freePort() })
  const client = await connect({ servers: third.url })
  const manager = await jetstreamManager(client)
  expect(await manager.streams.info('KEPT')).toMatchObject({ config: { subjects: ['kept'] } })
  await client.close()
})

test('a taken port is named', async () => {
  const port = await freePort()
  const other = createServer().listen(port, '127.0.0.1')
  await once(other, 'listening')
  await expect(startNats({ storeDir, port })).rejects.toThrow(`Port ${port} is taken`)
  other.close()
})

test('a configuration it refuses is quoted', async () => {
  const start = startNats({ storeDir, port: await freePort(), config: 'max_payload: lots' })
  await expect(start).rejects.toThrow(/nats-server does not start on .*nats.conf:5/)
})

test('NATS_SERVER goes before the PATH, and is not replaced by another where it is wrong', () => {
  expect(findNatsServer({ NATS_SERVER: '/bin/true', PATH: '/usr/sbin' })).toBe('/bin/true')
  expect(findNatsServer({ NATS_SERVER: '/nowhere/nats-server', PATH: '/usr/sbin' })).toBeUndefined()
})
