import type { BacktestMessage } from '@ganzhi/contracts/backtest'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiUnderTest, openApiUnderTest } from '../../api/api-under-test.ts'

const MINUTE = 60_000
const BEGIN = Math.floor(Date.now() / MINUTE) * MINUTE - 26 * 60 * MINUTE

let on: ApiUnderTest
beforeAll(async () => {
  on = await openApiUnderTest(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
  const meter = await on.point('gw', 'meter', 'pm25', 'float')
  const values = [60, 60, 80, 82, 81, 84, 83, 90, 60, 60]
  await on.write(values.map((value, i) => [meter, BEGIN + i * MINUTE, value]))
  const other = await on.point('gw', 'other', 'pm25', 'float')
  await on.write(values.map((value, i) => [other, BEGIN + i * MINUTE, value - 50]))
}, 120_000)
afterAll(() => on?.[Symbol.asyncDispose]())

const rule = {
  id: 'pm25-high',
  version: 3,
  for: { property: 'pm25' },
  when: { above: 75, clearBelow: 70, for: 'PT3M' },
  severity: 'major',
}
const at = (minutes: number) => new Date(BEGIN + minutes * MINUTE).toISOString()
const request = (more: object = {}) => ({ rule, from: at(-1), to: at(60), ...more })

async function messagesOf(body: object): Promise<BacktestMessage[]> {
  const response = await on.post('/api/v1/backtests', body, { cookie: on.cookie })
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'application/x-ndjson; charset=utf-8',
  ])
  const lines = (await response.text()).trim().split('\n')
  return lines.map((line) => JSON.parse(line) as BacktestMessage)
}

async function problemOf(body: object): Promise<unknown> {
  const response = await on.post('/api/v1/backtests', body, { cookie: on.cookie })
  expect(response.status).toBe(400)
  return response.json()
}

test('a rule that nobody has switched on is tried: how far it is, then what it would have told, and why', async () => {
  const messages = await messagesOf(request())
  expect(messages.slice(0, -1).every(({ kind }) => kind === 'progress')).toBe(true)
  expect(messages.at(-1)).toMatchObject({
    kind: 'result',
    result: {
      rule: { id: 'pm25-high', version: 3 },
      span: { from: at(-1), to: at(60) },
      devices: 2,
      inputs: 20,
      alarms: { alarms: 1, open: 0, seconds: 180, devices: [{ target: 'gw/meter', alarms: 1 }] },
      transitions: [
        {
          target: 'gw/meter',
          at: at(5),
          from: 'clear',
          to: 'major',
          value: 84,
          why: { above: 75, for: 'PT3M', since: at(2) },
          reading: {
            zh: expect.stringContaining('75') as string,
            en: expect.stringContaining('75') as string,
          },
        },
        { target: 'gw/meter', at: at(8), to: 'clear', value: 60 },
      ],
      seen: [{ property: 'pm25', samples: 20, unusable: 0, highest: { value: 90 }, lowest: { value: 10 } }],
    },
  })
})

test('it is tried on the devices of another scope, and besides another version', async () => {
  const compare = { ...rule, version: 2, when: { above: 5 } }
  const [told] = (await messagesOf(request({ compare, scope: { device: 'other' } }))).slice(-1)
  expect(told).toMatchObject({
    result: {
      devices: 1,
      transitions: [],
      compared: { rule: { version: 2 }, removed: [{ target: 'gw/other' }] },
    },
  })
})

test('where nothing is stored there is nothing to tell', async () => {
  const [told] = (await messagesOf(request({ scope: { device: 'nobody' } }))).slice(-1)
  expect(told).toMatchObject({ kind: 'result', result: { devices: 0, span: null, transitions: [] } })
})

test('all that is wrong with a rule is told before anything is read', async () => {
  const levels = [
    { severity: 'minor', when: { expression: 'pm25 >' } },
    { severity: 'major', when: { expression: 'pm25 > 2.0', clear: 'pm25 + 1.0' } },
  ]
  const { when: _, severity: __, ...rest } = rule
  expect(await problemOf(request({ rule: { ...rest, levels } }))).toMatchObject({
    code: 'bad-input',
    field: 'rule.levels[0].when.expression',
    faults: [{ field: 'rule.levels[0].when.expression' }, { field: 'rule.levels[1].when.clear' }],
  })
  expect(
    await problemOf(request({ compare: { ...rule, for: { property: 'pm25', tag: 'north' } } })),
  ).toMatchObject({ field: 'compare.for' })
  expect(await problemOf(request({ compare: { ...rule, when: {} } }))).toMatchObject({
    field: expect.stringMatching(/^compare\.when/) as string,
  })
  expect(await problemOf(request({ to: at(-1) }))).toMatchObject({ field: 'to' })
})

test('who closes the connection cancels it, and the next is tried', async () => {
  const leaving = new AbortController()
  const asked = await fetch(`${on.url}/api/v1/backtests`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: on.cookie },
    body: JSON.stringify(request()),
    signal: leaving.signal,
  })
  const reader = asked.body?.getReader()
  await reader?.read()
  leaving.abort()
  expect((await messagesOf(request())).at(-1)).toMatchObject({ kind: 'result' })
})
