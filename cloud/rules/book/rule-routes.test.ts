import type { Problem } from '@ganzhi/contracts/api-views'
import type { RuleTextCheck, RuleVersionText } from '@ganzhi/contracts/rule-text'
import type { RuleVersionView, RuleView } from '@ganzhi/contracts/rule-view'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, openApiUnderTest } from '../../api/api-under-test.ts'

let on: ApiUnderTest
beforeAll(async () => {
  on = await openApiUnderTest(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
})
afterAll(() => on?.[Symbol.asyncDispose]())

const ruleOf = (more: object = {}) => ({
  id: 'pm25-high',
  version: 1,
  for: { property: 'pm25' },
  when: { above: 75, clearBelow: 70, for: 'PT5M' },
  severity: 'major',
  ...more,
})

async function put<T>(path: string, body: unknown): Promise<[number, T]> {
  const response = await fetch(`${on.url}/api/v1${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', cookie: on.cookie },
    body: JSON.stringify(body),
  })
  return [response.status, (await response.json()) as T]
}
const putRule = <T = RuleView>(rule: object, more: object = {}) =>
  put<T>('/rules/pm25-high', { rule: ruleOf(rule), ...more })
async function get<T>(path: string): Promise<T> {
  return (await (await on.get(`/api/v1${path}`)).json()) as T
}

it('a rule counts from its first version on, and a change is another one', async () => {
  expect(await putRule({})).toMatchObject([
    200,
    {
      version: 1,
      enabled: true,
      rule: ruleOf(),
      openAlarms: 0,
      lateInputs: 0,
      faults: [],
      reading: { en: expect.stringContaining('75') },
    },
  ])
  const changed = { version: 2, severity: 'minor' }
  expect(await putRule(changed)).toMatchObject([200, { version: 2, rule: changed }])
  expect(await get('/rules')).toMatchObject({ items: [{ id: 'pm25-high', version: 2 }], next: null })
  const { items } = await get<{ items: RuleVersionView[] }>('/rules/pm25-high/versions')
  expect(items).toMatchObject([
    { version: 2, author: 'admin' },
    { version: 1, rule: ruleOf() },
  ])
})

it('a version may count again, but never says something else', async () => {
  expect(await putRule({})).toMatchObject([200, { version: 1 }])
  expect(await putRule<Problem>({ severity: 'critical' })).toMatchObject([
    409,
    { code: 'version-taken', field: 'rule.version' },
  ])
  expect(await putRule({ version: 2, severity: 'minor' })).toMatchObject([200, { version: 2 }])
})

it('a rule is switched off and on, which a further version leaves as it is', async () => {
  expect(await put('/rules/pm25-high/enabled', { enabled: false, alarms: 'close' })).toMatchObject([
    200,
    { enabled: false },
  ])
  expect(await putRule({ version: 3 })).toMatchObject([200, { version: 3, enabled: false }])
  expect(await putRule({ version: 4 }, { enabled: true })).toMatchObject([200, { version: 4, enabled: true }])
  expect(await put('/rules/no-such-rule/enabled', { enabled: true })).toMatchObject([
    404,
    { code: 'not-found' },
  ])
})

it('open alarms may be taken over by another version, but not by none, nor those of areas', async () => {
  expect(await putRule({ version: 4 }, { alarms: 'migrate' })).toMatchObject([200, { version: 4 }])
  expect(await put('/rules/pm25-high/enabled', { enabled: true, alarms: 'migrate' })).toMatchObject([
    400,
    { field: 'alarms' },
  ])
  const ofAreas = { version: 5, each: 'grid', when: { devices: { atLeast: 1, when: { above: 75 } } } }
  expect(await putRule<Problem>(ofAreas, { alarms: 'migrate' })).toMatchObject([400, { field: 'alarms' }])
})

describe('what can not be judged is refused at its field', () => {
  it.each([
    [{ when: { above: 'much' } }, 'rule.when.above'],
    [{ when: { expression: 'pm25 >' } }, 'rule.when.expression'],
    [{ for: { property: 'pm25', profile: 7 } }, 'rule.for.profile'],
    [{ id: 'another' }, 'rule.id'],
  ])('%j', async (wrong, field) => {
    expect(await putRule<Problem>({ version: 9, ...wrong })).toMatchObject([400, { field }])
    expect(await get('/rules/pm25-high')).toMatchObject({ version: 4 })
  })
})

describe('a rule as a text', () => {
  async function check(text: string): Promise<RuleTextCheck> {
    const response = await on.post('/api/v1/rules/check', { text }, { cookie: on.cookie })
    return (await response.json()) as RuleTextCheck
  }

  it('is read, and nothing is changed', async () => {
    const text = 'id: a-new-one\nversion: 1\nfor: { property: pm25 }\nwhen: { above: 75 }\nseverity: minor\n'
    expect(await check(text)).toMatchObject({
      rule: { id: 'a-new-one', when: { above: 75 } },
      reading: { zh: expect.stringContaining('75') },
      faults: [],
    })
    expect((await on.get('/api/v1/rules/a-new-one')).status).toBe(404)
  })

  it('is told what is wrong with it, by line and field', async () => {
    const text = 'id: x\nversion: 1\nfor: { property: pm25 }\nwhen:\n  above: much\nseverity: minor\n'
    expect(await check(text)).toMatchObject({
      rule: null,
      faults: [{ field: 'when.above', line: 5, message: expect.stringContaining('much') }],
    })
    expect(await check('id: [')).toMatchObject({ rule: null, faults: [{ field: '', line: 1 }] })
    expect(
      await check('id: x\nversion: 1\nfor: {}\nwhen:\n  expression: "pm25 >"\nseverity: minor\n'),
    ).toMatchObject({ faults: [{ field: 'when.expression', line: 5 }] })
  })

  it('of a version is what would be written down for it', async () => {
    const { text } = await get<RuleVersionText>('/rules/pm25-high/versions/1')
    expect(await check(text)).toMatchObject({ rule: ruleOf(), faults: [] })
    expect((await on.get('/api/v1/rules/pm25-high/versions/77')).status).toBe(404)
  })
})
