import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { edge, ROOT } from './edge.ts'
import { type Server, startServer } from './server.ts'

interface LinkStatus {
  readonly id: string
  readonly state: string
  readonly exchanges: number
  readonly silent: readonly string[]
}

const BACK_WITHIN_MS = 10_000
const AWAY_MS = 2_000

let folder: string
let config: string
const simulators = new Map<string, Server>()
let agent: Server

async function simulate(id: string, ...options: readonly string[]): Promise<Server> {
  const simulator = await startServer([process.execPath, join(ROOT, 'simulators/main.ts'), ...options])
  simulators.set(id, simulator)
  return simulator
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'comes-back-'))
  const tcp = await simulate('tcp', 'modbus', '--port', '0', '--devices', '2')
  const server = await simulate('server', 'rtu', '--tcp-port', '0', '--devices', '2', '--baud', '115200')
  const tty = join(folder, 'ttyUSB0')
  await simulate('serial', 'rtu', '--link', tty, '--devices', '2', '--baud', '115200')
  const connections = {
    tcp: { host: '127.0.0.1', port: tcp.ready['port'] },
    server: { host: '127.0.0.1', port: server.ready['port'], framing: 'rtu' },
    serial: { path: tty, baudRate: 115_200 },
  }
  config = join(folder, 'gateway.yaml')
  const links = Object.entries(connections).map(([id, connection]) => ({
    id,
    driver: 'modbus',
    connection,
    devices: [
      { id: `${id}-air`, profile: 'ganzhi/air-station', unit: 1 },
      { id: `${id}-well`, profile: 'ganzhi/pump-well', unit: 2 },
    ],
  }))
  await writeFile(config, JSON.stringify({ gateway: 'gw-1', data: '.', links }))
  // Readings stay in the outbox: there is no broker here.
  const env = { NATS_URL: 'nats://127.0.0.1:9' }
  agent = await startServer([process.execPath, join(ROOT, 'edge/main.ts'), 'run', '--config', config], env)
})

afterAll(async () => {
  for (const each of [agent, ...simulators.values()]) await each?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

async function statusOf(id: string): Promise<LinkStatus> {
  const { links } = await edge('status', '--config', config)
  const link = (links as LinkStatus[]).find((each) => each.id === id)
  if (!link) throw new Error(`no link ${id}`)
  return link
}

const isRead = ({ state, silent }: LinkStatus) => state === 'up' && silent.length === 0

test.each([
  ['a Modbus TCP server that restarts', 'tcp'],
  ['a serial server that restarts', 'server'],
  ['a serial port that is pulled out and put in again', 'serial'],
])('%s is read again within 10 s, with no operator', async (_, id) => {
  await expect.poll(async () => isRead(await statusOf(id))).toBe(true)
  simulators.get(id)?.tell(`restart ms=${AWAY_MS}`)
  await expect.poll(async () => isRead(await statusOf(id)), { timeout: AWAY_MS + 5_000 }).toBe(false)
  const { exchanges } = await statusOf(id)
  const back = async () => {
    const status = await statusOf(id)
    return isRead(status) && status.exchanges > exchanges
  }
  await expect.poll(back, { timeout: AWAY_MS + BACK_WITHIN_MS }).toBe(true)
})
