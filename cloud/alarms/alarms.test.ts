import type { AlarmStory, AlarmView } from '@ganzhi/contracts/alarm-view'
import type { DeviceView } from '@ganzhi/contracts/api-views'
import type { AlarmState } from '@ganzhi/contracts/transition'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ApiUnderTest, openApiUnderTest } from '../api/api-under-test.ts'
import { inTransaction } from '../database/pool.ts'
import { type AlarmChange, writeTransitions } from './write-transitions.ts'

let on: ApiUnderTest
let gatewayId: number
beforeAll(async () => {
  on = await openApiUnderTest(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
  ;({ gatewayId } = await on.point('gw-1', 'dev-1', 'pm25', 'float'))
})
afterAll(() => on?.[Symbol.asyncDispose]())

const NOON = Date.parse('2026-11-21T12:00:00Z')
const why = { above: 75, for: 'PT5M', since: '2026-11-21T11:55:00.000Z' }
const change = (minute: number, from: AlarmState, to: AlarmState, device = 'dev-1'): AlarmChange => ({
  rule: { id: 'pm25-high', version: 1 },
  target: { gatewayId, gateway: 'gw-1', device },
  at: NOON + minute * 60_000,
  from,
  to,
  value: 81.2,
  why,
})
const write = (changes: readonly AlarmChange[]) =>
  inTransaction(on.pool, (tx) => writeTransitions(tx, changes))
async function get<T>(path: string): Promise<T> {
  return (await (await on.get(`/api/v1/alarms${path}`)).json()) as T
}
const putPm25Rule = () =>
  on.pool.query('INSERT INTO rule_version (rule, version, document, author) VALUES ($1, 1, $2, $3)', [
    'pm25-high',
    JSON.stringify({ id: 'pm25-high', version: 1, for: { property: 'pm25' } }),
    'admin',
  ])
const list = async (query: string) => (await get<{ items: AlarmView[]; next: string | null }>(query)).items

it('what was raised twice in one go is two alarms, each with its own transitions', async () => {
  await write([
    change(0, 'clear', 'minor'),
    change(1, 'minor', 'major'),
    change(2, 'major', 'clear'),
    change(3, 'clear', 'minor'),
  ])
  expect(await list('?device=dev-1')).toMatchObject([
    { severity: 'minor', openedAt: '2026-11-21T12:03:00.000Z', closedAt: null },
    { severity: 'major', openedAt: '2026-11-21T12:00:00.000Z', closedAt: '2026-11-21T12:02:00.000Z' },
  ])
  const [open] = await list('?device=dev-1&state=open')
  expect(await get<AlarmStory>(`/${open?.id}`)).toMatchObject({
    gateway: 'gw-1',
    rule: { id: 'pm25-high', version: 1 },
    transitions: [{ from: 'clear', to: 'minor', at: '2026-11-21T12:03:00.000Z', value: 81.2, why }],
  })
})

it('a transition that is told again is the same one', async () => {
  await write([change(10, 'clear', 'major', 'dev-2')])
  await write([change(10, 'clear', 'major', 'dev-2')])
  const found = await list('?device=dev-2')
  expect(found).toHaveLength(1)
  expect((await get<AlarmStory>(`/${found[0]?.id}`)).transitions).toHaveLength(1)
})

it('alarms are found by what they are, page by page', async () => {
  await write([change(20, 'clear', 'critical', 'dev-3'), change(20, 'clear', 'critical', 'dev-4')])
  expect(await list('?severity=critical&state=open&gateway=gw-1&rule=pm25-high')).toHaveLength(2)
  expect(await list('?severity=info')).toEqual([])
  const seen: string[] = []
  let next: string | null = ''
  while (next !== null) {
    const page: { items: AlarmView[]; next: string | null } = await get(`?limit=2${next && `&after=${next}`}`)
    seen.push(...page.items.map(({ id }) => id))
    ;({ next } = page)
  }
  expect(seen).toEqual((await list('')).map(({ id }) => id))
  expect(new Set(seen).size).toBe(5)
  expect((await on.get('/api/v1/alarms/999')).status).toBe(404)
})

it('each transition says in a sentence why, by what it was about', async () => {
  await putPm25Rule()
  await write([change(30, 'clear', 'major', 'dev-5')])
  const [alarm] = await list('?device=dev-5')
  const { transitions } = await get<AlarmStory>(`/${alarm?.id}`)
  expect(transitions[0]?.reading).toEqual({
    zh: '细颗粒物 PM2.5 为 81.2 µg/m³，高于阈值 75 µg/m³，已满 5 分钟（自 2026-11-21T11:55:00.000Z 起）。',
    en: 'PM2.5 was 81.2 µg/m³: above the threshold 75 µg/m³ for 5 minutes, since 2026-11-21T11:55:00.000Z.',
  })
})

it('an alarm may be that of an area, or of a gateway itself', async () => {
  const rule = { id: 'all-about', version: 1 }
  const raised = { rule, at: NOON, from: 'clear', to: 'major', value: 3, why } as const
  await write([
    { ...raised, target: { area: 'binhu' } },
    { ...raised, target: { gatewayId, gateway: 'gw-1', device: '' } },
  ])
  expect(await list('?area=binhu')).toMatchObject([{ area: 'binhu', gateway: null, device: null }])
  expect(await list('?rule=all-about&gateway=gw-1')).toMatchObject([
    { area: null, gateway: 'gw-1', device: null },
  ])
  await write([{ ...raised, at: NOON + 1, from: 'major', to: 'clear', target: { area: 'binhu' } }])
  expect(await list('?area=binhu&state=open')).toEqual([])
  expect(await list('?rule=all-about&state=open')).toHaveLength(1)
})

it('while a gateway or a link is not heard of its devices are unknown, and so are their alarms; not its own', async () => {
  const rule = { id: 'unknown', version: 1 }
  const raised = { rule, at: NOON, from: 'clear', to: 'major', value: 3, why } as const
  await write([
    { ...raised, target: { gatewayId, gateway: 'gw-1', device: 'dev-1' } },
    { ...raised, target: { gatewayId, gateway: 'gw-1', device: '' } },
  ])
  const shown = async () => {
    const devices = (await (await on.get('/api/v1/devices?gateway=gw-1')).json()) as { items: DeviceView[] }
    const alarms = await list('?rule=unknown')
    return [
      ...devices.items.filter(({ device }) => device === 'dev-1'),
      ...alarms.toSorted((a, b) => (b.device ?? '').localeCompare(a.device ?? '')),
    ].map(({ unknown }) => unknown)
  }
  expect(await shown()).toEqual([null, null, null])
  await on.pool.query('INSERT INTO gateway_unreached (gateway_id, from_at) VALUES ($1, $2)', [
    gatewayId,
    new Date(NOON),
  ])
  const unknown = { parent: 'gw-1', since: '2026-11-21T12:00:00.000Z' }
  expect(await shown()).toEqual([unknown, unknown, null])
  await on.pool.query(
    `INSERT INTO link_unreached (gateway_id, link, from_at, devices) VALUES ($1, 'bus-1', $2, '{dev-1,dev-7}')`,
    [gatewayId, new Date(NOON + 1_000)],
  )
  expect(await shown()).toEqual([unknown, unknown, null])
  await on.pool.query('UPDATE gateway_unreached SET until_at = $2 WHERE gateway_id = $1', [
    gatewayId,
    new Date(NOON + 60_000),
  ])
  const behindLink = { parent: 'gw-1/bus-1', since: '2026-11-21T12:00:01.000Z' }
  expect(await shown()).toEqual([behindLink, behindLink, null])
  await on.pool.query(`UPDATE link_unreached SET devices = '{dev-7}'`)
  expect(await shown()).toEqual([null, null, null])
})
