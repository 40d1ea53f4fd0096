import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CommandView } from '@ganzhi/contracts/api-views'
import {
  type Command,
  type CommandReply,
  type CommandRequest,
  type CommandState,
  type CommandStep,
  commandEvent,
} from '@ganzhi/contracts/command'
import { encodeCommandEvent } from '@ganzhi/contracts/event'
import { gatewaySubject } from '@ganzhi/contracts/subjects'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Nats, startNats } from '@ganzhi/deploy/stack/nats'
import { type Postgres, startPostgres } from '@ganzhi/deploy/stack/postgres'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFirstLogin } from '../accounts/first-login.ts'
import { type Api, startApi } from '../api/server.ts'
import { type IngestRig, openIngestRig, type RigGateway } from '../ingest/ingest-rig.ts'
import { startDelivery } from './delivery.ts'

const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' })
const garden = new AsyncDisposableStack()
let postgres: Postgres
let nats: Nats
let rig: IngestRig
let api: Api
let cookie: string

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ganzhi-commands-'))
  garden.defer(() => rm(dir, { recursive: true, force: true }))
  postgres = await startPostgres({ dataDir: join(dir, 'pg'), port: await freePort() })
  garden.defer(() => postgres.stop())
  nats = await startNats({ storeDir: join(dir, 'nats'), port: await freePort() })
  garden.defer(() => nats.stop())
  rig = garden.use(await openIngestRig({ database: postgres.url, nats: nats.url }))
  await rig.ingest()
  const { pool, connection, options } = rig
  const login = await openFirstLogin(pool)
  // Without a broker: delivery is started here, with short times.
  const config = { host: '127.0.0.1', port: 0, zone: 'Asia/Shanghai' }
  api = garden.use(await startApi({ pool, store: options.store, evidence: options.evidence, config, log }))
  garden.use(startDelivery({ pool, nats: connection, now: Date.now, log, everyMs: 50, timeoutMs: 300 }))
  const response = await call('POST', '/login', login)
  cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
})
afterAll(() => garden.disposeAsync())

function call(method: string, path: string, body?: unknown, headers: Record<string, string> = { cookie }) {
  return fetch(`${api.url}/api/v1${path}`, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

async function view(response: Promise<Response>): Promise<CommandView> {
  return (await (await response).json()) as CommandView
}

interface Asked {
  readonly gateway: TestGateway
  readonly id: string
}

interface TestGateway extends RigGateway {
  readonly requests: CommandRequest[]
  /** Silent while it gives nothing. */
  answer: (request: CommandRequest) => CommandReply | undefined
  tell(command: Command, state: CommandState, more?: Partial<CommandStep>): Promise<void>
}

const taken = ({ kind, command }: CommandRequest): CommandReply => ({
  step: { command: command.id, state: kind === 'ask' ? 'delivered' : 'cancelled', at: Date.now() },
})

let nth = 0

/** A gateway that has been heard of; `listening` only then is it connected. */
async function aGateway({ listening = true } = {}): Promise<TestGateway> {
  const gateway = rig.gateway(`gw-command-${++nth}`)
  await rig.pool.query('INSERT INTO gateway (name) VALUES ($1)', [gateway.name])
  await rig.pool.query('INSERT INTO device (gateway_id, name) SELECT id, $2 FROM gateway WHERE name = $1', [
    gateway.name,
    `pump-${nth}`,
  ])
  let seq = 0
  const made: TestGateway = {
    ...gateway,
    requests: [],
    answer: taken,
    tell: (command, state, more = {}) =>
      gateway.send(
        'events',
        ++seq,
        encodeCommandEvent(
          commandEvent(gateway.name, command, { command: command.id, state, at: Date.now(), ...more }),
        ),
      ),
  }
  if (listening) connect(made)
  return made
}

function connect(gateway: TestGateway): void {
  rig.connection.subscribe(gatewaySubject(gateway.name, 'command'), {
    callback: (_, message) => {
      const request: CommandRequest = message.json()
      gateway.requests.push(request)
      const reply = gateway.answer(request)
      if (reply) message.respond(JSON.stringify(reply))
    },
  })
}

function wish(gateway: TestGateway, more: object = {}) {
  return { gateway: gateway.name, device: 'pump-1', property: 'pump', value: true, ...more }
}

async function ask(gateway: TestGateway, more: object = {}): Promise<Asked> {
  const response = await call('POST', '/commands', wish(gateway, more))
  expect(response.status).toBe(201)
  return { gateway, id: ((await response.json()) as CommandView).id }
}

const read = ({ id }: Asked) => view(call('GET', `/commands/${id}`))
const statesOf = async (asked: Asked) => (await read(asked)).steps.map(({ state }) => state)
const until = (asked: Asked) => expect.poll(() => statesOf(asked))
const commandOf = ({ gateway, id }: Asked): Command =>
  gateway.requests.find(({ command }) => command.id === id)?.command ?? expect.fail('it never came')

describe('a command', () => {
  test('stands in the journal before it is answered, under the name of who asked', async () => {
    const gateway = await aGateway({ listening: false })
    const response = await call(
      'POST',
      '/commands',
      wish(gateway, { precondition: { property: 'level', atMost: 2 } }),
    )
    expect(response.status).toBe(201)
    const asked = (await response.json()) as CommandView
    expect(asked).toMatchObject({ gateway: gateway.name, state: 'asked', author: 'admin', ended: false })
    expect(asked.steps).toMatchObject([{ state: 'asked', author: 'admin', source: 'platform' }])
    expect(Date.parse(asked.expiresAt) - Date.parse(asked.askedAt)).toBe(60_000)
    expect((await call('POST', '/commands', wish(gateway), {})).status).toBe(401)
  })

  test('goes to its gateway, and what that tells of it is entered once', async () => {
    const gateway = await aGateway()
    const asked = await ask(gateway)
    await until(asked).toEqual(['asked', 'delivered'])
    const command = commandOf(asked)
    expect(command).toMatchObject({ id: asked.id, value: true, author: 'admin' })
    for (const state of ['delivered', 'executed', 'executed'] as const) await gateway.tell(command, state)
    await gateway.tell(command, 'confirmed', { value: true })
    await until(asked).toEqual(['asked', 'delivered', 'executed', 'confirmed'])
    expect(await read(asked)).toMatchObject({ state: 'confirmed', ended: true })
    expect((await read(asked)).steps.at(-1)).toMatchObject({ value: true, source: 'gateway', last: true })
    expect(gateway.requests.length).toBe(1)
  })

  test('whose reply was lost is asked again, the same to the byte', async () => {
    const gateway = await aGateway()
    gateway.answer = () => undefined
    const asked = await ask(gateway)
    await expect.poll(() => gateway.requests.length).toBe(1)
    gateway.answer = taken
    await until(asked).toEqual(['asked', 'delivered'])
    expect(gateway.requests.length).toBe(2)
    expect(gateway.requests[1]).toEqual(gateway.requests[0])
  })

  test('asked twice under one id is one command; another under that id is refused', async () => {
    const gateway = await aGateway()
    const id = `mine-${Date.now()}`
    await ask(gateway, { id })
    const again = await call('POST', '/commands', wish(gateway, { id, expiresInMs: 5_000 }))
    expect(again.status).toBe(200)
    const other = await call('POST', '/commands', wish(gateway, { id, value: false }))
    expect(other.status).toBe(409)
    expect(await other.json()).toMatchObject({ code: 'id-taken', field: 'id' })
    await expect.poll(() => gateway.requests.length).toBe(1)
  })

  test('needs no gateway where one alone has the device', async () => {
    const gateway = await aGateway()
    const device = `pump-${nth}`
    const response = await call('POST', '/commands', { device, property: 'pump', value: 1 })
    expect(await response.json()).toMatchObject({ gateway: gateway.name, device })
    await rig.pool.query(
      `INSERT INTO device (gateway_id, name) SELECT id, $1 FROM gateway WHERE name <> $2 LIMIT 1`,
      [device, gateway.name],
    )
    const ambiguous = await call('POST', '/commands', { device, property: 'pump', value: 1 })
    expect(await ambiguous.json()).toMatchObject({ code: 'ambiguous-device', field: 'gateway' })
  })

  test.each([
    ['device', { gateway: undefined, device: 'never-heard-of' }],
    ['gateway', { gateway: 'never-heard-of' }],
    ['value', { value: null }],
    ['expiresInMs', { expiresInMs: 10 }],
    ['more', { more: 1 }],
  ])('with a wrong %s is refused by its field', async (field, more) => {
    const response = await call('POST', '/commands', wish(await aGateway(), more))
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ field })
  })

  test('that its gateway refuses has failed, and one that it can not take yet is asked again', async () => {
    const gateway = await aGateway()
    const error = { code: 'unknown-property', message: 'not here', field: 'property' }
    gateway.answer = ({ command }) => ({
      step: { command: command.id, state: 'failed', at: Date.now(), error },
    })
    const refused = await ask(gateway)
    await until(refused).toEqual(['asked', 'failed'])
    expect((await read(refused)).steps.at(-1)).toMatchObject({ error })

    const full = { code: 'queue-full', message: 'full' }
    gateway.answer = () => ({ error: { ...full, retryable: true } })
    const waiting = await ask(gateway)
    await expect.poll(async () => (await read(waiting)).hindrance).toEqual(full)
    gateway.answer = taken
    await until(waiting).toEqual(['asked', 'delivered'])
    expect((await read(waiting)).hindrance).toBeNull()
  })
})

describe('a gateway', () => {
  test('that is not connected lets a command expire; nothing of it is ever delivered', async () => {
    const gateway = await aGateway({ listening: false })
    const asked = await ask(gateway, { expiresInMs: 1_000 })
    await expect.poll(async () => (await read(asked)).hindrance?.code).toBe('not-connected')
    await until(asked).toEqual(['asked', 'expired'])
    connect(gateway)
    const other = await ask(gateway)
    await until(other).toEqual(['asked', 'delivered'])
    expect(gateway.requests.map(({ command }) => command.id)).toEqual([other.id])
  })

  test('that may have it leaves it unknown, and is believed when it tells', async () => {
    const gateway = await aGateway()
    gateway.answer = () => undefined
    const asked = await ask(gateway, { expiresInMs: 1_000 })
    await until(asked).toEqual(['asked', 'unknown'])
    expect(await read(asked)).toMatchObject({ state: 'unknown', steps: [{}, { error: { code: 'no-word' } }] })
    const command = commandOf(asked)
    for (const state of ['delivered', 'executed', 'confirmed'] as const) await gateway.tell(command, state)
    await expect.poll(async () => (await read(asked)).state).toBe('confirmed')
  })

  test('is asked for a device in the order in which people asked', async () => {
    const gateway = await aGateway()
    gateway.answer = () => undefined
    const first = await ask(gateway)
    const second = await ask(gateway)
    const elsewhere = await ask(gateway, { device: 'pump-2' })
    await expect.poll(() => gateway.requests.some(({ command }) => command.id === elsewhere.id)).toBe(true)
    await expect.poll(() => gateway.requests.length).toBeGreaterThan(2)
    expect(gateway.requests.some(({ command }) => command.id === second.id)).toBe(false)
    gateway.answer = taken
    await until(first).toEqual(['asked', 'delivered'])
    await until(second).toEqual(['asked', 'delivered'])
  })

  test('tells of commands that were asked on the spot, and they have all of their life here', async () => {
    const gateway = await aGateway()
    const now = Date.now()
    const command: Command = {
      id: `local-${now}`,
      device: 'pump-1',
      property: 'pump',
      value: false,
      author: 'local:wang',
      askedAt: now - 10,
      expiresAt: now + 60_000,
    }
    await gateway.tell(command, 'delivered')
    await gateway.tell(command, 'confirmed', { value: false })
    const asked = { gateway, id: command.id }
    await until(asked).toEqual(['asked', 'delivered', 'confirmed'])
    expect(await read(asked)).toMatchObject({ author: 'local:wang', state: 'confirmed' })
    expect(gateway.requests).toEqual([])
  })

  test('can not speak of the command of another', async () => {
    const [gateway, other] = [await aGateway(), await aGateway()]
    const asked = await ask(gateway)
    await until(asked).toEqual(['asked', 'delivered'])
    await other.tell(commandOf(asked), 'confirmed')
    await expect.poll(() => other.told('events')?.contiguous).toBe(1)
    expect(await statesOf(asked)).toEqual(['asked', 'delivered'])
  })
})

describe('cancelling', () => {
  const cancel = ({ id }: Asked) => call('DELETE', `/commands/${id}`)

  test('is done at once while the gateway never heard of it', async () => {
    const asked = await ask(await aGateway({ listening: false }))
    await expect.poll(async () => (await read(asked)).hindrance?.code).toBe('not-connected')
    expect(await view(cancel(asked))).toMatchObject({ state: 'cancelled', steps: [{}, { author: 'admin' }] })
  })

  test('is up to the gateway afterwards', async () => {
    const gateway = await aGateway()
    const asked = await ask(gateway)
    await until(asked).toEqual(['asked', 'delivered'])
    expect(await view(cancel(asked))).toMatchObject({ state: 'delivered', cancelling: 'admin' })
    await until(asked).toEqual(['asked', 'delivered', 'cancelled'])
    expect(gateway.requests.at(-1)).toMatchObject({
      kind: 'cancel',
      author: 'admin',
      command: { id: asked.id },
    })
    expect((await cancel(asked)).status).toBe(202)
  })

  test('that comes too late changes nothing', async () => {
    const gateway = await aGateway()
    const asked = await ask(gateway)
    await until(asked).toEqual(['asked', 'delivered'])
    gateway.answer = () => ({ error: { code: 'too-late', message: 'it has begun', retryable: false } })
    await cancel(asked)
    await expect.poll(async () => (await read(asked)).cancelling).toBeNull()
    await gateway.tell(commandOf(asked), 'confirmed')
    await until(asked).toEqual(['asked', 'delivered', 'confirmed'])
    const late = await cancel(asked)
    expect(late.status).toBe(409)
    expect(await late.json()).toMatchObject({ code: 'too-late' })
  })

  test('goes before the commands that wait for the device', async () => {
    const gateway = await aGateway()
    gateway.answer = () => undefined
    const [first, second] = [await ask(gateway), await ask(gateway)]
    await expect.poll(() => gateway.requests.length).toBe(1)
    expect(await view(cancel(second))).toMatchObject({ state: 'cancelled' })
    await cancel(first)
    gateway.answer = taken
    await until(first).toEqual(['asked', 'cancelled'])
    expect(gateway.requests.every(({ command }) => command.id === first.id)).toBe(true)
  })
})

test('who watches is answered with the next step', async () => {
  const gateway = await aGateway()
  const asked = await ask(gateway)
  await until(asked).toEqual(['asked', 'delivered'])
  const watching = view(call('GET', `/commands/${asked.id}?steps=2`))
  await gateway.tell(commandOf(asked), 'executed')
  expect((await watching).steps.map(({ state }) => state)).toEqual(['asked', 'delivered', 'executed'])
  expect((await view(call('GET', `/commands/${asked.id}?steps=3&waitMs=0`))).steps.length).toBe(3)
  expect((await call('GET', '/commands/never-asked')).status).toBe(404)
})

test('the list is by device and state, newest first, in pages', async () => {
  const gateway = await aGateway()
  const all: Asked[] = []
  for (let i = 0; i < 3; i++) all.push(await ask(gateway, { value: i }))
  for (const asked of all) await until(asked).toEqual(['asked', 'delivered'])
  await gateway.tell(commandOf(all[0]!), 'failed')
  await until(all[0]!).toContain('failed')
  const list = async (query: string) => {
    const response = await call('GET', `/commands?gateway=${gateway.name}&device=pump-1&${query}`)
    return (await response.json()) as { items: CommandView[]; next: string | null }
  }
  const first = await list('limit=2')
  expect(first.items.map(({ id }) => id)).toEqual([all[2]!.id, all[1]!.id])
  expect((await list(`limit=2&after=${first.next}`)).items.map(({ id }) => id)).toEqual([all[0]!.id])
  expect((await list('state=failed,expired')).items.map(({ id }) => id)).toEqual([all[0]!.id])
})

test('nobody can change what stands in the journal', async () => {
  await ask(await aGateway())
  for (const table of ['command', 'command_step']) {
    await expect(rig.pool.query(`DELETE FROM ${table}`)).rejects.toThrow('only grows')
    await expect(rig.pool.query(`UPDATE ${table} SET author = 'x'`)).rejects.toThrow('only grows')
  }
})
