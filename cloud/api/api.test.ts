import type {
  AggregateView,
  DeviceView,
  GatewayView,
  LatestView,
  PointView,
  RangeView,
} from '@ganzhi/contracts/api-views'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiUnderTest, type TestPoint, openApiUnderTest } from './api-under-test.ts'

const startServer = async (dataDir: string) => startPostgres({ dataDir, port: await freePort() })

const SECOND = 1_000
const NOW = Math.floor(Date.now() / SECOND) * SECOND

let on: ApiUnderTest
let temp: TestPoint
let serial: TestPoint

beforeAll(async () => {
  on = await openApiUnderTest(startServer)
  temp = await on.point('pump-1', 'meter-1', 'temp', 'float')
  serial = await on.point('pump-1', 'meter-1', 'serial', 'integer')
  await on.point('pump-2', 'meter-1', 'temp', 'float')
  await on.write([
    [temp, NOW - 3 * SECOND, 20.5],
    [temp, NOW - 2 * SECOND, null, 'bad-comm'],
    [temp, NOW - SECOND, Number.NaN],
    [serial, NOW, 18_446_744_073_709_551_615n],
  ])
})
afterAll(() => on?.[Symbol.asyncDispose]())

async function json<T>(path: string): Promise<T> {
  const response = await on.get(`/api/v1${path}`)
  const body: unknown = await response.json()
  expect({ status: response.status, body }).toMatchObject({ status: 200 })
  return body as T
}
interface Page<T> {
  readonly items: T[]
  readonly next: string | null
}
const iso = (at: number) => new Date(at).toISOString()
const around = `from=${iso(NOW - 60 * SECOND)}&to=${iso(NOW + SECOND)}`

describe('the register', () => {
  test('lists gateways with what they last said', async () => {
    const error = { code: 'link-down', message: 'connection refused' }
    const status = {
      phase: 'alive',
      at: NOW,
      epoch: '00000000000000aa',
      agent: '0.1.0',
      heads: [],
      outbox: { bytes: 512, capBytes: 1024, writable: true },
      links: [{ link: 'bus-1', since: NOW, error, devices: ['meter-1', 'meter-2'] }],
      counters: {},
    }
    await on.pool.query(`UPDATE gateway SET last_status = $1, last_status_at = now() WHERE name = 'pump-1'`, [
      JSON.stringify(status),
    ])
    await on.pool.query(
      `INSERT INTO lane_progress (gateway_id, lane, epoch, contiguous, head) VALUES ($1, 2, 170, 5, 12)`,
      [temp.gatewayId],
    )

    const { items } = await json<Page<GatewayView>>('/gateways')

    expect(items).toMatchObject([
      { name: 'pump-1', phase: 'alive', agent: '0.1.0', unstored: 7, devices: 1, outbox: { bytes: 512 } },
      { name: 'pump-2', phase: 'never', agent: null, unstored: 0, devices: 1, outbox: null },
    ])
    expect(items.map(({ downLinks }) => downLinks)).toEqual([
      [{ link: 'bus-1', since: new Date(NOW).toISOString(), error, devices: 2 }],
      [],
    ])
  })

  test('calls a gateway silent when its reports stop, and gone when it said so', async () => {
    const phase = async () => (await json<Page<GatewayView>>('/gateways?text=pump-1')).items[0]?.phase
    await on.pool.query(
      `UPDATE gateway SET last_status_at = now() - interval '1 minute' WHERE name = 'pump-1'`,
    )
    expect(await phase()).toBe('silent')
    await on.pool.query(
      `UPDATE gateway SET last_status = jsonb_set(last_status::jsonb, '{phase}', '"death"') WHERE name = 'pump-1'`,
    )
    expect(await phase()).toBe('death')
  })

  test('pages devices so that none comes twice and none is left out', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await on.point('pump-3', name, 'level', 'float')
    const seen: string[] = []
    let after = ''
    do {
      const page: Page<DeviceView> = await json(`/devices?limit=2${after && `&after=${after}`}`)
      expect(page.items.length).toBeLessThanOrEqual(2)
      seen.push(...page.items.map(({ gateway, device }) => `${gateway}/${device}`))
      after = page.next ?? ''
    } while (after)
    expect(seen).toEqual([
      'pump-1/meter-1',
      'pump-2/meter-1',
      ...['a', 'b', 'c', 'd', 'e'].map((name) => `pump-3/${name}`),
    ])
  })

  test('finds devices by a part of their name, of one gateway or of all', async () => {
    const names = async (query: string) =>
      (await json<Page<DeviceView>>(`/devices?${query}`)).items.map(({ gateway }) => gateway)
    expect(await names('text=METER')).toEqual(['pump-1', 'pump-2'])
    expect(await names('text=meter&gateway=pump-2')).toEqual(['pump-2'])
    expect(await names('text=%25')).toEqual([])
  })

  test('counts the points of a device that are not good', async () => {
    const { items } = await json<Page<DeviceView>>('/devices?gateway=pump-1')
    expect(items).toMatchObject([{ points: 2, notGood: 0, latestAt: iso(NOW) }])
  })
})

describe('values', () => {
  test('come with the points of a device, the latest beside each', async () => {
    const { items } = await json<Page<PointView>>('/points?gateway=pump-1&device=meter-1')
    expect(items).toMatchObject([
      { property: 'serial', type: 'integer', latest: { value: '18446744073709551615', quality: 'good' } },
      { property: 'temp', type: 'float', latest: { value: 'NaN', at: iso(NOW - SECOND) } },
    ])
  })

  test('of many points come in one answer', async () => {
    const { items } = await json<{ items: LatestView[] }>(`/latest?series=${temp.id},${serial.id},999999`)
    expect(new Set(items.map(({ series }) => series))).toEqual(new Set([temp.id, serial.id]))
  })

  test('of a range come by column, in the order of time', async () => {
    const range = await json<RangeView>(`/series/${temp.id}/range?${around}`)
    expect(range).toEqual({
      series: temp.id,
      at: [NOW - 3 * SECOND, NOW - 2 * SECOND, NOW - SECOND],
      value: [20.5, null, 'NaN'],
      quality: ['good', 'bad-comm', 'good'],
    })
  })

  test.each(['min-max', 'lttb'])('of a long range are thinned by %s to what was asked for', async (by) => {
    const wave = await on.point('pump-4', 'wave', by === 'lttb' ? 'a' : 'b', 'float')
    await on.write(Array.from({ length: 500 }, (_, i) => [wave, NOW - i * 100, i === 77 ? 99 : Math.sin(i)]))
    const range = await json<RangeView>(`/series/${wave.id}/range?${around}&points=50&by=${by}`)
    expect(range.at.length).toBeGreaterThan(20)
    expect(range.at.length).toBeLessThanOrEqual(50)
    expect(range.value).toContain(99)
  })

  test('are rolled up', async () => {
    const flow = await on.point('pump-5', 'flow', 'flow', 'float')
    const minute = Math.floor(NOW / 60_000) * 60_000 - 300_000
    await on.write([
      [flow, minute, 1],
      [flow, minute + SECOND, 4],
      [flow, minute + 2 * SECOND, null, 'bad-comm'],
    ])
    await on.store.refreshRollups({ now: Date.now() })
    const span = `from=${iso(minute)}&to=${iso(minute + 60_000)}`
    const { items } = await json<{ items: AggregateView[] }>(`/series/${flow.id}/aggregates?width=1m&${span}`)
    expect(items).toEqual([
      { at: minute, n: 2, bad: 1, sum: 5, mean: 2.5, min: 1, max: 4, first: 1, last: 4 },
    ])
  })

  test('are exported as CSV', async () => {
    const response = await on.get(`/api/v1/export.csv?series=${temp.id}&${around}`)
    const [head, first] = (await response.text()).split(/\r?\n/)
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(head).toBe('time,device,property,value,quality')
    expect(first).toContain('meter-1,temp,20.5,good')
  })

  test('whose time can not be true are listed apart', async () => {
    const future = NOW + 30 * 86_400_000
    await on.write([[temp, future, 7]])
    const span = `from=${iso(NOW - 3_600_000)}&to=${iso(NOW + 3_600_000)}`
    const { items } = await json<{ items: unknown[] }>(`/untrusted?gateway=pump-1&${span}`)
    expect(items).toMatchObject([{ series: temp.id, at: future, value: 7 }])
  })
})

describe('what is wrong with a request', () => {
  test.each([
    [`/series/1/range?from=yesterday&to=${iso(NOW)}`, 400, 'bad-input', 'from'],
    [`/series/1/range?from=${iso(NOW)}&to=${iso(NOW)}`, 400, 'bad-input', 'to'],
    [`/series/x/range?${around}`, 400, 'bad-input', 'series'],
    [`/series/1/range?${around}&points=1000000`, 400, 'bad-input', 'points'],
    ['/devices?limit=0', 400, 'bad-input', 'limit'],
    ['/devices?after=nonsense', 400, 'bad-input', 'after'],
    ['/completeness?gateway=pump-1&day=2026-02-31', 400, 'bad-input', 'day'],
    ['/completeness?gateway=nobody', 404, 'not-found', undefined],
    ['/nothing', 404, 'not-found', undefined],
  ])('%s is told with the field and a remedy', async (path, status, code, field) => {
    const response = await on.get(`/api/v1${path}`)
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    const problem = await response.json()
    expect(problem).toMatchObject({ status, code, remedy: expect.any(String), ...(field && { field }) })
    expect(response.status).toBe(status)
  })

  test('never tells what the platform is made of', async () => {
    await on.pool.query('ALTER TABLE gap RENAME TO gap_away')
    const response = await on.get('/api/v1/gaps')
    await on.pool.query('ALTER TABLE gap_away RENAME TO gap')
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(JSON.parse(text)).toMatchObject({ code: 'internal' })
    expect(text).not.toMatch(/gap|relation|postgres|stack/)
  })
})

test('the description of the API is OpenAPI 3.1, and knows every route', async () => {
  const response = await on.get('/api/openapi.json')
  const { openapi, paths } = (await response.json()) as { openapi: string; paths: Record<string, object> }
  expect(openapi).toMatch(/^3\.1/)
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(['/api/v1/devices', '/api/v1/series/{series}/range', '/api/v1/live']),
  )
  expect(JSON.stringify(paths['/api/v1/devices'])).toContain('#/components/responses/problem')
  expect(paths['/api/v1/series/{series}/range']).toMatchObject({
    get: {
      parameters: [
        { name: 'from', required: true },
        { name: 'to', required: true },
        { name: 'points', required: false },
        { name: 'by', required: false },
        { name: 'series', required: true },
      ],
    },
  })
})
