import type { AlarmState } from '@ganzhi/contracts/transition'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeTransitions } from '../alarms/write-transitions.ts'
import { inTransaction } from '../database/pool.ts'
import { type CliUnderTest, openCliUnderTest } from './cli-under-test.ts'

const MINUTE = 60_000
const BEGIN = Math.floor(Date.now() / MINUTE) * MINUTE - 24 * 60 * MINUTE
const rule = {
  id: 'pm25-high',
  version: 1,
  names: { zh: 'PM2.5 超标', en: 'PM2.5 is high' },
  for: { property: 'pm25' },
  when: { above: 75, clearBelow: 70, for: 'PT5M' },
  severity: 'major',
}

let cli: CliUnderTest
beforeAll(async () => {
  cli = await openCliUnderTest(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
  const point = await cli.api.point('gw-1', 'dev-1', 'pm25', 'float')
  await cli.api.write(
    [60, 80, 84, 81, 79, 82, 84.2, 60, 61].map((value, i) => [point, BEGIN + i * MINUTE, value]),
  )
  await cli.api.pool.query(
    "INSERT INTO rule_version (rule, version, document, author) VALUES ('pm25-high', 1, $1, 'admin')",
    [JSON.stringify(rule)],
  )
  const change = (minute: number, from: AlarmState, to: AlarmState, value: number, why: object) => ({
    rule: { id: 'pm25-high', version: 1 },
    target: { gatewayId: point.gatewayId, gateway: 'gw-1', device: 'dev-1' },
    at: BEGIN + minute * MINUTE,
    from,
    to,
    value,
    why: { ...why, since: new Date(BEGIN + MINUTE).toISOString() },
  })
  await inTransaction(cli.api.pool, (tx) =>
    writeTransitions(tx, [
      change(6, 'clear', 'major', 84.2, { above: 75, for: 'PT5M' }),
      change(7, 'major', 'clear', 60, { clearBelow: 70 }),
      change(20, 'clear', 'minor', 99, { above: 75 }),
    ]),
  )
}, 180_000)
afterAll(() => cli?.[Symbol.asyncDispose]())

const clock = (minute: number) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', timeStyle: 'medium' }).format(
    BEGIN + minute * MINUTE,
  )

test('open alarms are listed, the closed ones where they are asked for', async () => {
  const open = await cli.run('alarm', 'list')
  expect(open.out.trimEnd().split('\n')).toHaveLength(2)
  expect(open.out).toMatch(/未消 open +gw-1\/dev-1 +一般 minor +pm25-high@1 PM2\.5 超标 PM2\.5 is high/)
  expect((await cli.run('alarm', 'list', '--state', 'all')).out).toContain('较大 major')
  expect((await cli.run('alarm', 'list', '--device', 'none')).out).toBe('没有告警 no alarm\n')
  expect(await cli.run('alarm', 'list', '--severity', 'awful')).toMatchObject({ code: 2 })
})

test('an alarm is told step by step, and explained by value, time and threshold in both languages', async () => {
  const { items } = JSON.parse((await cli.run('alarm', 'list', '--state', 'closed', '--json')).out) as {
    items: { id: string }[]
  }
  const id = items[0]?.id ?? ''
  const shown = await cli.run('alarm', 'show', id)
  expect(shown.out).toMatch(new RegExp(`▲ 较大 major +84\\.2  > 75, 满 for PT5M, 自 since ${clock(1)}`))
  expect(shown.out).toMatch(/▽ 正常 clear +60  < 70/)
  const { out } = await cli.run('alarm', 'explain', id)
  const steps = out.split('\n\n').slice(1)
  expect(steps).toHaveLength(2)
  for (const said of ['84.2', '75', clock(1), clock(6)]) expect(steps[0]).toContain(said)
  expect(steps[0]).not.toContain('T0')
  for (const said of ['60', '70', clock(7)]) expect(steps[1]).toContain(said)
  expect(await cli.run('alarm', 'explain', '999')).toMatchObject({ code: 2 })
  expect((await cli.run('alarm', 'forget', id)).err).toContain('alarm list | show <id> | explain <id>')
})

test('a rule is tried on what the platform has stored', async () => {
  const file = await cli.fileOf('rule.yaml', JSON.stringify(rule))
  const span = ['--from', new Date(BEGIN).toISOString(), '--to', new Date(BEGIN + 60 * MINUTE).toISOString()]
  const { code, out } = await cli.run('rule', 'backtest', file, ...span)
  expect(code).toBe(0)
  expect(out).toContain('gw-1/dev-1')
  expect(out).toContain(`84.2  > 75, 满 for PT5M, 自 since ${clock(1)}`)
  const nobody = await cli.run('rule', 'backtest', file, ...span, '--device', 'nobody')
  expect(nobody.out).toContain('没有这样的设备 there is no such device')
  const wrong = await cli.run(
    'rule',
    'backtest',
    file,
    '--from',
    new Date(BEGIN).toISOString(),
    '--to',
    '2020-01-01T00:00:00Z',
  )
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('to is not later than from')])
})
