import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Nats, startNats } from '@ganzhi/deploy/stack/nats'
import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import pino from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { connectBroker } from './connection.ts'
import { readLane } from './lane-reader.ts'
import { CONSUMER, openLaneStream, pendingOf } from './lane-stream.ts'
import { lookAtStream } from './stream-fault.ts'

const log = pino({ level: 'silent' })
const LIMITS = { maxBytes: 4 * 1024 ** 2, maxAckPending: 64, ackWaitMs: 30_000, checkEveryMs: 200 }
const SUBJECT = 'gz.v1.gw.telemetry'
let dir: string
let nats: Nats
let connection: NatsConnection
let manager: JetStreamManager
let stopping: AbortController

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ganzhi-broker-'))
  nats = await startNats({ storeDir: dir, port: await freePort() })
  connection = await connectBroker({ url: nats.url, name: 'test', log })
  manager = await jetstreamManager(connection)
  stopping = new AbortController()
})
afterEach(async () => {
  stopping.abort()
  await connection.close()
  await nats.stop()
  await rm(dir, { recursive: true, force: true })
})

const publish = async (n: number, bytes = 10): Promise<void> => {
  const js = jetstream(connection)
  for (let i = 0; i < n; i++) await js.publish(SUBJECT, Buffer.alloc(bytes))
}
const reader = () => readLane({ connection, lane: 'telemetry', limits: LIMITS, log, signal: stopping.signal })

it('the stream refuses when it is full, and nothing in it is dropped', async () => {
  await openLaneStream(connection, 'telemetry', LIMITS)
  await expect(publish(100, 100_000)).rejects.toThrow(/maximum bytes exceeded/)
  const { state, config } = await manager.streams.info('TELEMETRY')
  expect(state.first_seq).toBe(1)
  expect(state.messages).toBeGreaterThan(30)
  expect(config).toMatchObject({ retention: 'workqueue', storage: 'file', discard: 'new' })
})

it('a reader that does not read leaves messages with the broker', async () => {
  await openLaneStream(connection, 'telemetry', LIMITS)
  await publish(300)
  const messages = reader()
  await messages.next()
  await expect
    .poll(async () => (await manager.consumers.info('TELEMETRY', CONSUMER)).num_ack_pending)
    .toBe(64)
  expect(await pendingOf(connection, 'telemetry')).toBe(300)
})

it('acknowledged messages that a killed broker kept come once more, and are cleared away', async () => {
  await openLaneStream(connection, 'telemetry', LIMITS)
  await publish(20)
  // Stream and consumer are written apart: here the stream's files are those from before the acknowledgements.
  const messages = join(dir, 'jetstream', '$G', 'streams', 'TELEMETRY', 'msgs')
  await restartBroker(async () => cp(messages, `${dir}/kept`, { recursive: true }))
  await readAll(20)
  await expect.poll(async () => (await manager.streams.info('TELEMETRY')).state.messages).toBe(0)
  await restartBroker(async () => {
    await rm(messages, { recursive: true })
    await cp(`${dir}/kept`, messages, { recursive: true })
  })
  expect((await lookAtStream(connection, 'telemetry', true)).doubt).toMatch(/acknowledged messages/)
  await readAll(20)
  await expect.poll(async () => (await manager.streams.info('TELEMETRY')).state.messages).toBe(0)
  await expect.poll(() => lookAtStream(connection, 'telemetry', true)).toEqual({})
})

async function readAll(n: number): Promise<void> {
  const messages = reader()
  for (let seen = 0; seen < n; seen++) (await messages.next()).value?.ack()
  stopping.abort()
  stopping = new AbortController()
  await messages.return()
}

async function restartBroker(whileDown: () => Promise<void>): Promise<void> {
  const port = Number(new URL(nats.url).port)
  await nats.stop()
  await whileDown()
  nats = await startNats({ storeDir: dir, port })
  const back = (): Promise<boolean> =>
    connection.flush().then(
      () => true,
      () => false,
    )
  await expect.poll(back, { timeout: 10_000 }).toBe(true)
}
