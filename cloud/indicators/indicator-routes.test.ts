import type { Problem } from '@ganzhi/contracts/api-views'
import type { Indicator } from '@ganzhi/contracts/indicator'
import type { IndicatorPointView, IndicatorValueView, IndicatorView } from '@ganzhi/contracts/indicator-view'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ApiUnderTest, openApiUnderTest } from '../api/api-under-test.ts'
import { putAreas } from '../areas/put-areas.ts'

let on: ApiUnderTest
beforeAll(async () => {
  on = await openApiUnderTest(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
  const names = { zh: '合肥市', en: 'Hefei' }
  await putAreas(
    on.pool,
    [
      { id: 'hefei', level: 'city', names },
      { id: 'shushan', level: 'county', names: { zh: '蜀山区' }, parent: 'hefei' },
    ],
    { dryRun: false },
  )
})
afterAll(() => on?.[Symbol.asyncDispose]())
afterEach(() => on?.pool.query('TRUNCATE indicator, indicator_value'))

const day = {
  id: 'pm25-day',
  names: { zh: '日均', en: 'mean of a day' },
  group: '空气 air',
  unit: 'ug/m3',
  period: 'day',
  better: 'lower',
  amber: { above: 60 },
  red: { above: 120 },
  of: { property: 'pm25' },
  device: 'mean',
  area: 'mean',
} as const satisfies Indicator
const derived = {
  id: 'half',
  names: day.names,
  group: '空气 air',
  unit: '1',
  period: 'day',
  expression: 'a / 2',
  with: { a: 'pm25-day' },
} as const satisfies Indicator

interface Answer<T> {
  readonly status: number
  readonly body: T
}
interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

async function ask<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
  const response = await fetch(`${on.url}/api/v1${path}`, {
    method,
    headers: { cookie: on.cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as T }
}
const put = <T = unknown>(indicators: readonly unknown[], query = ''): Promise<Answer<T>> =>
  ask<T>('POST', `/indicators${query}`, { indicators })
const items = async <T = unknown>(path: string): Promise<Page<T>> => (await ask<Page<T>>('GET', path)).body

const at = (date: string) => new Date(`${date}T00:00:00+08:00`).toISOString()

/** As if computed: values of an area by the days that they begin, up to the last one. */
async function computed(
  id: string,
  area: string,
  values: Readonly<Record<string, number | null>>,
  until: string,
) {
  await on.pool.query('UPDATE indicator SET computed_from = $2, computed_until = $3 WHERE id = $1', [
    id,
    at('2024-01-01'),
    at(until),
  ])
  await on.pool.query(
    `INSERT INTO indicator_value (indicator, at, area, value, expected, present)
     SELECT number, day, $2, value, 4, CASE WHEN value IS NULL THEN 1 ELSE 3 END
       FROM indicator CROSS JOIN unnest($3::timestamptz[], $4::float8[]) AS v (day, value) WHERE id = $1`,
    [id, area, Object.keys(values).map(at), Object.values(values)],
  )
}

describe('indicators', () => {
  test('are put together with what they follow from, in any order, and put again are unchanged', async () => {
    expect(await put([derived, day])).toEqual({
      status: 200,
      body: { created: 2, changed: 0, recomputed: 0, unchanged: 0 },
    })
    expect((await put([derived, day])).body).toMatchObject({ created: 0, unchanged: 2 })
    expect((await put([{ ...day, device: 'max' }], '?dryRun=true')).body).toMatchObject({
      changed: 1,
      recomputed: 2,
    })
    const { items: all } = await items<IndicatorView>('/indicators?group=' + encodeURIComponent('空气 air'))
    expect(all.map(({ id, document, author, until }) => ({ id, document, author, until }))).toEqual([
      { id: 'half', document: derived, author: 'admin', until: null },
      { id: 'pm25-day', document: day, author: 'admin', until: null },
    ])
    expect((await items('/indicators?period=hour')).items).toEqual([])
  })

  test.each<[string, readonly object[], string, string]>([
    ['follows from one that there is not', [derived], 'with.a', 'there is no indicator pm25-day'],
    ['goes in a circle', [{ ...derived, with: { a: 'half' } }], 'with', 'follows from itself'],
    ['mixes periods', [day, { ...derived, period: 'hour' }], 'with.a', 'is of each day'],
    ['stands there twice', [day, day], 'id', 'stands there twice'],
    ['has not its form', [day, { ...day, id: 'b', area: 'median' }], 'area', 'can not be "median"'],
  ])('an indicator that %s is refused, with all that come with it', async (_, indicators, field, told) => {
    const { status, body } = await put<Problem>(indicators)
    expect(status).toBe(400)
    expect(body.faults?.map((fault) => fault.field)).toContain(field)
    expect(body.faults?.map(({ message }) => message).join()).toContain(told)
    expect((await items('/indicators')).items).toEqual([])
  })

  test('one that others follow from keeps its period, and is not removed', async () => {
    await put([day, derived])
    expect((await put<Problem>([{ ...day, period: 'week' }])).body).toMatchObject({
      status: 400,
      field: 'with.a',
    })
    expect((await ask<Problem>('DELETE', '/indicators/pm25-day')).body.title).toContain('half')
    expect((await ask('DELETE', '/indicators/half')).status).toBe(200)
    expect((await ask('DELETE', '/indicators/pm25-day')).status).toBe(200)
    expect((await ask('DELETE', '/indicators/pm25-day')).status).toBe(404)
  })
})

describe('values', () => {
  test('of an area stand beside those before, of a week and of a year ago, with their standing and trend', async () => {
    await put([day])
    const values = {
      '2026-03-04': 100,
      '2025-03-11': 50,
      '2026-03-07': 40,
      '2026-03-08': 50,
      '2026-03-09': 60,
      '2026-03-10': 80,
      '2026-03-11': 90,
    }
    await computed('pm25-day', 'hefei', values, '2026-03-12')
    const { items: found } = await items<IndicatorValueView>('/areas/hefei/indicators?period=day')
    expect(found).toEqual([
      {
        indicator: 'pm25-day',
        names: day.names,
        group: day.group,
        unit: 'ug/m3',
        period: 'day',
        area: { id: 'hefei', names: { zh: '合肥市', en: 'Hefei' } },
        at: at('2026-03-11'),
        to: at('2026-03-12'),
        value: 90,
        expected: 4,
        present: 3,
        standing: 'amber',
        previous: { at: at('2026-03-10'), value: 80, change: 10, percent: 12.5 },
        lastWeek: { at: at('2026-03-04'), value: 100, change: -10, percent: -10 },
        lastYear: { at: at('2025-03-11'), value: 50, change: 40, percent: 80 },
        recent: [100, null, null, 40, 50, 60, 80, 90],
        trend: 'steady',
        course: null,
      },
    ])
    const past = await items<IndicatorValueView>(`/areas/hefei/indicators?period=day&at=${at('2026-03-10')}`)
    expect(past.items).toMatchObject([{ value: 80, trend: 'steady' }])
    expect((await ask('GET', '/areas/nowhere/indicators?period=day')).status).toBe(404)
  })

  test('that are missing are shown as missing, with how many devices told enough', async () => {
    await put([day])
    await computed('pm25-day', 'hefei', { '2026-03-10': null, '2026-03-09': 10 }, '2026-03-11')
    const { items: found } = await items<IndicatorValueView>('/areas/hefei/indicators?period=day')
    expect(found).toMatchObject([
      {
        value: null,
        standing: 'missing',
        expected: 4,
        present: 1,
        previous: { value: 10, change: null, percent: null },
        trend: null,
      },
    ])
    expect((await items('/areas/shushan/indicators?period=day')).items).toEqual([])
  })

  test('of all areas are paged from the top down, and of one area over time', async () => {
    await put([day])
    await computed('pm25-day', 'hefei', { '2026-03-09': 70, '2026-03-10': 130 }, '2026-03-11')
    await computed('pm25-day', 'shushan', { '2026-03-10': 20 }, '2026-03-11')
    const first = await items<IndicatorValueView>('/indicators/pm25-day/areas?limit=1')
    const second = await items<IndicatorValueView>(`/indicators/pm25-day/areas?limit=1&after=${first.next}`)
    expect([...first.items, ...second.items]).toMatchObject([
      { area: { id: 'hefei' }, value: 130, standing: 'red' },
      { area: { id: 'shushan' }, value: 20, standing: 'green' },
    ])
    expect(second.next).toBeNull()
    const counties = await items<IndicatorValueView>('/indicators/pm25-day/areas?level=county&within=hefei')
    expect(counties.items).toMatchObject([{ area: { id: 'shushan' } }])
    const span = `from=${at('2026-03-01')}&to=${at('2026-03-11')}`
    const points = await items<IndicatorPointView>(`/indicators/pm25-day/values?area=hefei&${span}`)
    expect(points.items).toEqual([
      { at: at('2026-03-09'), value: 70, expected: 4, present: 3, standing: 'amber' },
      { at: at('2026-03-10'), value: 130, expected: 4, present: 3, standing: 'red' },
    ])
  })

  test('of weeks are compared with the same week of the year before, of hours with those of the week before', async () => {
    await put([
      { ...day, id: 'week', period: 'week' },
      { ...day, id: 'hour', period: 'hour' },
    ])
    await computed('week', 'hefei', { '2026-03-02': 10, '2025-03-03': 20 }, '2026-03-09')
    await computed('hour', 'hefei', { '2026-03-02': 10, '2026-02-23': 5 }, '2026-03-09')
    const week = await items<IndicatorValueView>('/areas/hefei/indicators?period=week')
    expect(week.items).toMatchObject([{ lastWeek: null, lastYear: { at: at('2025-03-03'), value: 20 } }])
    const hour = await items<IndicatorValueView>(`/areas/hefei/indicators?period=hour&at=${at('2026-03-02')}`)
    expect(hour.items).toMatchObject([{ lastYear: null, lastWeek: { at: at('2026-02-23'), value: 5 } }])
  })
})
