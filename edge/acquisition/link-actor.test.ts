import { GanzhiError } from '@ganzhi/contracts/error'
import { sleep } from '@ganzhi/device-drivers/clock'
import type { LinkContext, PointResult } from '@ganzhi/device-drivers/driver'
import { manualClock } from '@ganzhi/device-drivers/manual-clock'
import { modbus } from '@ganzhi/device-drivers/modbus/driver'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { LinkActor, type OpenLink } from './link-actor.ts'
import type { PlannedPoll } from './plan.ts'

const names = { zh: '值', en: 'Value' }
const property = { id: 'p', names, type: 'float', access: 'r' } as const

let stop = new AbortController()
let running: Promise<void> = Promise.resolve()
afterEach(async () => {
  stop.abort()
  await running
})

/** A link whose reads take the time and have the outcome that `behave` says, by device. */
function start(
  devices: Record<string, number | readonly number[]>,
  behave: (
    device: string,
    at: number,
    report: LinkContext['report'],
  ) => { ms?: number; fails?: string | Error },
) {
  const clock = manualClock()
  const reads: { device: string; at: number }[] = []
  const results: { device: string; quality: string; at: number }[] = []
  const logged: string[] = []
  let underWay = 0
  let mostAtOnce = 0

  const polls = Object.entries(devices).flatMap(([device, intervals]) =>
    [intervals].flat().map((intervalMs: number, slot): PlannedPoll => {
      const points = [{ property: { ...property, id: device }, table: 0, slot }]
      return { device, address: { device }, intervalMs, points, driverPoints: [{ id: device }] }
    }),
  )
  const actor = new LinkActor({
    link: { id: 'bus', driver: modbus, connection: {}, polls },
    clock,
    log: pino({}, { write: (line) => void logged.push((JSON.parse(line) as { msg: string }).msg) }),
    onResult: (point, { quality, readAt }) =>
      results.push({ device: point.property.id, quality, at: readAt - clock.now() + clock.elapsed() }),
  })
  const link: OpenLink = {
    async read(address, _, { signal }): Promise<PointResult[]> {
      const device = String(address['device'])
      reads.push({ device, at: clock.elapsed() })
      mostAtOnce = Math.max(mostAtOnce, ++underWay)
      const { ms = 0, fails } = behave(device, clock.elapsed(), actor.onEvent)
      await sleep(clock, ms, signal)
      underWay--
      if (fails instanceof Error) throw fails
      const readAt = clock.now()
      if (fails === undefined) return [{ quality: 'good', value: 1, readAt }]
      const error = new GanzhiError(fails, { code: fails, blame: 'outside' })
      return [{ quality: fails === 'declined' ? 'bad-config' : 'bad-comm', value: null, readAt, error }]
    },
    async [Symbol.asyncDispose]() {},
  }
  stop = new AbortController()
  running = actor.run(link, stop.signal)
  const times = (device: string) => reads.filter((read) => read.device === device).map(({ at }) => at)
  return { clock, actor, reads, results, logged, times, mostAtOnce: () => mostAtOnce }
}

test('each device is read at its own interval, one read at a time', async () => {
  const { clock, times, mostAtOnce } = start({ fast: 1_000, slow: 3_000 }, () => ({ ms: 100 }))
  await clock.advance(6_500)
  expect(times('fast')).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000])
  expect(times('slow')).toEqual([100, 3_100, 6_100])
  expect(mostAtOnce()).toBe(1)
})

test('the read that is due first goes first', async () => {
  const { clock, reads } = start({ slow: 5_000, fast: 1_000 }, () => ({ ms: 10 }))
  await clock.advance(5_500)
  expect(reads.filter(({ at }) => at >= 5_000).map(({ device }) => device)).toEqual(['slow', 'fast'])
})

test('what does not fit falls out and is counted; nothing queues up', async () => {
  const { clock, actor, times } = start({ meter: 1_000 }, () => ({ ms: 2_500 }))
  await clock.advance(9_900)
  expect(times('meter')).toEqual([0, 2_500, 5_000, 7_500])
  expect(actor.status.overruns).toBe(4)
})

test('a link that keeps up has no overruns, though its reads come a little late', async () => {
  const { clock, actor } = start({ a: 1_000, b: 1_000 }, () => ({ ms: 450 }))
  await clock.advance(60_000)
  expect(actor.status).toMatchObject({ overruns: 0, failing: [] })
})

test('a silent device is asked ever less, up to once a minute, and the others lose next to nothing', async () => {
  const { clock, actor, times } = start({ alive: 1_000, dead: 1_000 }, (device) =>
    device === 'dead' ? { ms: 900, fails: 'no-answer' } : { ms: 10 },
  )
  await clock.advance(600_000)
  const gaps = times('dead')
    .slice(1)
    .map((at, i) => at - (times('dead')[i] ?? 0))
  expect(gaps.slice(0, 3).map((gap) => Math.round(gap / 1_000))).toEqual([2, 3, 5])
  expect(Math.max(...gaps)).toBeLessThanOrEqual(62_000)
  expect(times('dead').length).toBeLessThan(17)
  expect(times('alive').length).toBeGreaterThan(595)
  expect(actor.status.failing).toEqual(['dead'])
})

test('a silent device costs one read a probe, at however many intervals it is read', async () => {
  const { clock, times } = start({ meter: [1_000, 2_000, 3_000] }, () => ({ ms: 900, fails: 'no-answer' }))
  await clock.advance(120_000)
  expect(times('meter').length).toBeLessThan(9)
})

test('a device that answers again is read at its interval again', async () => {
  let dead = true
  const { clock, actor, times } = start({ meter: 1_000 }, () => (dead ? { fails: 'no-answer' } : {}))
  await clock.advance(10_000)
  dead = false
  await clock.advance(70_000)
  const before = times('meter').length
  await clock.advance(10_000)
  expect(times('meter').length - before).toBe(10)
  expect(actor.status.failing).toEqual([])
})

test('a link that goes down soon after it came up is said to be down', async () => {
  const error = new GanzhiError('gone', { code: 'link-down', blame: 'outside' })
  const { clock, logged } = start({ meter: 1_000 }, (_, at, report) => {
    if (at === 0) report({ kind: 'up' })
    else report({ kind: 'down', error, retryInMs: 500 })
    return at === 0 ? {} : { fails: 'link-down' }
  })
  await clock.advance(5_000)
  expect(logged).toEqual(['link up', 'link down'])
})

test('while the link is down every device is tried at its interval, so that none is late when it is back', async () => {
  const { clock, times } = start({ meter: 1_000 }, () => ({ fails: 'link-down' }))
  await clock.advance(30_500)
  expect(times('meter')).toHaveLength(31)
})

test('a link that is lost clears the name of those that were silent on it', async () => {
  const error = new GanzhiError('gone', { code: 'link-down', blame: 'outside' })
  const { clock, actor, times } = start({ meter: 1_000, probe: 20_000 }, (device, at, report) => {
    if (device === 'probe' && at > 0) report({ kind: 'down', error, retryInMs: 500 })
    return device === 'meter' && at < 20_000 ? { fails: 'no-answer' } : {}
  })
  await clock.advance(20_500)
  expect(times('meter').at(-1)).toBeGreaterThanOrEqual(20_000)
  expect(actor.status).toMatchObject({ state: 'down', failing: [] })
})

test('a connection renewed in passing does not bring dead devices back into every round', async () => {
  const error = new GanzhiError('a reply was cut', { code: 'link-down', blame: 'outside' })
  const { clock, times } = start({ dead: 1_000, odd: 1_000 }, (device, _, report) => {
    if (device === 'dead') return { fails: 'no-answer' }
    report({ kind: 'down', error, retryInMs: 0 })
    report({ kind: 'up' })
    return {}
  })
  await clock.advance(60_000)
  expect(times('dead').length).toBeLessThan(10)
})

test('a device that refuses what it is asked is asked less, and one that half answers is not', async () => {
  const { clock, times } = start({ wrong: 1_000, right: 1_000 }, (device) =>
    device === 'wrong' ? { fails: 'declined' } : {},
  )
  await clock.advance(60_000)
  expect(times('wrong').length).toBeLessThan(10)
  expect(times('right').length).toBeGreaterThan(59)
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
  const error = new GanzhiError('gone', { code: 'link-down', blame: 'outside' })
  const { clock, logged } = start({ meter: 100 }, (_, __, report) => {
    report({ kind: 'up' })
    report({ kind: 'down', error, retryInMs: 0 })
    return { fails: 'link-down' }
  })
  await clock.advance(120_000)
  expect(logged.length).toBeLessThanOrEqual(6)
})
