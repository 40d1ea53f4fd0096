import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CliUnderTest, openCliUnderTest } from './cli-under-test.ts'

let cli: CliUnderTest

beforeAll(async () => {
  cli = await openCliUnderTest(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
  await cli.api.pool.query(
    `INSERT INTO area (token, level, name_zh, path, revision) VALUES ('hefei', 'city', '合肥市', 'hefei/', 0)`,
  )
})
afterAll(() => cli?.[Symbol.asyncDispose]())

const OWN = `id: own\nnames: { zh: 自定, en: own }\ngroup: g\nunit: '%'\nperiod: day\nof: { property: p }\ndevice: mean\narea: mean\n`

test('the ready indicators and one of our own are put, listed, read and removed', async () => {
  const own = await cli.fileOf('own.yaml', OWN)
  expect(await cli.run('indicator', 'put', own, '--ready', '--dry-run')).toMatchObject({ code: 0 })
  expect((await cli.run('indicator', 'list')).out).toContain('没有指标')
  const put = await cli.run('indicator', 'put', own, '--ready', '--json')
  expect(JSON.parse(put.out)).toMatchObject({ changed: 0, unchanged: 0 })
  expect((await cli.run('indicator', 'list', '--group', 'g')).out).toMatch(/自定 +own +g +日 day +% +–/)

  await cli.api.pool.query(
    `UPDATE indicator SET computed_from = '2026-03-09T16:00Z', computed_until = '2026-03-11T16:00Z' WHERE id IN ('own', 'pm25-day')`,
  )
  await cli.api.pool.query(
    `INSERT INTO indicator_value (indicator, at, area, value, expected, present)
     SELECT number, day, 'hefei', value, 3, 3 FROM indicator
      CROSS JOIN (VALUES (timestamptz '2026-03-09T16:00Z', 50::float8), ('2026-03-10T16:00Z', 75.125)) AS v (day, value) WHERE id = 'pm25-day'`,
  )
  const values = await cli.run('indicator', 'values', 'hefei')
  expect(values.out).toMatch(/PM2\.5 日均浓度 +pm25-day +75\.13 µg\/m³ +\+50\.3 % +– +黄 amber +3\/3/)
  expect((await cli.run('indicator', 'areas', 'pm25-day', '--level', 'city')).out).toMatch(
    /合肥市 +hefei +75\.13/,
  )
  const trend = await cli.run(
    'indicator',
    'trend',
    'pm25-day',
    'hefei',
    '--from',
    '2026-03-01T00:00:00+08:00',
    '--json',
  )
  expect(JSON.parse(trend.out)).toMatchObject({
    items: [{ value: 50, standing: 'green' }, { value: 75.125 }],
  })

  expect(await cli.run('indicator', 'remove', 'pm25-day')).toMatchObject({ code: 2 })
  expect(await cli.run('indicator', 'remove', 'own')).toMatchObject({ code: 0 })
  expect(await cli.run('indicator', 'values', 'nowhere')).toMatchObject({ code: 2 })
})

test('a file is checked without a platform, and told of by its line', async () => {
  const wrong = await cli.fileOf('wrong.yaml', OWN.replace('mean', 'median'))
  const checked = await cli.run('indicator', 'check', wrong, await cli.fileOf('own.yaml', OWN))
  expect(checked.code).toBe(1)
  expect(checked.out).toMatch(/wrong\.yaml:7:1: device can not be "median"/)
  expect(checked.out).toMatch(/✓ .*own\.yaml: own, 自定 own/)
})

test('an indicator that can not be is told of by its file, and nothing is changed', async () => {
  const file = await cli.fileOf(
    'derived.yaml',
    `id: derived\nnames: { zh: 派生, en: derived }\ngroup: g\nunit: '%'\nperiod: day\nexpression: a * 2\nwith: { a: not-there }\n`,
  )
  const refused = await cli.run('indicator', 'put', file)
  expect(refused.code).toBe(2)
  expect(refused.err).toMatch(/derived\.yaml.*there is no indicator not-there/s)
  expect(await cli.run('indicator', 'put')).toMatchObject({ code: 2 })
  expect(await cli.run('indicator', 'trend', 'pm25-day', 'hefei')).toMatchObject({ code: 2 })
})
