import { randomUUID } from 'node:crypto'
import type { AlarmView } from '@ganzhi/contracts/alarm-view'
import type { AlarmTold, Notice } from '@ganzhi/contracts/notice'
import type { NoticePolicyView } from '@ganzhi/contracts/notice-policy'
import type { SilenceView } from '@ganzhi/contracts/silence'
import type { AlarmState } from '@ganzhi/contracts/transition'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AlarmChange, writeTransitions } from '../alarms/write-transitions.ts'
import { type ApiUnderTest, openApiUnderTest } from '../api/api-under-test.ts'
import { placeDevices } from '../areas/place-devices.ts'
import { putAreas } from '../areas/put-areas.ts'
import { inTransaction } from '../database/pool.ts'
import { type FailPoint, type Step, noFailPoint } from '../ingest/fail-point.ts'
import { chinaSurroundings } from '../rules/schedule/surroundings.ts'
import { DEFAULT_POLICY } from './notice-policy.ts'
import { startNotices } from './start-notices.ts'
import { type Followed, takeNoticeTurn } from './take-notice-turn.ts'

let on: ApiUnderTest
let gatewayId: number
let process: Process
const SOON = { timeout: 20_000 }
/** Nothing settles and nothing is waited for. */
const AT_ONCE = { ...DEFAULT_POLICY, settle: 'PT0S', group: { by: 'street', window: 'PT0S' }, inhibit: [] }
const surroundings = await chinaSurroundings()

beforeAll(async () => {
  on = await openApiUnderTest(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
  ;({ gatewayId } = await on.point('gw-1', 'dev-1', 'pm25', 'float'))
})
afterAll(() => on?.[Symbol.asyncDispose]())
beforeEach(async () => {
  await on.pool.query(
    `DELETE FROM notice; DELETE FROM notice_episode; DELETE FROM alarm_acknowledgement; DELETE FROM alarm_transition;
     DELETE FROM alarm; DELETE FROM silence; DELETE FROM notice_inbox;
     UPDATE notice_follower SET step = step + 1, held_until = '-infinity', gathering = '{"gates":[],"digest":null}'`,
  )
  process = new Process()
  await put('/notice-policy', AT_ONCE)
})

/** As one of several, as far as PostgreSQL can tell. */
class Process {
  readonly #holder = randomUUID()
  followed: Followed | undefined
  failPoint: FailPoint = noFailPoint
  leaseMs = 10_000

  async turn(): Promise<Followed | undefined> {
    const known = this.followed
    this.followed = undefined
    const { failPoint, leaseMs } = this
    const options = { pool: on.pool, leaseMs, surroundings, failPoint }
    return (this.followed = await takeNoticeTurn(this.#holder, known, options))
  }
}

const change = (from: AlarmState, to: AlarmState, device = 'dev-1'): AlarmChange => ({
  rule: { id: 'pm25-high', version: 1 },
  target: { gatewayId, gateway: 'gw-1', device },
  at: Date.now(),
  from,
  to,
  value: 81.2,
  why: { above: 75 },
})
const write = (...changes: AlarmChange[]) => inTransaction(on.pool, (tx) => writeTransitions(tx, changes))

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers = { cookie: on.cookie, ...(body !== undefined && { 'content-type': 'application/json' }) }
  const response = await fetch(`${on.url}/api/v1${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return (await response.json()) as T
}
const put = <T>(path: string, body: unknown) => call<T>('PUT', path, body)
const post = <T>(path: string, body: unknown) => call<T>('POST', path, body)
const notices = async (query = '') => (await call<{ items: Notice[] }>('GET', `/notices${query}`)).items
/** Oldest first. */
const kinds = async () =>
  (await notices()).map(({ kind, withheldBy }) => (withheldBy ? `${kind} withheld` : kind)).toReversed()
const alarmOf = async (device = 'dev-1') =>
  (await call<{ items: AlarmView[] }>('GET', `/alarms?device=${device}`)).items[0] as AlarmView
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()

it('what rules find is told, in words, and stands in the API by its alarm', async () => {
  await write(change('clear', 'minor'), change('minor', 'major'))
  await process.turn()
  await write(change('major', 'clear'))
  await process.turn()
  await process.turn()
  expect(await kinds()).toEqual(['raised', 'ended'])
  const { id } = await alarmOf()
  const told = await notices(
    `?alarm=${id}&kind=raised&withheld=false&gateway=gw-1&rule=pm25-high&severity=major`,
  )
  expect(told).toMatchObject([
    { severity: 'major', gateway: 'gw-1', count: 1, alarms: [{ id, device: 'dev-1', changes: 1 }] },
  ])
  expect(told[0]?.text).toEqual({
    zh: '较大告警：pm25-high，gw-1/dev-1',
    en: 'Major alarm, pm25-high: gw-1/dev-1',
  })
  expect(await notices('?alarm=999')).toEqual([])
})

it('what commits late is not passed over by what committed before it', async () => {
  await inTransaction(on.pool, async (tx) => {
    await writeTransitions(tx, [change('clear', 'major', 'slow')])
    await write(change('clear', 'major', 'fast'))
    await process.turn()
  })
  await process.turn()
  const devices = (await notices()).flatMap(({ alarms }) => alarms.map(({ device }) => device))
  expect(new Set(devices)).toEqual(new Set(['fast', 'slow']))
})

it('alarms that were open before anybody was told of any are told', async () => {
  await write(change('clear', 'major'))
  await on.pool.query('DELETE FROM notice_inbox')
  await on.pool.query(
    `INSERT INTO notice_inbox (transition) SELECT t.id FROM alarm_transition t JOIN alarm a ON a.id = t.alarm_id WHERE a.closed_at IS NULL`,
  )
  await process.turn()
  expect(await kinds()).toEqual(['raised'])
})

describe('a process that dies', () => {
  it.each<Step>(['notices-taken', 'notices-told', 'notices-committed'])(
    'at %s loses nothing and tells nothing twice',
    async (step) => {
      await write(change('clear', 'major'))
      process.failPoint = (each) => {
        if (each === step) throw new Error('killed')
      }
      await expect(process.turn()).rejects.toThrow('killed')
      process.failPoint = noFailPoint
      await process.turn()
      await write(change('major', 'clear'))
      await process.turn()
      await process.turn()
      expect(await kinds()).toEqual(['raised', 'ended'])
    },
  )

  it('or freezes in the middle of it does not keep others from going on', async () => {
    await write(change('clear', 'major'))
    process.leaseMs = 100
    process.failPoint = (step) => {
      if (step === 'notices-told') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000)
    }
    await expect(process.turn()).rejects.toThrow(/terminat/)
    await new Process().turn()
    expect(await kinds()).toEqual(['raised'])
  })

  it('is followed by another, which knows what people were told', async () => {
    await write(change('clear', 'major'))
    await process.turn()
    const other = new Process()
    expect(await other.turn()).toBeUndefined()
    await on.pool.query(`UPDATE notice_follower SET held_until = '-infinity'`)
    await write(change('major', 'clear'))
    await other.turn()
    await other.turn()
    expect(await kinds()).toEqual(['raised', 'ended'])
    // Who slept through it finds that he is not the one any more.
    await write(change('clear', 'major'))
    expect(await process.turn()).toBeUndefined()
  })

  it('is followed by another, which knows how often an alarm has changed', async () => {
    for (let i = 0; i < 4; i++) {
      await write(change('clear', 'major'), change('major', 'clear'))
      await process.turn()
    }
    // It flaps: what counts of it does not fall for an hour.
    const told = await kinds()
    expect(told.at(-1)).toBe('raised')
    await on.pool.query(`UPDATE notice_follower SET held_until = '-infinity'`)
    const other = new Process()
    await other.turn()
    await other.turn()
    expect(await kinds()).toEqual(told)
    expect(await call('GET', `/alarms/${(await alarmOf()).id}/told`)).toMatchObject({ flapping: true })
  })

  it('that has lost its turn reads all anew when it is its turn again', async () => {
    await write(change('clear', 'major'))
    await process.turn()
    await on.pool.query(`UPDATE notice_follower SET held_until = '-infinity'`)
    const other = new Process()
    await write(change('major', 'clear'))
    await other.turn()
    await other.turn()
    await on.pool.query(`UPDATE notice_follower SET held_until = '-infinity'`)
    await process.turn()
    expect(process.followed?.state.episodes.values().next().value).toMatchObject({ counts: 'clear' })
    expect(await kinds()).toEqual(['raised', 'ended'])
  })
})

describe('a silence', () => {
  it('keeps alarms from being told until somebody ends it', async () => {
    const made = await post<SilenceView>('/silences', {
      for: { gateway: 'gw-1' },
      rule: 'pm25-high',
      upTo: 'major',
      until: inAnHour(),
      reason: '换传感器 sensor is replaced',
    })
    expect(made).toMatchObject({ state: 'active', author: 'admin', ended: null, alarms: 0 })
    await write(change('clear', 'major'), change('clear', 'critical', 'dev-2'))
    await process.turn()
    expect(await kinds()).toEqual(['raised withheld', 'raised'])
    expect(await call('GET', '/silences')).toMatchObject({ items: [{ id: made.id, alarms: 1 }] })
    expect(await call('GET', `/alarms/${(await alarmOf()).id}/told`)).toMatchObject({
      withheldBy: { silence: made.id },
    })
    expect(await post(`/silences/${made.id}/end`, undefined)).toMatchObject({
      state: 'over',
      ended: { author: 'admin' },
    })
    await process.turn()
    expect(await kinds()).toEqual(['raised withheld', 'raised', 'raised'])
    expect(await call('GET', '/silences?over=false')).toMatchObject({ items: [] })
    expect(await post(`/silences/${made.id}/end`, undefined)).toMatchObject({ state: 'over' })
  })

  it('by area covers devices below it, and a gateway whose devices all stand there', async () => {
    await putAreas(
      on.pool,
      [
        { id: 'hefei', level: 'city', names: { zh: '合肥市' } },
        { id: 'shushan', level: 'street', names: { zh: '蜀山街道' }, parent: 'hefei' },
        { id: 'luyang', level: 'street', names: { zh: '庐阳街道' }, parent: 'hefei' },
      ] as never,
      { dryRun: false },
    )
    const at = (gateway: string, device: string, area: string) => ({ gateway, device, area })
    await on.point('gw-2', 'dev-1', 'pm25', 'float')
    const twoStreets = await on.point('gw-3', 'dev-1', 'pm25', 'float')
    const oneStreet = (await on.point('gw-2', 'dev-2', 'pm25', 'float')).gatewayId
    await placeDevices(
      on.pool,
      [
        at('gw-2', 'dev-1', 'shushan'),
        at('gw-2', 'dev-2', 'shushan'),
        at('gw-3', 'dev-1', 'shushan'),
        at('gw-3', 'dev-2', 'luyang'),
      ],
      { dryRun: false },
    )
    await post('/silences', { for: { area: 'shushan' }, until: inAnHour(), reason: 'x' })
    const own = (gateway: string, id: number, device: string) => ({
      ...change('clear', 'major'),
      target: { gatewayId: id, gateway, device },
    })
    await write(
      own('gw-2', oneStreet, 'dev-1'),
      own('gw-2', oneStreet, ''),
      own('gw-3', twoStreets.gatewayId, ''),
    )
    await process.turn()
    const told = await notices()
    const short = told.map(({ gateway, area, withheldBy, alarms }) => [
      gateway,
      alarms.map(({ device }) => device),
      area?.names.zh ?? null,
      withheldBy !== null,
    ])
    expect(short).toContainEqual(['gw-2', ['dev-1', null], '蜀山街道', true])
    expect(short).toContainEqual(['gw-3', [null], null, false])
  })

  it.each([
    [{ for: {}, until: '2100-01-01T00:00:00Z', reason: 'x' }, 'for'],
    [{ for: { gateway: 'g' }, until: '2020-01-01T00:00:00Z', reason: 'x' }, 'until'],
    [{ for: { gateway: 'g' }, until: '2100-01-01T00:00:00Z', reason: 'x' }, 'until'],
    [{ for: { gateway: 'g' }, reason: 'x' }, 'body'],
    [{ for: { gateway: 'g' }, until: inAnHour(), from: '2100-01-01T00:00:00Z', reason: 'x' }, 'until'],
    [{ for: { gateway: 'g' }, until: inAnHour() }, 'body'],
    [
      {
        for: { gateway: 'g' },
        until: inAnHour(),
        reason: 'x',
        weekly: { timezone: 'Mars', spans: [{ from: '01:00', to: '02:00' }] },
      },
      'weekly.timezone',
    ],
  ])('%j is refused by its field %s', async (silence, field) => {
    expect(await post('/silences', silence)).toMatchObject({ status: 400, field })
  })

  it('of certain hours of the week counts in these alone', async () => {
    const until = inAnHour()
    const rest = { for: { gateway: 'gw-1' }, until, reason: 'x' }
    const always = { spans: [{ from: '00:00', to: '24:00' }] }
    const yesterday = new Date(Date.now() - 86_400_000)
    const day = (['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const)[yesterday.getUTCDay()]
    const never = { timezone: 'UTC', spans: [{ days: [day], from: '00:00', to: '12:00' }] }
    expect(await post('/silences', { ...rest, weekly: always })).toMatchObject({ state: 'active' })
    expect(await post('/silences', { ...rest, weekly: never })).toMatchObject({ state: 'resting' })
    const from = new Date(Date.now() + 60_000).toISOString()
    expect(await post('/silences', { ...rest, from })).toMatchObject({ state: 'planned', from })
  })
})

describe('an acknowledgement', () => {
  it('says who takes care of an alarm, until it is graver', async () => {
    await write(change('clear', 'major'))
    await process.turn()
    const { id } = await alarmOf()
    const told = await put<AlarmTold>(`/alarms/${id}/acknowledgement`, { note: '在路上 on the way' })
    expect(told.acknowledged).toMatchObject({ author: 'admin', note: '在路上 on the way' })
    await process.turn()
    const [episode] = process.followed?.state.episodes.values() ?? []
    expect(episode?.acknowledged).toMatchObject({ author: 'admin', severity: 'major' })
    await write(change('major', 'critical'))
    await process.turn()
    expect(await call('GET', `/alarms/${id}/told`)).toMatchObject({ acknowledged: null })
    expect(await put('/alarms/999/acknowledgement', {})).toMatchObject({ status: 404 })
  })

  it('holds on for an alarm that flaps', async () => {
    await put('/notice-policy', { ...AT_ONCE, settle: 'PT5M' })
    await write(change('clear', 'major'))
    await process.turn()
    await put(`/alarms/${(await alarmOf()).id}/acknowledgement`, {})
    await write(change('major', 'clear'), change('clear', 'major'))
    await process.turn()
    expect(await call('GET', `/alarms/${(await alarmOf()).id}/told`)).toMatchObject({
      changes: 3,
      acknowledged: { author: 'admin' },
    })
  })
})

describe('late transitions', () => {
  it('wait for their digest, whether they are new or taken back', async () => {
    await write(change('clear', 'major'))
    await process.turn()
    await write(change('clear', 'major', 'dev-2'), change('major', 'clear', 'dev-2'))
    await on.pool.query(
      `UPDATE alarm_transition t SET late = true FROM alarm a WHERE a.id = t.alarm_id AND a.device = 'dev-2';
       UPDATE alarm SET closed_at = now(), withdrawn = true WHERE device = 'dev-1';
       UPDATE alarm_transition t SET revised_at = now() FROM alarm a WHERE a.id = t.alarm_id AND a.device = 'dev-1'`,
    )
    await process.turn()
    const parts = [...(process.followed?.state.digest?.parts.values() ?? [])]
    expect(parts).toMatchObject([{ gateway: 'gw-1', raised: 1, ended: 1, revised: 1 }])
    expect(parts[0]?.alarms.map(({ device }) => device).toSorted()).toEqual(['dev-1', 'dev-2'])
    expect(await kinds()).toEqual(['raised'])
    // Whoever takes over goes on collecting.
    await on.pool.query(`UPDATE notice_follower SET held_until = '-infinity'`)
    const other = new Process()
    expect([...((await other.turn())?.state.digest?.parts.values() ?? [])]).toEqual(parts)
  })

  it('wait for all that happens now, however much it is', async () => {
    await write(change('clear', 'major'))
    await on.pool.query('UPDATE notice_inbox SET past = true; UPDATE alarm_transition SET late = true')
    await write(...Array.from({ length: 2_000 }, (_, i) => change('clear', 'info', `dev-${i + 2}`)))
    await process.turn()
    expect(process.followed).toMatchObject({ behind: true, state: { digest: null } })
    await process.turn()
    expect(process.followed?.behind).toBe(false)
    expect(process.followed?.state.digest?.parts.size).toBe(1)
  })

  it('that were taken back before anybody was told are not told at all', async () => {
    await write(change('clear', 'major'), change('major', 'clear'))
    await on.pool.query('UPDATE alarm_transition SET revised_at = now()')
    await process.turn()
    expect(process.followed?.state).toMatchObject({ digest: null })
    expect(await notices()).toEqual([])
  })

  it('whose why is amended alone are nothing to tell', async () => {
    await write(change('clear', 'major'))
    await process.turn()
    await on.pool.query(`UPDATE alarm_transition SET why = '{}'`)
    expect((await on.pool.query('SELECT FROM notice_inbox')).rowCount).toBe(0)
  })
})

describe('the policy', () => {
  it('counts as it was put last, and who put it is known', async () => {
    const { policy, version, author } = await call<NoticePolicyView>('GET', '/notice-policy')
    expect({ policy, author }).toEqual({ policy: AT_ONCE, author: 'admin' })
    const next = await put<NoticePolicyView>('/notice-policy', { ...AT_ONCE, settle: 'PT1M' })
    expect(next).toMatchObject({ version: version + 1, policy: { settle: 'PT1M' } })
    await process.turn()
    expect(process.followed?.settings.policy.settleMs).toBe(60_000)
  })

  it.each([
    [{ reminders: { major: 'PT1S' } }, 'reminders.major'],
    [{ escalation: { critical: [{ after: 'PT0S', to: 'director' }] } }, 'escalation.critical[0].after'],
    [{ settle: 'P2D' }, 'settle'],
    [{ group: { by: 'village', window: 'PT1M' } }, 'group.by'],
    [{ inhibit: [{ while: 'graver', same: 'city' }] }, 'inhibit[0].same'],
  ])('%j is refused by its field', async (part, field) => {
    expect(await put('/notice-policy', { ...AT_ONCE, ...part })).toMatchObject({ status: 400, field })
  })
})

it('runs by itself, in one of several processes, and hands over when it ends', async () => {
  const log = pino({ level: 'silent' })
  const start = () =>
    startNotices({ pool: on.pool, leaseMs: 60_000, everyMs: 20, failPoint: noFailPoint, log })
  await on.pool.query(`UPDATE notice_follower SET held_until = '-infinity'`)
  const first = await start()
  await using _second = await start()
  await write(change('clear', 'major'))
  await expect.poll(kinds, SOON).toEqual(['raised'])
  await first[Symbol.asyncDispose]()
  await write(change('major', 'clear'))
  await expect.poll(kinds, SOON).toEqual(['raised', 'ended'])
})
