import type { AlarmTold, Notice } from '@ganzhi/contracts/notice'
import type { SilenceView } from '@ganzhi/contracts/silence'
import pino from 'pino'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeTransitions } from '../alarms/write-transitions.ts'
import { inTransaction } from '../database/pool.ts'
import { noFailPoint } from '../ingest/fail-point.ts'
import { startNotices } from '../notices/start-notices.ts'
import { type CliUnderTest, openCliUnderTest } from './cli-under-test.ts'
import type { CliCommand } from './command-line.ts'

let cli: CliUnderTest
const SOON = { timeout: 20_000 }

beforeAll(async () => {
  cli = await openCliUnderTest(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
})
afterAll(() => cli?.[Symbol.asyncDispose]())

const documentOf = ({ out }: { out: string }): unknown => JSON.parse(out)
const silences = async (...args: string[]) =>
  (documentOf(await cli.run('silence', 'list', ...args, '--json')) as { items: SilenceView[] }).items

test('a silence is made in the words of a person, shown, and ended before its time', async () => {
  expect((await cli.run('silence', 'list')).out).toBe('没有静默 no silence\n')
  const night = [
    '--weekly',
    '22:00-06:00',
    '--weekly',
    'sat,holiday=08:00-18:00',
    '--timezone',
    'Asia/Shanghai',
  ]
  const scope = ['--gateway', 'gw-1', '--rule', 'noise-night', '--up-to', 'major']
  const made = await cli.run('silence', 'add', '--until', '4h', '--reason', '施工 works', ...scope, ...night)
  expect(made).toMatchObject({ code: 0, err: '' })
  const [silence] = await silences()
  expect(silence).toMatchObject({
    for: { gateway: 'gw-1' },
    rule: 'noise-night',
    upTo: 'major',
    weekly: {
      timezone: 'Asia/Shanghai',
      spans: [
        { from: '22:00', to: '06:00' },
        { days: ['sat', 'holiday'], from: '08:00', to: '18:00' },
      ],
    },
  })
  const ahead = Date.parse(silence?.until ?? '') - Date.parse(silence?.madeAt ?? '')
  expect(Math.round(ahead / 60_000)).toBe(240)
  const listed = (await cli.run('silence', 'list')).out
  expect(listed).toContain('gateway gw-1, rule noise-night, 至 up to 较大 major')
  expect(listed).toContain('每周 weekly 22:00-06:00; sat,holiday 08:00-18:00')
  expect((await cli.run('silence', 'end', silence?.id ?? '')).out).toContain('已结束 over')
  expect(await silences()).toEqual([])
  expect(await silences('--all')).toMatchObject([{ ended: { author: 'admin' } }])
})

test.each([
  [['silence', 'add', '--until', '4h', '--area', 'a'], '--reason is missing'],
  [['silence', 'add', '--reason', 'x', '--area', 'a'], '--until is missing'],
  [['silence', 'add', '--reason', 'x', '--until', 'soon', '--area', 'a'], '--until'],
  [['silence', 'add', '--reason', 'x', '--until', '4h'], 'would silence all'],
  [['silence', 'add', '--reason', 'x', '--until', '4h', '--area', 'a', '--up-to', 'grave'], 'upTo'],
  [['silence', 'add', '--reason', 'x', '--until', '4h', '--area', 'a', '--weekly', '8-10'], '--weekly'],
  [['silence', 'add', '--reason', 'x', '--until', '4h', '--area', 'a', '--weekly', 'mo=08:00-10:00'], 'mo'],
  [['silence', 'end'], 'silence list'],
  [['silence', 'end', '99'], 'silence 99'],
  [['notice', 'list', '--told', '--withheld'], '--told'],
  [['notice', 'acknowledge', '99'], 'alarm 99'],
  [['notice', 'fly'], 'notice list'],
] as [[CliCommand, ...string[]], string][])(
  '%j is refused with the reason',
  async ([command, ...args], why) => {
    const { code, err, out } = await cli.run(command, ...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(why)
  },
)

test('what people were told is listed, and an alarm acknowledged', async () => {
  const { gatewayId } = await cli.api.point('gw-1', 'dev-1', 'pm25', 'float')
  const target = { gatewayId, gateway: 'gw-1', device: 'dev-1' }
  const rule = { id: 'pm25-high', version: 1 }
  await inTransaction(cli.api.pool, (tx) =>
    writeTransitions(tx, [
      { rule, target, at: Date.now(), from: 'clear', to: 'critical', value: 200, why: {} },
    ]),
  )
  await using _notices = await startNotices({
    pool: cli.api.pool,
    leaseMs: 60_000,
    everyMs: 20,
    failPoint: noFailPoint,
    log: pino({ level: 'silent' }),
  })
  const list = async () => (await cli.run('notice', 'list', '--told', '--severity', 'critical')).out
  await expect.poll(list, SOON).toContain('重大告警：pm25-high，gw-1/dev-1')
  expect(await list()).toContain('Critical alarm, pm25-high: gw-1/dev-1')
  expect((await cli.run('notice', 'list', '--withheld')).out).toBe('没有通知 no notice\n')
  const { items } = documentOf(await cli.run('notice', 'list', '--json')) as { items: Notice[] }
  const alarm = items[0]?.alarms[0]?.id ?? ''
  const told = documentOf(
    await cli.run('notice', 'acknowledge', alarm, '--note', '在路上', '--json'),
  ) as AlarmTold
  expect(told.acknowledged).toMatchObject({ author: 'admin', note: '在路上' })
})

test('the policy is shown as a file that can be changed and put again', async () => {
  const shown = await cli.run('notice', 'policy')
  expect(shown.out).toContain('# 0: 平台自带')
  const changed = shown.out.replace('"settle": "PT5M"', '"settle": "PT2M"')
  const file = await cli.fileOf('policy.yaml', changed)
  expect((await cli.run('notice', 'policy', file)).out).toContain('# 1: admin')
  expect((await cli.run('notice', 'policy')).out).toContain('"settle": "PT2M"')
  const wrong = await cli.fileOf('wrong.yaml', 'settle: PT5M\nflapping: { change: 3 }\n')
  const refused = await cli.run('notice', 'policy', wrong)
  expect(refused.code).toBe(2)
  expect(refused.err).toContain(`${wrong}:2:13: flapping.change is not a known field`)
  expect((await cli.run('notice', 'policy', `${file}.none`)).err).toContain('can not be read')
})
