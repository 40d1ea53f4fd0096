import { GanzhiError } from '@ganzhi/contracts/error'
import type { LinkEvent } from '@ganzhi/device-drivers/driver'
import { manualClock } from '@ganzhi/device-drivers/manual-clock'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { LinkActor } from './link-actor.ts'
import { LinkOutage } from './link-outage.ts'
import type { PlannedDevice } from './plan.ts'
import { type Behaviour, scriptedDevice, scriptedLink } from './scripted-link.ts'

const never = new AbortController().signal
const actors: LinkActor[] = []
afterEach(async () => {
  for (const actor of actors.splice(0)) await actor[Symbol.asyncDispose]()
})

type Behave = (
  device: string,
  at: number,
  report: (event: LinkEvent) => void,
  points: readonly string[],
) => Behaviour

interface Setting {
  readonly depth?: number
  readonly most?: number
  readonly points?: number
  /** What the steady clock shows at the start. */
  readonly elapsed?: number
}

/** A link whose exchanges take the time and have the outcome that `behave` says. */
function start(devices: Record<string, number | readonly number[]>, behave: Behave, setting: Setting = {}) {
  const manual = manualClock()
  const { elapsed = 0 } = setting
  const clock = { ...manual, elapsed: () => elapsed + manual.elapsed() }
  const results: { device: string; point: string; quality: string; at: number }[] = []
  const logged: string[] = []
  const downAt: number[] = []
  const outage = new LinkOutage(clock, () => downAt.push(clock.elapsed()))
  const actor = new LinkActor({
    id: 'bus',
    clock,
    log: pino({}, { write: (line) => void logged.push((JSON.parse(line) as { msg: string }).msg) }),
    onResult: ({ device, property }, { quality }) =>
      results.push({ device, point: property.id, quality, at: clock.elapsed() }),
    outage,
  })
  actors.push(actor)
  const { link, sent } = scriptedLink({
    clock,
    ...setting,
    behave: (device, at, points) => behave(device, at, actor.onEvent, points),
  })
  const planned = Object.entries(devices).map(([id, intervals]) =>
    scriptedDevice(id, [intervals].flat(), setting.points),
  )
  actor.configure(planned)
  actor.start(link)
  const times = (device: string) => sent.filter((each) => each.device === device).map(({ at }) => at)
  return { clock, actor, outage, sent, results, logged, downAt, times, planned }
}

const pointOf = (planned: readonly PlannedDevice[], device: string) =>
  planned.find(({ id }) => id === device)!.points[0]!

const gone = new GanzhiError('gone', { code: 'link-down', blame: 'outside' })
const down = (retryInMs: number): LinkEvent => ({ kind: 'down', error: gone, retryInMs })

test('each device is read at its own interval, one exchange at a time', async () => {
  const { clock, sent, times } = start({ fast: 1_000, slow: 3_000 }, () => ({ ms: 100 }))
  await clock.advance(6_500)
  expect(times('fast')).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000])
  expect(times('slow')).toEqual([100, 3_100, 6_100])
  expect(sent.every(({ beside }) => beside === 0)).toBe(true)
})

test('a clock that shows fractions of a millisecond makes no read come twice', async () => {
  for (const elapsed of [1_234.567_890_123, 0.1, 987_654_321.000_3]) {
    const { clock, times } = start({ meter: [100, 300, 1_000] }, () => ({ ms: 0.37 }), { elapsed })
    await clock.advance(30_050)
    expect(times('meter')).toHaveLength(301)
  }
})

test('of what is due, the earliest deadline goes first', async () => {
  const { clock, sent } = start({ c: 9_000, a: 3_000, b: 6_000 }, () => ({ ms: 10 }))
  await clock.advance(18_000)
  const together = sent.filter(({ at }) => at >= 18_000 || (at >= 0 && at < 100))
  expect(together.slice(0, 3).map(({ device }) => device)).toEqual(['a', 'b', 'c'])
})

test('the fast go before the slow, and the groups of a device that meet are one read', async () => {
  const { clock, sent } = start({ slow: 2_000, both: [1_000, 2_000] }, () => ({ ms: 10 }))
  await clock.advance(2_500)
  const shown = sent.map(({ device, points }) => `${device} ${points.length}`)
  expect(shown).toEqual(['both 2', 'slow 1', 'both 1', 'both 2', 'slow 1'])
})

test('a device that is silent in the middle of a round costs one timeout, and all of the round is bad', async () => {
  const { clock, sent, results } = start({ meter: 1_000 }, () => ({ ms: 200, fails: 'no-answer' }), {
    points: 6,
    most: 2,
  })
  await clock.advance(900)
  expect(sent).toHaveLength(1)
  expect(results.map(({ quality }) => quality)).toEqual(Array(6).fill('bad-comm'))
})

test('a write goes before every read, after the one exchange that is under way', async () => {
  const { clock, actor, sent, planned } = start({ meter: 1_000 }, () => ({ ms: 100 }), { points: 8, most: 1 })
  await clock.advance(250)
  const written = actor.write('meter', pointOf(planned, 'meter'), 1, { signal: never })
  await clock.advance(300)
  await expect(written).resolves.toEqual({ writtenAt: expect.any(Number) as number })
  expect(sent.slice(0, 6).map(({ what }) => what)).toEqual(['read', 'read', 'read', 'write', 'read', 'read'])
  expect(sent[3]?.at).toBe(300)
})

test('where several exchanges may be under way, a write is sent at once', async () => {
  const { clock, actor, sent, planned } = start({ meter: 1_000 }, () => ({ ms: 100 }), {
    points: 8,
    most: 1,
    depth: 3,
  })
  await clock.advance(50)
  expect(sent.map(({ at }) => at)).toEqual([0, 0, 0])
  void actor.write('meter', pointOf(planned, 'meter'), 1, { signal: never })
  expect(sent.at(-1)).toMatchObject({ what: 'write', at: 50 })
  await clock.advance(500)
})

test('a write that is withdrawn while it waits, or refused at the last moment, never leaves', async () => {
  const { clock, actor, sent, planned } = start({ meter: 1_000 }, () => ({ ms: 100 }))
  const point = pointOf(planned, 'meter')
  const withdrawn = new AbortController()
  const first = actor.write('meter', point, 1, { signal: withdrawn.signal })
  const before = () => {
    throw new GanzhiError('expired', { code: 'expired', blame: 'caller' })
  }
  const second = actor.write('meter', point, 1, { signal: never, before })
  withdrawn.abort(new Error('not any more'))
  await expect(first).rejects.toThrow('not any more')
  const [refused] = await Promise.all([second.catch((error: unknown) => error), clock.advance(2_000)])
  expect(refused).toMatchObject({ code: 'expired' })
  expect(sent.every(({ what }) => what === 'read')).toBe(true)
})

test('what somebody asks for goes before the polls, and its results are theirs', async () => {
  const { clock, actor, sent, planned } = start({ a: 1_000, b: 1_000 }, () => ({ ms: 100 }), {
    points: 4,
    most: 1,
  })
  await clock.advance(150)
  const asked = actor.readNow('b', planned[1]!.points.slice(0, 2), never)
  await clock.advance(400)
  expect((await asked).map(({ quality }) => quality)).toEqual(['good', 'good'])
  expect(sent.slice(1, 5).map(({ device, at }) => [device, at])).toEqual([
    ['a', 100],
    ['b', 200],
    ['b', 300],
    ['a', 400],
  ])
})

test('what is declined together is read apart, in the place of what was declined', async () => {
  const { clock, sent, results } = start(
    { odd: 1_000, even: 1_000 },
    (_, __, ___, points) => ({ ms: 10, splits: points.length > 1 && points[0]?.startsWith('odd') === true }),
    { points: 3 },
  )
  await clock.advance(500)
  expect(sent.map(({ device, points }) => `${device} ${points.length}`)).toEqual([
    'odd 3',
    'odd 1',
    'odd 1',
    'odd 1',
    'even 3',
  ])
  expect(results.filter(({ quality }) => quality === 'good')).toHaveLength(6)
})

test('what does not fit falls out and is counted; nothing queues up, and the reached interval is told', async () => {
  const { clock, actor, times } = start({ meter: 1_000 }, () => ({ ms: 2_500 }))
  await clock.advance(9_900)
  expect(times('meter')).toEqual([0, 2_500, 5_000, 7_500])
  expect(actor.status.overruns).toBe(4)
  expect(actor.status.late).toEqual([{ device: 'meter', intervalMs: 1_000, reachedMs: 2_500 }])
})

test('a link that keeps up has no overruns and nothing late, though its reads come a little late', async () => {
  const { clock, actor } = start({ a: 1_000, b: 1_000 }, () => ({ ms: 450 }))
  await clock.advance(60_000)
  expect(actor.status).toMatchObject({ overruns: 0, silent: [], late: [] })
})

test('the fast ones that ask for more than there is do not keep the slow ones from the link', async () => {
  const { clock, times } = start({ greedy: 100, glutton: 100, slow: 5_000 }, () => ({ ms: 100 }))
  await clock.advance(60_000)
  expect(times('slow').length).toBeGreaterThan(9)
})

test('a silent device is asked ever less, up to once a minute, and the others lose next to nothing', async () => {
  const { clock, actor, times } = start({ alive: 1_000, dead: 1_000 }, (device) =>
    device === 'dead' ? { ms: 900, fails: 'no-answer' } : { ms: 10 },
  )
  await clock.advance(600_000)
  const gaps = times('dead')
    .slice(3)
    .map((at, i) => at - (times('dead')[i + 2] ?? 0))
  expect(Math.max(...gaps)).toBeLessThanOrEqual(62_000)
  expect(times('dead').length).toBeLessThan(40)
  expect(times('alive').length).toBeGreaterThan(595)
  expect(actor.status.silent).toEqual(['dead'])
})

test('probes take at most a twentieth of the time, however many devices are dead', async () => {
  const dead = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`dead-${i}`, 1_000]))
  const { clock, sent, times } = start({ ...dead, alive: 1_000 }, (device) =>
    device === 'alive' ? { ms: 10 } : { ms: 300, fails: 'no-answer' },
  )
  await clock.advance(120_000)
  const from = 60_000
  const probing = sent.filter(({ device, at }) => device !== 'alive' && at >= from)
  const spent = probing.reduce((sum, { at, endedAt = at }) => sum + endedAt - at, 0)
  expect(probing.length).toBeGreaterThan(5)
  expect(spent / (120_000 - from)).toBeLessThanOrEqual(0.05)
  expect(times('alive').filter((at) => at >= from).length).toBeGreaterThanOrEqual(59)
})

test('a dead device is found again on a link that has no free moment', async () => {
  let dead = true
  const { clock, actor } = start({ greedy: 100, glutton: 100, meter: 1_000 }, (device) =>
    device === 'meter' && dead ? { ms: 100, fails: 'no-answer' } : { ms: 100 },
  )
  await clock.advance(60_000)
  expect(actor.status.silent).toEqual(['meter'])
  dead = false
  await clock.advance(130_000)
  expect(actor.status.silent).toEqual([])
})

test('a silent device is probed by its cheapest exchange, and read whole when that is answered', async () => {
  let dead = true
  const { clock, sent } = start({ meter: [1_000, 2_000] }, () => (dead ? { fails: 'no-answer' } : {}), {
    points: 5,
    most: 4,
  })
  await clock.advance(10_000)
  expect(sent.at(-1)?.points).toHaveLength(2)
  dead = false
  await clock.advance(1_100)
  expect(new Set(sent.filter(({ at }) => at > 10_000).flatMap(({ points }) => points)).size).toBe(10)
})

test('of a device that falls silent all points are told to be bad, also those that are not due for long', async () => {
  const { clock, results } = start(
    { meter: [1_000, 60_000] },
    (_, at) => (at === 0 ? {} : { ms: 100, fails: 'no-answer' }),
    { most: 1 },
  )
  await clock.advance(5_000)
  const slow = results.filter(({ point }) => point === 'meter.60000.0')
  expect(slow.map(({ quality }) => quality)).toEqual(['good', 'bad-comm'])
})

test('an answer that declines is an answer: the device is no probe', async () => {
  const { clock, actor } = start({ meter: 1_000, other: 1_000 }, (device) =>
    device === 'meter' ? { fails: 'declined' } : {},
  )
  await clock.advance(30_000)
  expect(actor.status).toMatchObject({ silent: [], refusing: ['meter'] })
})

test('a device that answers again is read at its interval again', async () => {
  let dead = true
  const { clock, actor, times } = start({ meter: 1_000 }, () => (dead ? { fails: 'no-answer' } : {}))
  await clock.advance(10_000)
  dead = false
  await clock.advance(5_000)
  const before = times('meter').length
  await clock.advance(10_000)
  expect(times('meter').length - before).toBe(10)
  expect(actor.status.silent).toEqual([])
})

test('where nobody answers each is asked in turn about once a second, and the first answer brings all back', async () => {
  let dead = true
  const devices = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`meter-${i}`, 10_000]))
  const { clock, actor, sent } = start(devices, () => (dead ? { ms: 50, fails: 'no-answer' } : { ms: 50 }))
  await clock.advance(60_000)
  expect(actor.status.silent).toHaveLength(8)
  const probes = sent.filter(({ at }) => at >= 50_000)
  expect(probes.length).toBeGreaterThanOrEqual(9)
  expect(probes.length).toBeLessThanOrEqual(11)
  expect(new Set(probes.slice(0, 8).map(({ device }) => device)).size).toBe(8)
  dead = false
  await clock.advance(2_000)
  expect(actor.status.silent).toEqual([])
  expect(new Set(sent.filter(({ at }) => at >= 60_000).map(({ device }) => device)).size).toBe(8)
})

test('a link that goes down soon after it came up is said to be down', async () => {
  const { clock, logged } = start({ meter: 1_000 }, (_, at, report) => {
    report(at === 0 ? { kind: 'up' } : down(500))
    return at === 0 ? {} : { fails: 'link-down' }
  })
  await clock.advance(5_000)
  expect(logged).toEqual(['link up', 'link down'])
})

test('while the link is down nothing is asked before the retry; all points are bad, and all is read when it is up', async () => {
  let up = true
  const { clock, sent, results, times } = start({ meter: 1_000, weekly: 3_600_000 }, (_, __, report) => {
    report(up ? { kind: 'up' } : down(4_000))
    return up ? {} : { fails: 'link-down' }
  })
  await clock.advance(2_500)
  up = false
  await clock.advance(20_000)
  const outage = sent.filter(({ at }) => at > 2_500)
  expect(outage.length).toBeGreaterThan(3)
  expect(outage.length).toBeLessThan(8)
  expect(results.findLast(({ device }) => device === 'weekly')?.quality).toBe('bad-comm')
  up = true
  const upAt = clock.elapsed()
  await clock.advance(10_000)
  expect(times('meter').filter((at) => at >= upAt).length).toBeGreaterThan(5)
  expect(results.findLast(({ device }) => device === 'weekly')).toMatchObject({ quality: 'good' })
})

test('a link that says nothing of itself is tried at every interval, so that nothing is late when it is back', async () => {
  const { clock, times } = start({ meter: 1_000 }, () => ({ fails: 'link-down' }))
  await clock.advance(30_500)
  expect(times('meter')).toHaveLength(31)
})

test('a link that is lost clears the name of those that were silent on it', async () => {
  const { clock, actor, times } = start({ meter: 1_000, probe: 20_000 }, (device, at, report) => {
    if (device === 'probe' && at > 0) report(down(500))
    return device === 'meter' && at < 20_000 ? { fails: 'no-answer' } : {}
  })
  await clock.advance(21_500)
  expect(times('meter').at(-1)).toBeGreaterThanOrEqual(20_500)
  expect(actor.status).toMatchObject({ state: 'down', silent: [] })
})

test('a connection renewed in passing brings neither dead devices nor early reads', async () => {
  const { clock, times } = start({ dead: 1_000, odd: 1_000, even: 30_000 }, (device, _, report) => {
    if (device === 'dead') return { fails: 'no-answer' }
    report(down(0))
    report({ kind: 'up' })
    return {}
  })
  await clock.advance(59_500)
  expect(times('dead').length).toBeLessThan(12)
  expect(times('odd')).toHaveLength(60)
  expect(times('even')).toHaveLength(2)
})

test('a device that refuses what it is asked is asked less, and one that half answers is not', async () => {
  const { clock, times } = start(
    { wrong: 1_000, right: 1_000, half: 1_000 },
    (device, _, __, points) =>
      device === 'wrong' || (device === 'half' && points[0]?.endsWith('.0')) ? { fails: 'declined' } : {},
    { points: 2, most: 1 },
  )
  await clock.advance(59_500)
  expect(times('wrong').length).toBeLessThan(20)
  expect(times('right')).toHaveLength(120)
  expect(times('half')).toHaveLength(120)
})

test('a driver that throws is our fault: logged, its points bad, and the link goes on', async () => {
  const { clock, results, logged } = start({ odd: 1_000, even: 1_000 }, (device) =>
    device === 'odd' ? { fails: new Error('oops') } : {},
  )
  await clock.advance(3_500)
  expect(results.find(({ device }) => device === 'odd')).toMatchObject({ quality: 'bad-comm' })
  expect(results.filter(({ device }) => device === 'even')).toHaveLength(4)
  expect(logged).toEqual(['driver failed'])
})

test('a link that flaps does not flood the log', async () => {
  const { clock, logged } = start({ meter: 100 }, (_, __, report) => {
    report({ kind: 'up' })
    report(down(0))
    return { fails: 'link-down' }
  })
  await clock.advance(120_000)
  expect(logged.length).toBeLessThanOrEqual(6)
})

test('a changed device keeps its phase, and the others notice nothing', async () => {
  const { clock, actor, times } = start({ a: 1_000, b: 1_000, leaving: 1_000 }, () => ({ ms: 10 }))
  await clock.advance(2_500)
  actor.configure([
    scriptedDevice('a', [1_000, 2_000]),
    scriptedDevice('b', [1_000]),
    scriptedDevice('c', [1_000]),
  ])
  await clock.advance(3_000)
  expect(times('b').map((at) => Math.floor(at / 1_000))).toEqual([0, 1, 2, 3, 4, 5])
  expect(times('a').filter((at) => at % 1_000 === 0)).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000])
  expect(times('c').length).toBeGreaterThanOrEqual(3)
  expect(times('leaving').filter((at) => at > 2_500)).toEqual([])
})

test('a configuration that changes a silent device leaves it in its place', async () => {
  const { clock, actor, times } = start({ alive: 1_000, dead: 1_000 }, (device) =>
    device === 'dead' ? { ms: 100, fails: 'no-answer' } : {},
  )
  await clock.advance(10_000)
  const before = times('dead').length
  actor.configure([scriptedDevice('alive', [1_000]), scriptedDevice('dead', [1_000, 5_000])])
  expect(actor.status.silent).toEqual(['dead'])
  await clock.advance(1_000)
  expect(times('dead').length - before).toBeLessThanOrEqual(1)
})

test('the load of a link is what its devices ask for, and a slower group costs what it adds', async () => {
  const { actor } = start({ a: [1_000, 2_000], b: 500 }, () => ({}))
  // Ten ms a point: 10 of 1,000, 10 more of 2,000, 10 of 500.
  expect(actor.status.load).toBeCloseTo(0.01 + 0.005 + 0.02)
  expect(actor.loads[0]).toMatchObject({ device: 'b' })
})

const devicesOf = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', 'd'),
  fc.uniqueArray(fc.constantFrom(100, 500, 1_000, 3_000), { minLength: 1 }),
  { minKeys: 1 },
)
const ms = fc.integer({ min: 0, max: 400 })
const calm = fc.record({ ms })
const wild = fc.record({
  ms,
  fails: fc.constantFrom(undefined, undefined, 'no-answer', 'declined', 'link-down'),
  splits: fc.boolean(),
})
const scriptOf = (behaviour: fc.Arbitrary<{ ms: number; fails?: string | undefined; splits?: boolean }>) =>
  fc.record({
    devices: devicesOf,
    depth: fc.integer({ min: 1, max: 3 }),
    behaviours: fc.array(behaviour, { minLength: 1, maxLength: 12 }),
    writes: fc.array(fc.integer({ min: 0, max: 9_000 }), { maxLength: 6 }),
  })
type Script = typeof scriptOf extends (..._: never[]) => fc.Arbitrary<infer T> ? T : never

/** Ten seconds of a link by a script. */
async function play({ devices, depth, behaviours, writes }: Script) {
  let turn = 0
  const next = (): Behaviour => {
    const { fails, ...rest } = behaviours[turn++ % behaviours.length]!
    return { ...rest, ...(fails === undefined ? {} : { fails }) }
  }
  const { clock, actor, sent, planned } = start(devices, next, { depth, points: 2 })
  const asked: number[] = []
  for (const at of writes.toSorted((a, b) => a - b)) {
    await clock.advance(at - clock.elapsed())
    asked.push(clock.elapsed())
    actor.write(planned[0]!.id, planned[0]!.points[0]!, 1, { signal: never }).catch(() => {})
  }
  await clock.advance(10_000 - clock.elapsed())
  await actor[Symbol.asyncDispose]()
  const reads = sent.filter(({ what }) => what === 'read')
  const points = planned.flatMap((device) => device.points)
  return { sent, reads, asked, points }
}

test('whatever devices do, a write waits for one exchange, and none is asked twice at once', async () => {
  const property = fc.asyncProperty(scriptOf(wild), async (script) => {
    const { sent, reads, asked, points } = await play(script)
    sent
      .filter(({ what }) => what === 'write')
      .forEach((write, i) => {
        const between = reads.filter(({ at }) => at > asked[i]! && at < write.at)
        if (script.depth === 1) expect(between).toEqual([])
      })
    // A write may be one more.
    for (const { beside, what } of sent)
      expect(beside).toBeLessThan(script.depth + (what === 'write' ? 1 : 0))
    for (const { property: of } of points) {
      reads
        .filter((read) => read.points.includes(of.id))
        .reduce((before, read) => {
          expect(read.at).toBeGreaterThanOrEqual(before)
          return read.endedAt ?? Infinity
        }, 0)
    }
  })
  await fc.assert(property, { numRuns: 60, seed: 20_261_121 })
})

test('however slow devices are, no point is read more often than asked', async () => {
  const property = fc.asyncProperty(scriptOf(calm), async (script) => {
    const { reads, points } = await play(script)
    for (const { property: of, intervalMs = Infinity } of points) {
      const ofPoint = reads.filter((read) => read.points.includes(of.id))
      expect(ofPoint.length).toBeLessThanOrEqual(Math.floor(10_000 / intervalMs) + 1)
    }
  })
  await fc.assert(property, { numRuns: 60, seed: 20_261_122 })
})

test('a link that is down says since when, once, until it was heard for ten seconds without a failure', async () => {
  const { clock, outage, downAt } = start({ meter: 1_000 }, (_, at, report) => {
    const fails = (at >= 2_000 && at < 5_000) || (at >= 9_000 && at < 10_000)
    if (!fails) return { ms: 10 }
    report(down(500))
    return { ms: 10, fails: 'link-down' }
  })
  await clock.advance(1_500)
  expect(outage.current).toBeUndefined()
  await clock.advance(1_500)
  const since2000 = { since: clock.now() - 1_000, error: { code: 'link-down', message: 'gone' } }
  expect(outage.current).toEqual(since2000)
  await clock.advance(16_500)
  expect(outage.current).toEqual(since2000)
  await clock.advance(1_000)
  expect(outage.current).toBeUndefined()
  expect(downAt).toEqual([2_000])
})

test('a connection that is renewed in passing was never down', async () => {
  const { clock, outage, downAt } = start({ meter: 1_000 }, (_, __, report) => {
    report(down(0))
    return { ms: 10 }
  })
  await clock.advance(3_500)
  expect(outage.current).toBeUndefined()
  expect(downAt).toEqual([])
})

test('a link is down where nobody on it answers, and not while one does', async () => {
  let dead: readonly string[] = ['a']
  const { clock, actor, outage } = start({ a: 1_000, b: 1_000 }, (device) =>
    dead.includes(device) ? { ms: 200, fails: 'no-answer' } : { ms: 10 },
  )
  await clock.advance(10_000)
  expect(actor.status.silent).toEqual(['a'])
  expect(outage.current).toBeUndefined()
  dead = ['a', 'b']
  await clock.advance(10_000)
  expect(outage.current).toMatchObject({
    error: { code: 'no-answer', message: 'nothing on the link answers' },
  })
  dead = ['a']
  await clock.advance(60_000)
  expect(outage.current).toBeUndefined()
})

test('a link is down until it is heard for the first time, for the reason that is known by then', async () => {
  const { clock, outage, downAt } = start({ meter: 1_000 }, (_, at, report) => {
    if (at >= 2_000) return { ms: 10 }
    if (at >= 1_000) report(down(500))
    return { ms: 200, fails: at < 1_000 ? 'no-answer' : 'link-down' }
  })
  const since = clock.now()
  expect(outage.current).toMatchObject({ since, error: { code: 'not-heard-yet' } })
  await clock.advance(1_500)
  expect(outage.current).toMatchObject({ since, error: { code: 'link-down' } })
  expect(downAt).toEqual([])
})
