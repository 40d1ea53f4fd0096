import type { MeasuredIndicator, Period } from '@ganzhi/contracts/indicator'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type IndicatorsRig, openIndicatorsRig, type RigSample, type StoredValue } from './indicators-rig.ts'
import { type PlainDevice, plainValues } from './plain-indicators.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const STEP = 10 * MINUTE
const ZONE = 'Asia/Shanghai'
const OFFSET = 8 * HOUR
/** A Sunday: a day, a week and a month begin on the two days after it. */
const BEGIN = Date.parse('2026-02-22T00:00:00+08:00')
const END = Date.parse('2026-03-02T00:00:00+08:00')
/** From here on the hours are computed, too. */
const DENSE = END - DAY
const NOW = Date.parse('2026-03-02T00:30:00+08:00')

const TREE = [
  ['hefei', 'city'],
  ['shushan', 'county', 'hefei'],
  ['baohe', 'county', 'hefei'],
  ['shushan-1', 'street', 'shushan'],
  ['shushan-2', 'street', 'shushan'],
  ['baohe-1', 'street', 'baohe'],
  ['empty', 'street', 'baohe'],
] as const
const parents = Object.fromEntries(TREE.map(([id, , parent]) => [id, parent]))

const FIGURES = ['mean', 'min', 'max', 'last', 'rise', 'presence', 'good', { share: { above: 60 } }] as const
const MADE = [
  'mean',
  'sum',
  'min',
  'max',
  { share: { above: 50 } },
  { count: { above: 20, below: 80 } },
] as const

let seed = 7
function random(): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return seed / 2 ** 32
}

/**
 * In steps of ten minutes, or of an hour: some tell at each, some seldom; now and then one is silent for hours or for good, tells what
 * is of no use, or begins anew.
 */
function samplesOf(rises: boolean): RigSample[] {
  const lastAt = BEGIN + random() * 2 * (END - BEGIN)
  const steps = 1 + 5 * random() ** 2
  const samples: RigSample[] = []
  let counter = 0
  for (let at = BEGIN - 2 * HOUR; at < Math.min(END, lastAt);) {
    // The hours that are looked at have more of them; days are made of hours in the same way.
    at += at < DENSE ? HOUR * Math.ceil(1.5 * random()) : Math.ceil(steps * random()) * STEP
    if (random() < 0.01) at += Math.floor(30 * random()) * STEP
    counter = random() < 0.005 ? 0 : counter + random() * 3
    const value = rises ? counter : 20 + 80 * random()
    const whim = random()
    const told = at + Math.floor(random() * MINUTE)
    samples.push(whim < 0.03 ? [told, value, 'bad-comm'] : [told, whim < 0.04 ? Number.NaN : value])
  }
  return samples
}

const indicators: MeasuredIndicator[] = (['hour', 'day', 'week', 'month'] as const).flatMap((period) =>
  FIGURES.flatMap((device, i) =>
    MADE.flatMap((area, j): MeasuredIndicator[] => {
      const property = (['rise'] as readonly unknown[]).includes(device) ? 'energy' : 'pm25'
      // Each by another rule of what it needs, some of tagged devices only.
      const more = { ...((i + j) % 3 === 0 && { needs: 40 }), ...(j === 5 && { needs: 0 }) }
      return [
        {
          id: `${period}-${i}-${j}`,
          names: { zh: '指标', en: 'indicator' },
          group: 'test',
          unit: '1',
          period,
          of: { property, ...((i + j) % 2 === 0 && { tag: 'park' }) },
          device,
          area,
          ...more,
        },
      ]
    }),
  ),
)

let on: IndicatorsRig
const devices: PlainDevice[] = []

beforeAll(async () => {
  on = await openIndicatorsRig(async (dataDir) => startPostgres({ dataDir, port: await freePort() }), {
    zone: ZONE,
    begin: BEGIN,
  })
  await on.areas(TREE)
  const places = [
    'shushan-1',
    'shushan-1',
    'shushan-2',
    'shushan-2',
    'shushan-2',
    'shushan',
    'baohe-1',
    'hefei',
  ]
  for (const [i, area] of places.entries()) {
    const tags = i % 2 === 0 ? ['park', 'old'] : ['old']
    await on.device(`dev-${i}`, area, tags)
    for (const property of ['pm25', 'energy']) {
      const point = await on.point(`dev-${i}`, property, 'float', { scale: i % 3 })
      const samples = samplesOf(property === 'energy')
      devices.push({ area, tags, property, samples })
      await on.write(point, samples)
    }
  }
  await on.device('nowhere', null)
  await on.write(await on.point('nowhere', 'pm25', 'float'), samplesOf(false))
  await on.put(indicators)
  await on.rollUp(NOW)
})
afterAll(() => on?.[Symbol.asyncDispose]())

const spans = (period: Period): (readonly [number, number])[] => {
  if (period === 'month') {
    return [[Date.parse('2026-02-01T00:00:00+08:00'), Date.parse('2026-03-01T00:00:00+08:00')]]
  }
  if (period === 'week') return [[Date.parse('2026-02-23T00:00:00+08:00'), END]]
  const [begin, width] = period === 'day' ? [BEGIN, DAY] : [DENSE, HOUR]
  return Array.from({ length: (END - begin) / width }, (_, i) => [begin + i * width, begin + (i + 1) * width])
}

/** But for the order in which numbers are added. */
function expectSame(stored: readonly StoredValue[], plain: readonly StoredValue[]): void {
  const expected = plain.map((each) => ({
    ...each,
    value: each.value === null ? null : (expect.closeTo(each.value, 6) as number),
  }))
  expect(stored).toEqual(expected)
}

describe('what is computed of roll-ups is what a plain computation makes of samples', () => {
  test.each(['hour', 'day', 'week', 'month'] as const)('by the %s', async (period) => {
    for (const [from, to] of spans(period)) await on.compute(period, from, to)
    const stored = Map.groupBy(await on.values(period), ({ indicator, at }) => `${indicator} ${at}`)
    let values = 0
    for (const indicator of indicators.filter((each) => each.period === period)) {
      for (const [from, to] of spans(period)) {
        const plain = plainValues({ devices, parents, offsetMs: OFFSET }, indicator, from, to)
        expectSame(stored.get(`${indicator.id} ${from}`) ?? [], plain)
        values += plain.filter(({ value }) => value !== null).length
      }
    }
    expect(values).toBeGreaterThan(50)
  })
})
