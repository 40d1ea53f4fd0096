import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CommandView } from '@ganzhi/contracts/api-views'
import type { Command, CommandState, CommandStep } from '@ganzhi/contracts/command'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiUnderTest, openApiUnderTest } from '../api/api-under-test.ts'
import { enterGatewaySteps } from '../commands/journal.ts'
import { inTransaction } from '../database/pool.ts'
import { type CliCommand, commandLine } from './command-line.ts'

let api: ApiUnderTest
let dir: string
let point: { gatewayId: number }

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ganzhi-cli-'))
  api = await openApiUnderTest(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
  point = await api.point('gw-1', 'pump-1', 'speed', 'float')
})
afterAll(async () => {
  await api?.[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

interface Told {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function run(command: CliCommand, args: readonly string[], home = dir): Promise<Told> {
  const told = { out: '', err: '' }
  const terminal = {
    out: (text: string) => void (told.out += `${text}\n`),
    err: (text: string) => void (told.err += `${text}\n`),
    secret: () => Promise.resolve(api.login.password),
  }
  const environment = { password: undefined, sessionFile: join(home, 'ganzhi', 'session.json') }
  const code = await commandLine(command, args, {
    terminal,
    environment,
    signal: AbortSignal.timeout(60_000),
  })
  return { code, ...told }
}

const ask = (...args: string[]) => run('command', ['ask', 'pump-1', 'speed', ...args])
const documentOf = ({ out }: Told) => JSON.parse(out) as CommandView

/** What a gateway tells of the newest command. */
async function tell(state: CommandState, more: Partial<CommandStep> = {}): Promise<void> {
  const { rows } = await api.pool.query<{ body: Command }>(
    'SELECT body FROM command ORDER BY seq DESC LIMIT 1',
  )
  const command = rows[0]?.body ?? expect.fail('nobody asked')
  const step = { command: command.id, state, at: Date.now(), ...more }
  await inTransaction(api.pool, (tx) =>
    enterGatewaySteps(tx, [{ gatewayId: point.gatewayId, command, step }]),
  )
}

test('before a login everything is refused with how to log in', async () => {
  const { code, err } = await run('command', ['list'], join(dir, 'nobody'))
  expect(code).toBe(2)
  expect(err).toContain('ganzhi login --url')
})

test('a login is kept for this user alone', async () => {
  expect(await run('login', ['--url', api.url, '--name', 'admin'])).toMatchObject({ code: 0 })
  expect((await stat(join(dir, 'ganzhi/session.json'))).mode & 0o777).toBe(0o600)
  expect((await run('login', ['--url', 'http://127.0.0.1:9', '--name', 'admin'])).err).toContain(
    'can not be reached',
  )
  expect((await run('login', ['--name', 'admin'])).code).toBe(2)
})

describe('ganzhi command', () => {
  test('ask shows every step as it comes, until the end', async () => {
    const asking = ask('33.3', '--expires', '5m', '--if', 'level<=2')
    await expect.poll(async () => (await api.pool.query('SELECT FROM command')).rowCount).toBe(1)
    await tell('delivered')
    await tell('executed')
    await tell('confirmed', { value: 33.3 })
    const { code, out } = await asking
    expect(code).toBe(0)
    expect(out).toContain('gw-1 pump-1/speed = 33.3')
    const lines = out.trim().split('\n').slice(1)
    expect(lines.map((line) => line.split(/ +/)[1])).toEqual(['已下达', '已送达', '已执行', '已确认'])
    expect(lines[0]).toMatch(/asked {2}admin$/)
    expect(lines[3]).toMatch(/confirmed {2}值 value 33.3$/)
  })

  test('ask that fails says why, and what to do, and exits with 1', async () => {
    const asking = ask('34', '--id', 'will-fail-1')
    await expect.poll(async () => (await run('command', ['list', '--json'])).out).toContain('will-fail-1')
    await tell('failed', {
      error: { code: 'interlocked', message: '水位过高 too high', remedy: '排水 drain it' },
    })
    const { code, out } = await asking
    expect(code).toBe(1)
    expect(out).toContain('失败 failed  水位过高 too high')
    expect(out).toContain('排水 drain it')
  })

  test('--json is one document, also of what is refused', async () => {
    const asked = documentOf(await ask('35', '--no-wait', '--json'))
    expect(asked).toMatchObject({ state: 'asked', value: 35, device: 'pump-1', author: 'admin' })
    const listed = JSON.parse((await run('command', ['list', '--state', 'asked', '--json'])).out) as {
      items: CommandView[]
    }
    expect(listed.items.map(({ id }) => id)).toEqual([asked.id])
    const refused = await run('command', ['ask', 'lamp-9', 'on', '1', '--json'])
    expect(refused.code).toBe(2)
    expect(JSON.parse(refused.out)).toMatchObject({ error: { code: 'unknown-device', field: 'device' } })
  })

  test('cancel ends one that was never delivered; an ended one is too late', async () => {
    const { id } = documentOf(await ask('36', '--no-wait', '--json'))
    const cancelled = await run('command', ['cancel', id])
    expect(cancelled.code).toBe(0)
    expect(cancelled.out).toContain('已取消 cancelled  admin')
    expect((await run('command', ['watch', id])).code).toBe(1)
    const late = await run('command', ['cancel', 'will-fail-1'])
    expect(late.code).toBe(2)
    expect(late.err).toContain('为时已晚')
  })

  test.each([
    [['ask', 'pump-1']],
    [['fly']],
    [['watch']],
    [['list', '--bogus']],
    [['ask', 'p', 'q', '1', '--expires', 'soon']],
  ])('%j is bad use, told as such', async (args) => {
    const { code, err } = await run('command', args)
    expect(code).toBe(2)
    expect(err).toContain('--help')
  })

  test('help is in both languages', async () => {
    for (const command of ['login', 'logout', 'command', 'export'] as const) {
      const { code, out } = await run(command, ['--help'])
      expect(code).toBe(0)
      expect(out).toMatch(/[一-鿿]/)
    }
  })
})

describe('ganzhi export', () => {
  const HOUR = 3_600_000
  const exported = (name: string, ...args: string[]) => run('export', ['--out', join(dir, name), ...args])

  beforeAll(async () => {
    const level = await api.point('gw-1', 'pump-1', 'level', 'float')
    const flow = await api.point('gw-1', 'pump-1', 'flow', 'float')
    await api.write([
      [level, Date.now() - 3 * HOUR, 1],
      [level, Date.now() - HOUR, 2.5],
      [flow, Date.now() - HOUR, null, 'bad-comm'],
    ])
    await api.point('gw-2', 'twin', 'level', 'float')
    await api.point('gw-3', 'twin', 'level', 'float')
  })

  test('writes what is stored of a device in a span, as a file that anomaly models are trained on', async () => {
    const { code, out } = await exported('all.csv', '--device', 'pump-1', '--from', '2h', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ gateway: 'gw-1', properties: ['flow', 'level', 'speed'] })
    const lines = (await readFile(join(dir, 'all.csv'), 'utf8')).trim().split('\r\n')
    expect(lines[0]).toBe('time,device,property,value,quality')
    expect(lines.slice(1).map((line) => line.split(',').slice(1).join())).toEqual([
      'pump-1,flow,,bad-comm',
      'pump-1,level,2.5,good',
    ])
  })

  test('properties and both ends of the span may be chosen', async () => {
    const from = new Date(Date.now() - 4 * HOUR).toISOString()
    const chosen = ['--device', 'pump-1', '--properties', 'level', '--from', from, '--to', '2h']
    expect((await exported('some.csv', ...chosen)).code).toBe(0)
    expect((await readFile(join(dir, 'some.csv'), 'utf8')).match(/pump-1,level,1,good/g)).toHaveLength(1)
  })

  test('a file that is there stays as it is', async () => {
    await exported('kept.csv', '--device', 'pump-1', '--from', '2h')
    const before = await readFile(join(dir, 'kept.csv'), 'utf8')
    const { code, err } = await exported('kept.csv', '--device', 'pump-1', '--from', '9h')
    expect(code).toBe(2)
    expect(err).toContain('is there already')
    expect(await readFile(join(dir, 'kept.csv'), 'utf8')).toBe(before)
  })

  test.each([
    [['--from', '2h'], '--device is missing'],
    [['--device', 'pump-1'], '--from is missing'],
    [['--device', 'pump-1', '--from', 'yesterday'], '--from'],
    [['--device', 'nobody', '--from', '2h'], 'there is no device nobody'],
    [['--device', 'pump-1', '--from', '2h', '--properties', 'colour'], 'has no colour'],
    [['--device', 'twin', '--from', '2h'], 'gw-2, gw-3'],
    [['--device', 'pump-1', '--from', '2h', '--to', '3h'], 'to is not after from'],
  ])('%j is refused with the reason, and leaves no file', async (args, why) => {
    const { code, err } = await exported('none.csv', ...args)
    expect(code).toBe(2)
    expect(err).toContain(why)
    expect(await readdir(dir)).not.toContain('none.csv')
  })
})
