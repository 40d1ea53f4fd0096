import { settleCity } from '@ganzhi/deploy/city/settle-city'
import { CITY_DEVICES } from '@ganzhi/deploy/supervisor/city-devices'
import { findNatsServer } from '@ganzhi/deploy/stack/nats'
import type { Placement } from '@ganzhi/contracts/placement'
import type { RuleView } from '@ganzhi/contracts/rule-view'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Platform, startPlatform } from './platform.ts'
import { openSendingGateway } from './sending-gateway.ts'

describe.skipIf(!findNatsServer())('the simulated city of npm start', () => {
  let stack: AsyncDisposableStack
  let platform: Platform
  let cookie: string
  const settle = () =>
    settleCity(
      { url: platform.url, login: platform.login, devices: CITY_DEVICES },
      AbortSignal.timeout(100_000),
    )

  async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
    const headers = { cookie, 'content-type': 'application/json' }
    const response = await fetch(`${platform.url}/api/v1${path}`, { ...init, headers })
    return (await response.json()) as T
  }
  const rules = async () => (await call<{ items: RuleView[] }>('/rules?limit=100')).items

  beforeAll(async () => {
    stack = new AsyncDisposableStack()
    platform = stack.use(await startPlatform())
    for (const name of ['gateway-1', 'gateway-2']) {
      const points = [{ device: 'air-01', property: 'pm25', type: 'float', decimals: 1 }] as const
      const gateway = stack.use(await openSendingGateway(platform.natsUrl, name, { points: [...points] }))
      await gateway.send([{ slot: 0, at: Date.now(), quality: 'good', value: 40 }])
    }
    const login = await fetch(`${platform.url}/api/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(platform.login),
    })
    cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    await settle()
  })
  afterAll(() => stack?.disposeAsync())

  test('begins with every ready rule on, but one that its wells would keep on for ever', async () => {
    const all = await rules()
    expect(all.length).toBeGreaterThan(25)
    expect(all.filter(({ enabled }) => !enabled).map(({ id }) => id)).toEqual(['level-rises'])
    expect(all.flatMap(({ faults }) => faults)).toEqual([])
  })

  test('has its devices in their grids, with their profiles', async () => {
    const { items } = await call<{ items: Placement[] }>('/placements?area=academy&limit=100')
    expect(items.length).toBe(13)
    expect(items.find(({ device }) => device === 'well-06')).toMatchObject({
      path: ['demo-city', 'east', 'academy', 'academy-1'],
      profile: 'ganzhi/pump-well',
    })
  })

  test('is its owner’s from then on', async () => {
    const off = { method: 'PUT', body: JSON.stringify({ enabled: false }) }
    await call('/rules/dust-plume/enabled', off)
    await settle()
    expect((await rules()).find(({ id }) => id === 'dust-plume')).toMatchObject({
      enabled: false,
      version: 1,
    })
  })
})
