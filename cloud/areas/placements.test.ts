import type { Problem } from '@ganzhi/contracts/api-views'
import type { AreaEntry } from '@ganzhi/contracts/area'
import type { DevicesPlaced, Placement, PlacementEntry } from '@ganzhi/contracts/placement'
import type { RuleScope } from '@ganzhi/contracts/rule'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ApiUnderTest, openApiUnderTest } from '../api/api-under-test.ts'
import { placeRevision } from './change-places.ts'
import { placeDevices } from './place-devices.ts'
import { changedPlacements, placementsOf } from './placements.ts'
import { putAreas } from './put-areas.ts'
import { inScope, scopeOf } from './scope.ts'

let on: ApiUnderTest
beforeAll(async () => {
  on = await openApiUnderTest(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
})
afterAll(() => on?.[Symbol.asyncDispose]())
beforeEach(async () => {
  await on.pool.query(
    `DELETE FROM device; DELETE FROM area; INSERT INTO gateway (name) VALUES ('gw-1'), ('gw-2') ON CONFLICT DO NOTHING`,
  )
  await move()
})

interface Answer<T> {
  readonly status: number
  readonly body: T
}

async function ask<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
  const response = await fetch(`${on.url}/api/v1${path}`, {
    method,
    headers: { cookie: on.cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as T }
}

/** hefei > shushan > (east > grid), hefei > baohe; of all but baohe the border is known. */
async function move(east = 'shushan'): Promise<void> {
  const area = (id: string, level: AreaEntry['level'], parent: string | null, size?: number) => ({
    id,
    level,
    parent,
    names: { zh: id },
    ...(size !== undefined && { border: { type: 'Polygon', coordinates: [triangle(size)] } }),
  })
  await putAreas(
    on.pool,
    [
      area('hefei', 'city', null, 8),
      area('shushan', 'county', 'hefei', 4),
      area('baohe', 'county', 'hefei'),
      area('east', 'street', east, 2),
      area('grid', 'grid', 'east', 1),
    ],
    { dryRun: false },
  )
}
const triangle = (size: number) => [
  [117, 31],
  [117 + size, 31],
  [117, 31 + size],
  [117, 31],
]

const place = (...devices: readonly PlacementEntry[]) =>
  ask<DevicesPlaced & Problem>('POST', '/placements', { devices })
const meter = (device: string, more: Partial<PlacementEntry> = {}): PlacementEntry => ({
  gateway: 'gw-1',
  device,
  ...more,
})
const of = async (device: string) => (await ask<Placement>('GET', `/placements/gw-1/${device}`)).body
const all = async <T>(pages: AsyncIterable<readonly T[]>) => (await Array.fromAsync(pages)).flat()
const named = (devices: readonly { gateway: string; device: string }[]) =>
  devices.map(({ gateway, device }) => `${gateway}/${device}`).toSorted()

describe('a device', () => {
  test('is placed with tags and attributes; what is left out stays', async () => {
    const first = {
      area: 'grid',
      place: { lon: 117.1, lat: 31.1 },
      profile: 'maker/pump',
      tags: ['泵站', 'indoor'],
      attributes: { limit: 70, low: 1e-7 },
    }
    expect((await ask('PATCH', '/placements/gw-1/m', first)).body).toEqual({
      gateway: 'gw-1',
      device: 'm',
      area: 'grid',
      path: ['hefei', 'shushan', 'east', 'grid'],
      place: { lon: 117.1, lat: 31.1 },
      profile: 'maker/pump',
      tags: ['indoor', '泵站'],
      attributes: { limit: 70, low: 1e-7 },
    })
    await ask('PATCH', '/placements/gw-1/m', {
      area: 'baohe',
      tags: [],
      attributes: { low: null, high: -3.5 },
    })
    expect(await of('m')).toMatchObject({
      path: ['hefei', 'baohe'],
      place: { lon: 117.1, lat: 31.1 },
      tags: [],
      attributes: { limit: 70, high: -3.5 },
    })
    await ask('PATCH', '/placements/gw-1/m', { area: null, place: null })
    expect(await of('m')).toMatchObject({ area: null, path: [], place: null, profile: 'maker/pump' })
  })

  test('that is given a place alone is in the lowest area whose border it lies in', async () => {
    const at = (lon: number, lat: number) => ({ place: { lon, lat } })
    const { body } = await place(
      meter('low', at(117.1, 31.1)),
      meter('middle', at(118.2, 31.2)),
      meter('out', { ...at(100, 31) }),
      meter('named', { ...at(117.1, 31.1), area: 'baohe' }),
      meter('nowhere', { ...at(117.1, 31.1), area: null }),
    )
    expect(body).toEqual({ changed: 5, unchanged: 0, entered: 5, located: 2, outside: 1 })
    const areas = await Promise.all(['low', 'middle', 'out', 'named', 'nowhere'].map(of))
    expect(areas.map(({ area }) => area)).toEqual(['grid', 'east', null, 'baohe', null])
    await place(meter('low', at(100, 31)))
    expect(await of('low')).toMatchObject({ area: 'grid', place: { lon: 100 } })
  })

  test('that is placed as it was is unchanged', async () => {
    const list = [meter('a', { tags: ['x', 'y'], attributes: { one: 1 } }), meter('b', { area: 'grid' })]
    await place(...list)
    const again = await place(...list, meter('c'))
    expect(again.body).toMatchObject({ changed: 1, unchanged: 2, entered: 1 })
  })

  test('that was never heard of stands nowhere', async () => {
    expect((await ask('GET', '/placements/gw-1/none')).status).toBe(404)
    const empty = { area: null, path: [], place: null, profile: null, tags: [], attributes: {} }
    expect(await placementsOf(on.pool, [meter('none'), { gateway: 'gw-9', device: 'none' }])).toEqual([
      { gateway: 'gw-1', device: 'none', ...empty },
      { gateway: 'gw-9', device: 'none', ...empty },
    ])
  })

  test.each([
    ['gateway', { gateway: 'gw-9' }],
    ['device', { device: 'a b' }],
    ['area', { area: 'nowhere' }],
    ['place.lat', { place: { lon: 1, lat: 91 } }],
    ['profile', { profile: 'pump' }],
    ['tags[0]', { tags: [' x'] }],
    ['tags[0]', { tags: ['a;b'] }],
    ['tags', { tags: ['a', 'a'] }],
    ['attributes.limit', { attributes: { limit: 'x' } }],
    ['attributes', { attributes: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`a${i}`, 1])) }],
    ['colour', { colour: 'red' }],
    ['device', { device: 'good' }],
  ])('whose %s is wrong keeps the whole list out', async (field, wrong) => {
    const { status, body } = await place(meter('good', { tags: ['x'] }), {
      ...meter('bad'),
      ...wrong,
    } as PlacementEntry)
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { code: 'bad-input', field, faults: [{ index: 1, field, remedy: expect.any(String) as string }] },
    })
    expect((await on.pool.query('SELECT FROM device')).rowCount).toBe(0)
  })

  test('has no more than 64 attributes, those that it had before counted in', async () => {
    const some = (from: number, to: number) =>
      Object.fromEntries(Array.from({ length: to - from }, (_, i) => [`a${from + i}`, 1]))
    expect((await place(meter('m', { attributes: some(0, 64) }))).status).toBe(200)
    expect((await place(meter('m', { attributes: some(1, 60) }))).status).toBe(200)
    expect(await place(meter('m', { attributes: { more: 1 } }))).toMatchObject({
      status: 400,
      body: { field: 'attributes' },
    })
  })

  test('is found by what a rule may say of it, page by page', async () => {
    await place(
      meter('a', { area: 'grid', tags: ['pump'] }),
      meter('b', { area: 'baohe', tags: ['pump', 'old'] }),
      { gateway: 'gw-2', device: 'a', area: 'shushan' },
      meter('c'),
    )
    const found = async (query: string) =>
      named((await ask<{ items: Placement[] }>('GET', `/placements?${query}`)).body.items)
    expect(await found('area=hefei')).toEqual(['gw-1/a', 'gw-1/b', 'gw-2/a'])
    expect(await found('area=shushan&gateway=gw-1')).toEqual(['gw-1/a'])
    expect(await found('tag=pump')).toEqual(['gw-1/a', 'gw-1/b'])
    expect(await found('device=a')).toEqual(['gw-1/a', 'gw-2/a'])
    const { body } = await ask<{ items: Placement[]; next: string }>('GET', '/placements?limit=2')
    const rest = await found(`after=${body.next}`)
    expect([...named(body.items), ...rest]).toEqual(['gw-1/a', 'gw-1/b', 'gw-1/c', 'gw-2/a'])
  })
})

describe('the scope of a rule', () => {
  test('is by property the devices that ever sent it', async () => {
    await on.point('gw-1', 'air', 'pm25', 'float')
    await on.point('gw-1', 'pump', 'speed', 'float')
    expect(named(await all(scopeOf(on.pool, { property: 'pm25' })))).toEqual(['gw-1/air'])
  })

  test('has the same devices whether asked of the database or of each device', async () => {
    const areas = ['hefei', 'shushan', 'baohe', 'east', 'grid', 'nowhere']
    const [area, profile, tag, gateway, device] = [
      fc.constantFrom(...areas.slice(0, 5)),
      fc.constantFrom('maker/lamp', 'maker/pump'),
      fc.constantFrom('x', 'y', 'z'),
      fc.constantFrom('gw-1', 'gw-2'),
      fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    ]
    const entry = fc.record({
      gateway,
      device,
      area: fc.option(area),
      profile: fc.option(profile),
      tags: fc.uniqueArray(tag, { maxLength: 3 }),
    })
    const scope = fc.record(
      { area: fc.constantFrom(...areas), profile, tag, gateway, device },
      { requiredKeys: [] },
    )
    const entries = fc.uniqueArray(entry, {
      maxLength: 12,
      selector: (one) => `${one.gateway}/${one.device}`,
    })
    const parent = fc.constantFrom('shushan', 'baohe')
    await fc.assert(
      fc.asyncProperty(
        entries,
        fc.array(scope, { minLength: 1, maxLength: 5 }),
        parent,
        async (list, scopes, east) => {
          await on.pool.query('DELETE FROM device')
          await placeDevices(on.pool, list, { dryRun: false })
          await move(east)
          const placements = await placementsOf(on.pool, list)
          for (const each of scopes as RuleScope[]) {
            const asked = placements.filter((placement) => inScope(each, placement))
            expect(named(await all(scopeOf(on.pool, each)))).toEqual(named(asked))
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  test('may be left in the middle of a page', async () => {
    await placeDevices(on.pool, [meter('a'), meter('b')], { dryRun: false })
    for await (const page of scopeOf(on.pool, {})) {
      expect(page).toHaveLength(2)
      break
    }
    expect(on.pool.totalCount - on.pool.idleCount).toBe(0)
    await expect(on.pool.query('CREATE TEMP TABLE writable (x int)')).resolves.toBeDefined()
  })
})

describe('who follows the places', () => {
  test('is told of each device that was placed otherwise, or whose area was moved, and of no other', async () => {
    await place(meter('a', { area: 'grid' }), meter('b', { area: 'baohe' }), meter('c'))
    const since = async (revision: number) =>
      (await all(changedPlacements(on.pool, revision))).map(({ device }) => device).toSorted()
    expect(await since(0)).toEqual(['a', 'b', 'c'])
    let revision = await placeRevision(on.pool)
    expect(await since(revision)).toEqual([])
    await place(meter('b', { tags: ['new'] }), meter('c'))
    expect(await since(revision)).toEqual(['b'])
    revision = await placeRevision(on.pool)
    await move('baohe')
    const [moved, ...others] = await all(changedPlacements(on.pool, revision))
    expect(moved).toMatchObject({ device: 'a', path: ['hefei', 'baohe', 'east', 'grid'] })
    expect(others).toEqual([])
  })

  test('ends with all that is there, whatever was changed at once meanwhile', async () => {
    const devices = Array.from({ length: 8 }, (_, i) => `d${i}`)
    const known = new Map<string, Placement>()
    let revision = 0
    const look = async () => {
      const upTo = await placeRevision(on.pool)
      for (const placement of await all(changedPlacements(on.pool, revision)))
        known.set(placement.device, placement)
      revision = upTo
    }
    const writing = Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        if (i % 10 === 0) return move(i % 20 === 0 ? 'baohe' : 'shushan')
        const some = [
          meter(devices[i % 8] as string, { attributes: { n: i }, area: i % 3 ? 'grid' : 'baohe' }),
        ]
        return placeDevices(on.pool, some, { dryRun: false })
      }),
    )
    for (let looks = 0; looks < 20; looks++) await look()
    await writing
    await look()
    const truth = await placementsOf(
      on.pool,
      devices.map((device) => meter(device)),
    )
    expect(devices.map((device) => known.get(device))).toEqual(truth)
  })
})
