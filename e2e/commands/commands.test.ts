import type { CommandView } from '@ganzhi/contracts/api-views'
import type { NodeChild } from '@ganzhi/deploy/supervisor/node-child'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Lab, startLab } from './lab.ts'

let lab: Lab
let agent: NodeChild
let cookie: string

beforeAll(async () => {
  lab = await startLab()
  agent = await lab.startAgent()
  const response = await call('POST', '/login', lab.login)
  cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  // The first status makes the gateway known.
  await vi.waitFor(
    async () => {
      const { items } = (await (await call('GET', '/gateways?text=gw-1')).json()) as { items: unknown[] }
      if (items.length === 0) throw new Error('not yet')
    },
    { timeout: 30_000, interval: 100 },
  )
})
afterAll(() => lab?.[Symbol.asyncDispose]())

function call(method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${lab.url}/api/v1${path}`, {
    method,
    headers: { ...(cookie && { cookie }), ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

async function ask(property: string, value: unknown, more: object = {}): Promise<string> {
  const response = await call('POST', '/commands', {
    gateway: 'gw-1',
    device: 'pump-1',
    property,
    value,
    ...more,
  })
  const view = (await response.json()) as CommandView
  expect(view.steps[0]).toMatchObject({ state: 'asked', author: 'admin' })
  return view.id
}

const read = async (id: string) => (await (await call('GET', `/commands/${id}`)).json()) as CommandView
const statesOf = async (id: string) => (await read(id)).steps.map(({ state }) => state)
async function expectSteps(id: string, states: readonly string[]): Promise<void> {
  await expect.poll(() => statesOf(id), { timeout: 30_000 }).toEqual(states)
}

async function expectConfirmed(asked: Promise<string> | string): Promise<void> {
  await expectSteps(await asked, ['asked', 'delivered', 'executed', 'confirmed'])
}

async function expectTruth(property: string, value: unknown): Promise<void> {
  await expect.poll(() => lab.simulator.truth(1, property), { timeout: 30_000 }).toBe(value)
}

async function killAgent(): Promise<void> {
  process.kill(agent.pid, 'SIGKILL')
  await agent.exited
}

async function lastStepAtGateway(id: string): Promise<string | undefined> {
  const { out } = await lab.cli('ganzhi-edge', ['command', 'list', '--json', '--config', lab.gatewayFile])
  const { commands } = JSON.parse(out) as {
    commands: { command: { id: string }; steps: { state: string }[] }[]
  }
  return commands.find(({ command }) => command.id === id)?.steps.at(-1)?.state
}

test('a command goes its whole way, from the API to the register and back', async () => {
  const id = await ask('speed', 33.3)
  await expectSteps(id, ['asked', 'delivered', 'executed', 'confirmed'])
  expect(await read(id)).toMatchObject({ state: 'confirmed', ended: true })
  expect((await read(id)).steps.at(-1)).toMatchObject({ value: 33.3, source: 'gateway' })
  await expectTruth('speed', 33.3)
})

test('asked again under the same id, it is not done again', async () => {
  const id = `again-${Date.now()}`
  await ask('speed', 10, { id })
  await expectConfirmed(id)
  await expectConfirmed(ask('speed', 20))
  await ask('speed', 10, { id })
  await expectConfirmed(ask('level', 1))
  await expectTruth('speed', 20)
})

test('an interlock refuses it while it does not hold', async () => {
  await expectConfirmed(ask('level', 2.5))
  const refused = await ask('gate', true)
  await expectSteps(refused, ['asked', 'delivered', 'failed'])
  expect((await read(refused)).steps.at(-1)?.error).toMatchObject({ code: 'interlocked', field: 'level' })
  await expectConfirmed(ask('level', 1))
  await expectConfirmed(ask('gate', true))
  await expectTruth('gate', true)
})

test('what is dangerous is refused but where the gateway permits it', async () => {
  const refused = await ask('purge', true)
  await expectSteps(refused, ['asked', 'failed'])
  expect((await read(refused)).steps.at(-1)?.error).toMatchObject({ code: 'not-permitted' })
  await expectConfirmed(ask('purge', true, { device: 'pump-2' }))
  expect(await lab.simulator.truth(1, 'purge')).not.toBe(true)
})

test('a command that waits is cancelled; the one before it goes on', async () => {
  lab.simulator.say('delay ms=2000 table=holding address=0 unit=1')
  const first = await ask('speed', 41)
  const second = await ask('speed', 42)
  await expectSteps(second, ['asked', 'delivered'])
  await call('DELETE', `/commands/${second}`)
  await expectSteps(second, ['asked', 'delivered', 'cancelled'])
  lab.simulator.say('clear')
  await expectConfirmed(first)
  await expectTruth('speed', 41)
})

test('a person at the platform asks with ganzhi, and is shown the end', async () => {
  expect(await lab.cli('ganzhi', ['login', '--url', lab.url, '--name', 'admin'])).toMatchObject({ code: 0 })
  const asked = await lab.cli('ganzhi', ['command', 'ask', 'pump-2', 'speed', '12.5', '--gateway', 'gw-1'])
  expect(asked.code).toBe(0)
  expect(asked.out).toContain('已确认 confirmed  值 value 12.5')
  const refused = await lab.cli('ganzhi', ['command', 'ask', 'pump-1', 'speed', '51', '--json'])
  expect(refused.code).toBe(1)
  expect(JSON.parse(refused.out)).toMatchObject({
    state: 'failed',
    steps: [{}, { error: { code: 'out-of-range' } }],
  })
})

test('a person at the gateway asks with ganzhi-edge, and the platform hears of it', async () => {
  const asked = await lab.cli('ganzhi-edge', [
    'command',
    'ask',
    'pump-2',
    'speed',
    '7.5',
    '--json',
    '--config',
    lab.gatewayFile,
  ])
  expect(asked.code).toBe(0)
  const { command } = JSON.parse(asked.out) as { command: { id: string; author: string } }
  expect(command.author).toMatch(/^local:/)
  await expect.poll(async () => (await call('GET', `/commands/${command.id}`)).status).toBe(200)
  await expectConfirmed(command.id)
})

test('what becomes of a command while the broker is away is told afterwards', async () => {
  lab.simulator.say('delay ms=3000 table=holding address=0 unit=1')
  const id = await ask('speed', 45)
  await expectSteps(id, ['asked', 'delivered'])
  await lab.stopBroker()
  // A write, its reading back and what else is read of the unit take three seconds each.
  await expect.poll(() => lastStepAtGateway(id), { timeout: 60_000 }).toBe('confirmed')
  lab.simulator.say('clear')
  await lab.startBroker()
  await expectConfirmed(id)
}, 120_000)

test('killed between the write and its outcome, the agent says "unknown" and does not do it again', async () => {
  lab.simulator.say('delay ms=8000 table=holding address=0 unit=1')
  const id = await ask('speed', 25)
  await expectTruth('speed', 25)
  await killAgent()
  lab.simulator.say('clear')
  agent = await lab.startAgent()
  await expectSteps(id, ['asked', 'delivered', 'unknown'])
  expect((await read(id)).steps.at(-1)?.error).toMatchObject({ code: 'interrupted' })
  await expectConfirmed(ask('speed', 26))
  await expectTruth('speed', 26)
})

test('while the agent is away a command expires, and is not done afterwards', async () => {
  await killAgent()
  const expired = await ask('speed', 5, { expiresInMs: 1_500 })
  const later = await ask('speed', 6)
  await expectSteps(expired, ['asked', 'expired'])
  agent = await lab.startAgent()
  await expectConfirmed(later)
  await expectTruth('speed', 6)
  expect(await statesOf(expired)).toEqual(['asked', 'expired'])
})
