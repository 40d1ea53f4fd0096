import { schemaFaults } from '@ganzhi/contracts/schema'
import type { TObject } from 'typebox'
import { afterEach, describe, expect, test } from 'vitest'
import { blueprintCase } from './_blueprint/conformance.ts'
import { systemClock } from './clock.ts'
import type { ConformanceCase, ConformanceRig, Fields } from './conformance.ts'
import type { DeviceMessage, Link, LinkContext, PointResult, ScanStep } from './driver.ts'
import { fakeMemory } from './fake-memory.ts'
import { modbusCase } from './modbus/conformance.ts'
import { drivers } from './registry.ts'

const CASES: readonly ConformanceCase[] = [modbusCase, blueprintCase]
/** As many as there are: a driver that slips out of the list must be noticed. */
const AT_LEAST = 2

const NEVER = new AbortController().signal
type AnyLink = Link<unknown, unknown>

const cleanups: (() => PromiseLike<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

test('every driver there is has its case', () => {
  const tried = CASES.map(({ driver }) => driver)
  expect(tried.length).toBeGreaterThanOrEqual(AT_LEAST)
  expect(tried).toEqual(expect.arrayContaining([...drivers.values()]))
})

describe.each(CASES)('$driver.id', (subject) => {
  const { driver } = subject
  const context = (): LinkContext => ({ clock: systemClock, memory: fakeMemory(), report: () => {} })

  async function start(): Promise<ConformanceRig> {
    const rig = await subject.start()
    cleanups.push(() => rig[Symbol.asyncDispose]())
    return rig
  }

  async function open(connection: Fields): Promise<AnyLink> {
    const link = await driver.open(connection, context())
    cleanups.push(() => link[Symbol.asyncDispose]())
    return link
  }

  async function setUp() {
    const rig = await start()
    const points = rig.points.map(({ point }) => point)
    const link = await open(rig.connection)
    const read = (list: readonly object[]) => readAll(link, rig.device, list)
    return { rig, link, points, read }
  }

  test('has an id for files and commands, and its points have one', () => {
    expect(driver.id).toMatch(/^[a-z][a-z0-9-]*$/)
    expect(driver.pointSchema.required).toContain('id')
  })

  test.each(['configSchema', 'deviceSchema', 'pointSchema'] as const)(
    '%s refuses fields that it does not know',
    (schema) => {
      expect(faultFields(driver[schema], { surprise: 1 })).toContain('surprise')
    },
  )

  test('every field of a connection and a device is described', () => {
    for (const schema of [driver.configSchema, driver.deviceSchema]) {
      expect(schema).toHaveProperty('description')
      for (const field of Object.values(schema.properties)) expect(field).toHaveProperty('description')
    }
  })

  test.each(subject.badConnections)(
    'the connection $connection is refused at $field',
    ({ connection, field }) => {
      const faults = faultFields(driver.configSchema, connection)
      expect(faults[0] ?? driver.connectionFault?.(connection)?.field).toBe(field)
    },
  )

  test.each(subject.badPoints)('the point $point is refused at $field', ({ point, field }) => {
    const faults = faultFields(driver.pointSchema, point)
    expect(faults[0] ?? driver.pointFault?.(point)?.field).toBe(field)
  })

  test('what its case calls right passes its schemas', async () => {
    const { rig, points } = await setUp()
    expect(faultFields(driver.configSchema, rig.connection)).toEqual([])
    expect(driver.connectionFault?.(rig.connection)).toBeUndefined()
    expect(faultFields(driver.deviceSchema, rig.device)).toEqual([])
    for (const point of points) expect(faultFields(driver.pointSchema, point)).toEqual([])
  })

  test('opens though the device is off, and says so in the results', async () => {
    const rig = await start()
    await rig.stop()
    const link = await open(rig.connection)
    const results = await readAll(
      link,
      rig.device,
      rig.points.map(({ point }) => point),
    )
    expect(results).toHaveLength(rig.points.length)
    for (const result of results) {
      expect(result).toMatchObject({ value: null, error: { code: 'link-down', blame: 'outside' } })
    }
  })

  test('gives every point its own value, in the order asked for', async () => {
    const { rig, points, read } = await setUp()
    const before = Date.now()
    const results = await read(points)
    expect(results.map(({ value }) => value)).toEqual(rig.points.map(({ value }) => value))
    for (const { readAt } of results) expect(readAt).toBeGreaterThanOrEqual(before)
  })

  test('a point that is not there is bad for itself only, with what to do', async () => {
    const { rig, points, read } = await setUp()
    const results = await read([...points, rig.missing!])
    expect(results.pop()).toMatchObject({ quality: 'bad-config', error: { remedy: expect.any(String) } })
    expect(results.map(({ value }) => value)).toEqual(rig.points.map(({ value }) => value))
  })

  test('plans every point once, the same way each time, and sends nothing for it', async () => {
    const { rig, link, points } = await setUp()
    await rig.stop()
    const plan = link.reads!.plan(rig.device, points)
    expect(plan.flatMap((exchange) => exchange.points).toSorted((a, b) => a - b)).toEqual([...points.keys()])
    for (const { predictedMs, request } of plan) {
      expect(predictedMs).toBeGreaterThanOrEqual(0)
      expect(JSON.parse(JSON.stringify(request))).toEqual(request)
    }
    expect(link.reads!.plan(rig.device, points)).toEqual(plan)
    expect(link.reads!.plan(rig.device, [...points])).toEqual(plan)
  })

  test('a device that falls silent is bad in all its points, and no value is made up', async () => {
    const { rig, points, read } = await setUp()
    await read(points)
    rig.goSilent()
    for (const result of await read(points)) {
      expect(result).toMatchObject({ quality: 'bad-comm', value: null })
      expect(result.quality !== 'good' && result.error.code).toMatch(/^(no-answer|link-down)$/)
    }
  })

  test('a read that is aborted rejects with the reason, and the next one works', async () => {
    const { rig, link, points, read } = await setUp()
    const [exchange] = link.reads!.plan(rig.device, points)
    const abort = new AbortController()
    const reading = link.reads!.exchange(rig.device, exchange!, { signal: abort.signal })
    const reason = new Error('enough')
    abort.abort(reason)
    await expect(reading).rejects.toBe(reason)
    expect((await read(points)).map(({ value }) => value)).toEqual(rig.points.map(({ value }) => value))
  })

  test('closing settles what is under way, and leaves neither sockets nor timers', async () => {
    const rig = await start()
    const timers = active('Timeout')
    const link: AnyLink = await driver.open(rig.connection, context())
    const [exchange] = link.reads!.plan(rig.device, [rig.points[0]!.point])
    await link.reads!.exchange(rig.device, exchange!, { signal: NEVER })
    rig.goSilent()
    const reading = link.reads!.exchange(rig.device, exchange!, { signal: NEVER })
    const [settled] = await Promise.allSettled([reading, link[Symbol.asyncDispose]()])
    expect(settled).toMatchObject({ status: 'rejected', reason: { code: 'link-closed' } })
    await expect(link.reads!.exchange(rig.device, exchange!, { signal: NEVER })).rejects.toMatchObject({
      code: 'link-closed',
    })
    await link[Symbol.asyncDispose]()
    expect(active('Timeout')).toBeLessThanOrEqual(timers)
    await expect.poll(() => active('TCPSocketWrap')).toBe(0)
  })

  test('what is written is read back', async () => {
    const { rig, link, read } = await setUp()
    const { point, value } = rig.writable!
    const { writtenAt } = await link.writes!.write(rig.device, point, value, { signal: NEVER })
    expect(writtenAt).toBeGreaterThan(0)
    expect(await read([point])).toMatchObject([{ quality: 'good', value }])
  })

  test('a value that does not fit is refused before it is sent, and one for a point that is not there by the device', async () => {
    const { rig, link } = await setUp()
    const writing = (point: object, value: string | number) =>
      link.writes!.write(rig.device, point, value, { signal: NEVER })
    await expect(writing(rig.writable!.point, 'much')).rejects.toMatchObject({
      code: 'bad-value',
      blame: 'caller',
    })
    await expect(writing(rig.missing!, 1)).rejects.toMatchObject({ code: 'declined' })
  })

  test('tells of changes, if it says that it can', async () => {
    const { rig, link, points } = await setUp()
    expect(link.subscribes === undefined).toBe(rig.change === undefined)
    if (!link.subscribes || !rig.change) return
    const latest = new Map<number, PointResult>()
    const abort = new AbortController()
    const subscription = link.subscribes.subscribe(rig.device, points, {
      intervalMs: 100,
      signal: abort.signal,
      onResult: (index, result) => latest.set(index, result),
    })
    await expect.poll(() => latest.size).toBe(points.length)
    const { point, value } = rig.change()
    await expect.poll(() => latest.get(points.indexOf(point))?.value).toBe(value)
    abort.abort()
    await subscription
  })

  test('lists what a device has, if it says that it can: every point listed can be read', async () => {
    const { rig, link, read } = await setUp()
    if (!link.browses) return
    const found: object[] = []
    for await (const { point } of link.browses.browse(rig.device, { signal: NEVER }))
      if (point) found.push(point)
    expect(found.length).toBeGreaterThanOrEqual(rig.points.length)
    for (const result of await read(found)) expect(result.quality).toBe('good')
  })

  test('hears devices that dial in, if it says that it can', async () => {
    const rig = await start()
    if (!rig.listening || !rig.dialIn) return
    const { listens } = await open(rig.listening)
    const heard: DeviceMessage[] = []
    const abort = new AbortController()
    const listening = listens!.listen({ signal: abort.signal, onMessage: (message) => heard.push(message) })
    const { device, point, value } = await rig.dialIn(listens!.address)
    await expect
      .poll(() => heard)
      .toMatchObject([{ device, results: { [point]: { quality: 'good', value } } }])
    abort.abort()
    await listening
  })

  test('finds a device, if it says that it can, by what its own schemas take', async () => {
    const rig = await start()
    expect(driver.scans === undefined).toBe(rig.scan === undefined)
    if (!driver.scans || !rig.scan) return
    expect(faultFields(driver.scans.requestSchema, rig.scan)).toEqual([])
    const { tries, predictedMs } = driver.scans.estimate(rig.scan)
    expect(predictedMs).toBeGreaterThan(0)
    const steps = await stepsOf(driver.scans.scan(rig.scan, { clock: systemClock, signal: NEVER }))
    expect(steps.at(-1)?.tried).toBeLessThanOrEqual(tries)
    const found = steps.find((step) => step.found)?.found
    expect(faultFields(driver.configSchema, found?.connection)).toEqual([])
    expect(faultFields(driver.deviceSchema, found?.device)).toEqual([])
    const link = await open(found!.connection)
    expect(await readAll(link, found!.device, [rig.points[0]!.point])).toMatchObject([{ quality: 'good' }])
  })

  test('a scan that is aborted ends without an error', async () => {
    const rig = await start()
    rig.goSilent()
    const abort = new AbortController()
    const steps = stepsOf(driver.scans!.scan(rig.scan!, { clock: systemClock, signal: abort.signal }))
    abort.abort()
    expect(await steps).toEqual([])
  })
})

/** As the owner of a link does it: exchanges that come instead of one take its place. */
async function readAll(link: AnyLink, device: object, points: readonly object[]): Promise<PointResult[]> {
  const results: PointResult[] = []
  const open = [...link.reads!.plan(device, points)]
  for (let next = open.shift(); next; next = open.shift()) {
    const outcome = await link.reads!.exchange(device, next, { signal: NEVER })
    if ('instead' in outcome) open.unshift(...outcome.instead)
    else for (const [i, result] of outcome.results.entries()) results[next.points[i]!] = result
  }
  return results
}

async function stepsOf(scan: AsyncIterable<ScanStep>): Promise<ScanStep[]> {
  const steps: ScanStep[] = []
  for await (const step of scan) steps.push(step)
  return steps
}

function faultFields(schema: TObject, value: unknown): string[] {
  return schemaFaults(schema, value).map(({ field }) => field)
}

function active(kind: string): number {
  return process.getActiveResourcesInfo().filter((each) => each === kind).length
}
