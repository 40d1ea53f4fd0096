import type { MeasuredIndicator } from '@ganzhi/contracts/indicator'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type IndicatorsRig, openIndicatorsRig } from './indicators-rig.ts'
import { clearIndicators } from './refresh-indicators.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const BEGIN = Date.parse('2026-02-26T00:00:00+08:00')

const day: MeasuredIndicator = {
  id: 'pm25-day',
  names: { zh: '日均', en: 'mean of a day' },
  group: 'air',
  unit: 'ug/m3',
  period: 'day',
  of: { property: 'pm25' },
  device: 'mean',
  area: 'mean',
  needs: 10,
}
const hour: MeasuredIndicator = { ...day, id: 'pm25-hour', period: 'hour' }
const doubled = {
  id: 'pm25-doubled',
  names: day.names,
  group: 'air',
  unit: 'ug/m3',
  period: 'day',
  expression: '2 * mean',
  with: { mean: 'pm25-day' },
} as const

let on: IndicatorsRig
beforeAll(async () => {
  on = await openIndicatorsRig(async (dataDir) => startPostgres({ dataDir, port: await freePort() }), {
    zone: 'Asia/Shanghai',
    begin: BEGIN,
  })
  await on.areas([
    ['hefei', 'city'],
    ['shushan', 'county', 'hefei'],
    ['baohe', 'county', 'hefei'],
  ])
})
afterAll(() => on?.[Symbol.asyncDispose]())
beforeEach(async () => {
  await on.device('dev-1', 'shushan')
  await on.device('dev-2', 'shushan')
})
afterEach(async () => {
  await on.pool.query(
    'TRUNCATE indicator, indicator_value, period_mark, samples, rollup_1m, rollup_15m, rollup_1h, rollup_1d, latest, series; DELETE FROM device',
  )
})

/** Every six hours from a time on; two days of it make eight values. */
const samples = (from: number, count: number, value: number) =>
  Array.from({ length: count }, (_, i) => [from + i * 6 * HOUR, value] as const)

/** Of an area the values by day from the first on, with `present/expected`. */
async function days(id: string, area: string): Promise<string[]> {
  const values = (await on.values('day')).filter((each) => each.indicator === id && each.area === area)
  return values.map(
    ({ at, value, present, expected }) => `${(at - BEGIN) / DAY}: ${value} ${present}/${expected}`,
  )
}

test('what is over is computed, and what had been over before', async () => {
  await on.write(await on.point('dev-1', 'pm25', 'float'), samples(BEGIN, 12, 30))
  await on.put([day, doubled])
  await on.refresh(BEGIN + 2 * DAY + HOUR)
  expect(await days('pm25-day', 'shushan')).toEqual(['0: 30 1/1', '1: 30 1/1'])
  expect(await days('pm25-doubled', 'hefei')).toEqual(['0: 60 1/1', '1: 60 1/1'])
  await on.refresh(BEGIN + 3 * DAY + HOUR)
  expect(await days('pm25-day', 'hefei')).toEqual(['0: 30 1/1', '1: 30 1/1', '2: 30 1/1'])
  expect(await days('pm25-day', 'baohe')).toEqual([])
})

test('values that come late change what was computed of their time, and what follows from it', async () => {
  const [one, two] = [await on.point('dev-1', 'pm25', 'float'), await on.point('dev-2', 'pm25', 'float')]
  await on.write(one, samples(BEGIN, 8, 30))
  await on.put([day, doubled])
  await on.refresh(BEGIN + 2 * DAY + HOUR)
  expect(await days('pm25-doubled', 'hefei')).toEqual(['0: 60 1/2', '1: 60 1/2'])
  await on.write(two, samples(BEGIN, 4, 50))
  await on.refresh(BEGIN + 2 * DAY + 2 * HOUR)
  expect(await days('pm25-day', 'hefei')).toEqual(['0: 40 2/2', '1: 30 1/2'])
  expect(await days('pm25-doubled', 'hefei')).toEqual(['0: 80 2/2', '1: 60 1/2'])
  expect(
    (
      await on.pool.query('SELECT FROM period_mark WHERE period = $1 AND at < $2', [
        'day',
        new Date(BEGIN + 2 * DAY),
      ])
    ).rowCount,
  ).toBe(0)
})

test('a day is waited for while its roll-ups are behind, but not for ever', async () => {
  await on.write(await on.point('dev-1', 'pm25', 'float'), samples(BEGIN, 4, 30))
  await on.put([day])
  await on.pool.query('INSERT INTO dirty_mark (rollup, gateway_id, bucket) VALUES (3, 1, $1)', [
    new Date(BEGIN),
  ])
  const untilOf = async () =>
    (await on.pool.query<{ until: Date | null }>('SELECT computed_until AS until FROM indicator')).rows[0]
      ?.until
  await on.refresh(BEGIN + DAY + 30_000)
  expect(await untilOf()).toBeNull()
  await on.refresh(BEGIN + DAY + 11 * MINUTE)
  expect(await untilOf()).toEqual(new Date(BEGIN + DAY))
})

test('a device that moves is counted where it stands from the next period on, and where that is computed anew', async () => {
  const point = await on.point('dev-1', 'pm25', 'float')
  await on.write(point, samples(BEGIN, 8, 30))
  await on.put([day])
  await on.refresh(BEGIN + DAY + HOUR)
  await on.device('dev-1', 'baohe')
  await on.refresh(BEGIN + 2 * DAY + HOUR)
  expect(await days('pm25-day', 'shushan')).toEqual(['0: 30 1/1'])
  expect(await days('pm25-day', 'baohe')).toEqual(['1: 30 1/1'])
  await on.write(point, [[BEGIN + HOUR, 40]])
  await on.refresh(BEGIN + 2 * DAY + 2 * HOUR)
  expect(await days('pm25-day', 'shushan')).toEqual([])
  expect(await days('pm25-day', 'baohe')).toEqual(['0: 32 1/1', '1: 30 1/1'])
})

test('another definition is computed anew, other thresholds are not', async () => {
  await on.write(await on.point('dev-1', 'pm25', 'float'), [...samples(BEGIN, 8, 30), [BEGIN + HOUR, 60]])
  await on.put([day, doubled])
  await on.refresh(BEGIN + 2 * DAY + HOUR)
  const numbers = async () =>
    (await on.pool.query<{ number: number }>('SELECT number FROM indicator ORDER BY id')).rows.map(
      ({ number }) => number,
    )
  const before = await numbers()
  await on.put([{ ...day, amber: { above: 50 } }])
  expect(await numbers()).toEqual(before)
  await on.put([{ ...day, device: 'max' }])
  expect(await numbers()).toEqual(before.map(() => expect.any(Number) as number))
  expect((await numbers()).filter((number) => before.includes(number))).toEqual([])
  await on.refresh(BEGIN + 2 * DAY + HOUR)
  expect(await days('pm25-doubled', 'hefei')).toEqual(['0: 120 1/1', '1: 60 1/1'])
  await clearIndicators({ pool: on.pool, now: () => BEGIN + 3 * DAY })
  const { rows } = await on.pool.query<{ indicator: number }>(
    'SELECT DISTINCT indicator FROM indicator_value ORDER BY 1',
  )
  expect(rows.map(({ indicator }) => indicator)).toEqual((await numbers()).toSorted((a, b) => a - b))
})

test('an indicator that is added later reaches back, beside those that are there', async () => {
  await on.write(await on.point('dev-1', 'pm25', 'float'), samples(BEGIN, 8, 30))
  await on.put([day])
  await on.refresh(BEGIN + 2 * DAY + HOUR)
  await on.put([{ ...day, id: 'pm25-most', area: 'max' }])
  await on.refresh(BEGIN + 2 * DAY + HOUR)
  expect(await days('pm25-most', 'hefei')).toEqual(['0: 30 1/1', '1: 30 1/1'])
})

test('a platform that was off takes up where it left', async () => {
  await on.write(await on.point('dev-1', 'pm25', 'float'), samples(BEGIN, 16, 30))
  await on.put([day])
  await on.refresh(BEGIN + DAY + HOUR)
  await on.refresh(BEGIN + 4 * DAY + HOUR)
  expect(await days('pm25-day', 'hefei')).toEqual(['0: 30 1/1', '1: 30 1/1', '2: 30 1/1', '3: 30 1/1'])
  await on.pool.query('UPDATE indicator SET computed_from = $1, computed_until = $2', [
    new Date(BEGIN - 900 * DAY),
    new Date(BEGIN - 800 * DAY),
  ])
  await on.refresh(BEGIN + 5 * DAY)
  const { rows } = await on.pool.query<{ until: Date }>('SELECT computed_until AS until FROM indicator')
  expect(rows).toEqual([{ until: new Date(BEGIN + 4 * DAY) }])
})

test('an hour is no longer kept when a day still is', async () => {
  await on.write(await on.point('dev-1', 'pm25', 'float'), samples(BEGIN, 4, 30))
  await on.put([day, { ...hour, needs: 0 }])
  await on.refresh(BEGIN + DAY + HOUR + 5 * MINUTE)
  expect((await on.values('hour')).filter(({ value }) => value !== null)).not.toEqual([])
  await clearIndicators({ pool: on.pool, now: () => BEGIN + 100 * DAY })
  expect(await on.values('hour')).toEqual([])
  expect(await days('pm25-day', 'hefei')).toEqual(['0: 30 1/1'])
})
