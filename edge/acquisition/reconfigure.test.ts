import type { PointTable } from '@ganzhi/contracts/point-table'
import type { Reading } from '@ganzhi/contracts/reading'
import type { Driver, LinkContext, LinkEvent } from '@ganzhi/device-drivers/driver'
import type { Clock } from '@ganzhi/device-drivers/clock'
import { fakeMemory } from '@ganzhi/device-drivers/fake-memory'
import { manualClock } from '@ganzhi/device-drivers/manual-clock'
import { pino } from 'pino'
import Type from 'typebox'
import { afterEach, expect, test } from 'vitest'
import { type Acquisition, startAcquisition } from './acquisition.ts'
import type { OpenLink } from './link-actor.ts'
import type { AcquisitionPlan, PlannedDevice, PlannedLink } from './plan.ts'
import { type Behaviour, scriptedDevice, scriptedLink, type Sent } from './scripted-link.ts'

let acquisition: Acquisition
afterEach(() => acquisition[Symbol.asyncDispose]())

const never = new AbortController().signal

/** An acquisition over scripted links, and all that happens on them and behind it. */
async function setUp(
  plan: (driver: Driver) => AcquisitionPlan,
  behave: (device: string, at: number) => Behaviour = () => ({ ms: 10 }),
  capabilities?: (clock: Clock) => Pick<OpenLink, 'subscribes' | 'listens'>,
) {
  const clock = manualClock()
  const opened: string[] = []
  const disposed: string[] = []
  const sent: Sent[] = []
  const rows: { device: string; property: string; reading: Reading; table: number }[] = []
  const report = new Map<string, (event: LinkEvent) => void>()
  const logged: { level: number; msg: string }[] = []
  const driver: Driver = {
    id: 'scripted',
    configSchema: Type.Object({}),
    deviceSchema: Type.Object({}),
    pointSchema: Type.Object({}),
    async open(connection, context: LinkContext) {
      const name = String(connection['host'])
      opened.push(name)
      report.set(name, context.report)
      const scripted = scriptedLink({ clock, behave, sent })
      return {
        ...(capabilities?.(clock) ?? scripted.link),
        async [Symbol.asyncDispose]() {
          disposed.push(name)
        },
      }
    },
  }
  const sink = async (table: PointTable, readings: Reading[]) => {
    for (const reading of readings) {
      const { device, property } = table.points[reading.slot]!
      rows.push({ device, property, reading, table: acquisition.tables.indexOf(table) })
    }
  }
  const log = pino({}, { write: (line) => void logged.push(JSON.parse(line) as (typeof logged)[0]) })
  const facts = { memoryOf: () => fakeMemory() }
  acquisition = await startAcquisition({ plan: plan(driver), sink, facts, clock, log })
  const valuesOf = (device: string) =>
    rows.filter((row) => row.device === device).map(({ reading }) => reading.quality)
  return { clock, driver, opened, disposed, sent, rows, valuesOf, report, logged }
}

function link(driver: Driver, id: string, devices: PlannedDevice[], host = id): PlannedLink {
  return { id, driver, connection: { host }, devices }
}

function plan(...links: PlannedLink[]): AcquisitionPlan {
  return { telemetryMs: 100, links }
}

function withDeadband(device: PlannedDevice, index: number, absolute: number): PlannedDevice {
  const points = device.points.map((point, i) =>
    i === index ? { ...point, property: { ...point.property, deadband: { absolute } } } : point,
  )
  return { ...device, points }
}

test('a change of one point of thousands opens nothing, and disturbs no other', async () => {
  const many = Array.from({ length: 20 }, (_, i) => scriptedDevice(`d${i}`, [1_000], 500))
  const quiet = many.map((device) => device.points.reduce((each, _, i) => withDeadband(each, i, 100), device))
  const { clock, driver, opened, rows, sent } = await setUp((of) =>
    plan(link(of, 'a', quiet.slice(0, 10)), link(of, 'b', quiet.slice(10))),
  )
  await clock.advance(1_500)
  expect(rows).toHaveLength(10_000)
  const changed = quiet.with(3, withDeadband(quiet[3]!, 7, 50))
  const changes = await acquisition.reconfigure(
    structuredClonePlan(
      driver,
      plan(link(driver, 'a', changed.slice(0, 10)), link(driver, 'b', changed.slice(10))),
    ),
  )
  expect(changes).toEqual({
    links: { added: 0, removed: 0, changed: 0 },
    devices: { added: 0, removed: 0, changed: 1 },
    points: { added: 0, removed: 0, changed: 1 },
  })
  await clock.advance(2_000)
  expect(opened).toEqual(['a', 'b'])
  // Only the changed point begins anew: the others know what they sent.
  expect(rows.slice(10_000).map(({ property }) => property)).toEqual(['d3.1000.7'])
  for (const { id } of many) {
    const at = sent.filter(({ device }) => device === id).map((each) => Math.floor(each.at / 1_000))
    expect(at).toEqual([0, 1, 2, 3])
  }
})

/** As a file that was read again gives it: equal, and no object the same. */
function structuredClonePlan(driver: Driver, from: AcquisitionPlan): AcquisitionPlan {
  const copied = JSON.parse(JSON.stringify(from)) as AcquisitionPlan
  return { ...copied, links: copied.links.map((each) => ({ ...each, driver })) }
}

test('a point that comes later has a table of its own, and the old tables stay as they are', async () => {
  const { clock, driver, rows } = await setUp((of) => plan(link(of, 'a', [scriptedDevice('one', [1_000])])))
  const [before] = acquisition.tables
  await clock.advance(500)
  await acquisition.reconfigure(
    plan(link(driver, 'a', [scriptedDevice('one', [1_000]), scriptedDevice('two', [1_000])])),
  )
  await clock.advance(1_500)
  expect(acquisition.tables[0]).toBe(before)
  expect(acquisition.tables.map(({ points }) => points.map(({ device }) => device))).toEqual([
    ['one'],
    ['two'],
  ])
  expect(rows.find(({ device }) => device === 'two')).toMatchObject({ table: 1 })
})

test('ten thousand points fill a table, and the next begins another', async () => {
  await setUp((of) => plan(link(of, 'a', [scriptedDevice('one', [60_000], 10_400)])))
  expect(acquisition.tables.map(({ points }) => points.length)).toEqual([10_000, 400])
})

test('links that go are closed before others open, and a moved line is a new link', async () => {
  const { clock, driver, opened, disposed, valuesOf } = await setUp((of) =>
    plan(link(of, 'a', [scriptedDevice('one', [1_000])]), link(of, 'b', [scriptedDevice('two', [1_000])])),
  )
  await clock.advance(500)
  const changes = await acquisition.reconfigure(
    plan(link(driver, 'a', [scriptedDevice('one', [1_000])], 'elsewhere')),
  )
  expect(changes.links).toEqual({ added: 0, removed: 1, changed: 1 })
  expect(disposed.toSorted()).toEqual(['a', 'b'])
  expect(opened).toEqual(['a', 'b', 'elsewhere'])
  const before = valuesOf('two').length
  await clock.advance(2_000)
  expect(valuesOf('two')).toHaveLength(before)
  expect(valuesOf('one').length).toBeGreaterThan(2)
})

test('an asked reading and a write go through the link of the device, and what is not known is refused by name', async () => {
  const { clock, sent } = await setUp((of) => plan(link(of, 'a', [scriptedDevice('one', [60_000], 2)])))
  await clock.advance(100)
  const id = 'one.60000.1'
  const [read] = await Promise.all([acquisition.readNow('one', [id], { signal: never }), clock.advance(100)])
  expect(read.get(id)).toMatchObject({ quality: 'good', value: 1 })
  const write = acquisition.write('one', id, 1, { signal: never })
  await Promise.all([write, clock.advance(100)])
  expect(sent.at(-1)).toMatchObject({ what: 'write', points: [id] })
  expect(acquisition.property('one', id)).toMatchObject({ property: { id }, profile: 'test/test' })
  expect(acquisition.property('one', 'nothing')).toBeUndefined()
  await expect(acquisition.readNow('two', [], { signal: never })).rejects.toMatchObject({
    code: 'unknown-device',
  })
  await expect(acquisition.write('one', 'nothing', 1, { signal: never })).rejects.toMatchObject({
    code: 'unknown-property',
  })
})

test('what is not heard of for three intervals is stale, once, and keeps no old value alive', async () => {
  const { clock, rows, valuesOf } = await setUp(
    (of) => plan(link(of, 'a', [scriptedDevice('one', [2_000])])),
    (_, at) => ({ ms: at > 3_000 ? 3_600_000 : 10 }),
  )
  await clock.advance(30_000)
  expect(valuesOf('one')).toEqual(['good', 'good', 'stale'])
  const stale = rows.at(-1)!.reading
  expect(stale.value).toBeNull()
  expect(stale.at - rows.at(-2)!.reading.at).toBeGreaterThan(6_000)
  expect(stale.at - rows.at(-2)!.reading.at).toBeLessThan(8_000)
})

test('what is known to be bad does not become stale', async () => {
  const { clock, valuesOf } = await setUp(
    (of) => plan(link(of, 'a', [scriptedDevice('one', [1_000]), scriptedDevice('two', [1_000])])),
    (device) => (device === 'one' ? { fails: 'no-answer' } : {}),
  )
  await clock.advance(300_000)
  expect(valuesOf('one')).toEqual(['bad-comm'])
})

test('readings have the time at which they were read, however late they are handed on', async () => {
  const { clock, rows } = await setUp((of) => plan(link(of, 'a', [scriptedDevice('one', [1_000])])))
  const start = clock.now()
  await clock.advance(2_900)
  expect(rows.map(({ reading }) => reading.at - start)).toEqual([10, 1_010, 2_010])
})

test('a device that is silent on one link says nothing of its namesake on another', async () => {
  const onBoth = (of: Driver) => {
    const twin = (id: string): PlannedDevice => ({ ...scriptedDevice(id, [1_000]), address: { unit: 1 } })
    return plan(link(of, 'a', [twin('one')]), link(of, 'b', [twin('two')]))
  }
  let turn = 0
  const { clock, valuesOf } = await setUp(onBoth, () => {
    turn += 1
    return turn % 2 === 1 ? { fails: 'no-answer' } : {}
  })
  await clock.advance(2_500)
  expect(valuesOf('one').every((quality) => quality === 'bad-comm')).toBe(true)
  expect(valuesOf('two')).toEqual(['good', 'good', 'good'])
})

test('a device that tells of changes by itself is heard, and is stale when it falls silent', async () => {
  const told = new Set<string>()
  const { clock, driver, valuesOf } = await setUp(
    (of) => plan(link(of, 'a', [scriptedDevice('one', [1_000]), scriptedDevice('two', [1_000])])),
    undefined,
    (clock) => ({
      subscribes: {
        async subscribe(address, points, { signal, onResult }) {
          const id = String(address['device'])
          told.add(id)
          onResult(0, { quality: 'good', value: points.length, readAt: clock.now() })
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
          told.delete(id)
        },
      },
    }),
  )
  await clock.advance(200)
  expect(valuesOf('one')).toEqual(['good'])
  await clock.advance(5_000)
  expect(valuesOf('one')).toEqual(['good', 'stale'])
  await acquisition.reconfigure(plan(link(driver, 'a', [scriptedDevice('one', [1_000])])))
  await clock.advance(10)
  expect([...told]).toEqual(['one'])
})

test('devices that dial in are known by what they call themselves', async () => {
  let say: (name: string) => void = () => {}
  const dialler = { ...scriptedDevice('one', [1_000]), address: { device: 'one', name: 'GZ-0007' } }
  const { clock, valuesOf } = await setUp(
    (of) => plan(link(of, 'a', [dialler])),
    undefined,
    (clock) => ({
      listens: {
        address: ':9000',
        async listen({ signal, onMessage }) {
          const results = { 'one.1000.0': { quality: 'good', value: 4, readAt: clock.now() } } as const
          say = (device) => onMessage({ device, results })
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        },
      },
    }),
  )
  say('GZ-0007')
  say('somebody else')
  await clock.advance(200)
  expect(valuesOf('one')).toEqual(['good'])
})

test('a link of which more is asked than it can carry is taken, and said to be so by name', async () => {
  const { logged } = await setUp((of) =>
    plan(link(of, 'a', [scriptedDevice('greedy', [100], 15), scriptedDevice('modest', [60_000])])),
  )
  const [warning] = logged.filter(({ level }) => level === 40)
  expect(warning).toMatchObject({ link: 'a', percent: 150, devices: ['greedy 150 %', 'modest 0 %'] })
  expect(acquisition.status().links[0]?.load).toBeCloseTo(1.5, 2)
})
