import type { AreaDetail, AreaEntry, AreaView, Border } from '@ganzhi/contracts/area'
import type { Problem } from '@ganzhi/contracts/api-views'
import { isGanzhiError } from '@ganzhi/contracts/error'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ApiUnderTest, openApiUnderTest } from '../api/api-under-test.ts'
import { placeRevision } from './change-places.ts'
import { putAreas } from './put-areas.ts'

let on: ApiUnderTest
beforeAll(async () => {
  on = await openApiUnderTest(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
})
afterAll(() => on?.[Symbol.asyncDispose]())
beforeEach(() => on.pool.query('UPDATE device SET area = NULL; DELETE FROM area'))

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
  return { status: response.status, body: (response.status === 204 ? null : await response.json()) as T }
}

const area = (
  id: string,
  level: AreaEntry['level'],
  parent: string | null = null,
  more: Partial<AreaEntry> = {},
): AreaEntry => ({ id, level, names: { zh: id }, parent, ...more })

const HEFEI = [
  area('hefei', 'city', null, { code: '340100', names: { zh: '合肥市', en: 'Hefei' } }),
  area('shushan', 'county', 'hefei', { code: '340104', names: { zh: '蜀山区' } }),
  area('baohe', 'county', 'hefei', { code: '340111' }),
  area('shushan-1', 'street', 'shushan', { code: '340104001000' }),
  area('shushan-1-a', 'community', 'shushan-1', { code: '340104001001' }),
  area('shushan-1-a-1', 'grid', 'shushan-1-a', { code: '340104001001001' }),
]

const uncoded = HEFEI.map((each) => ({ ...each, code: null }))

const put = (areas: readonly unknown[], dryRun = false) =>
  ask<Problem>('POST', `/areas?dryRun=${dryRun}`, { areas })
const idsOf = async (query = '') => {
  const { body } = await ask<{ items: AreaView[] }>('GET', `/areas?limit=500${query}`)
  return body.items.map(({ id }) => id)
}
const box = (west: number, south: number, size: number): Border => ({
  type: 'Polygon',
  coordinates: [
    [
      [west, south],
      [west + size, south],
      [west + size, south + size],
      [west, south + size],
      [west, south],
    ],
  ],
})

/** Of every area the path that its parents make, and that it bears. */
async function pathsAreTrue(): Promise<void> {
  const { rows } = await on.pool.query<{ path: string; truth: string }>(
    `WITH RECURSIVE tree AS (SELECT token, token || '/' AS truth FROM area WHERE parent IS NULL
       UNION ALL SELECT a.token, truth || a.token || '/' FROM area a JOIN tree ON a.parent = tree.token)
     SELECT path, truth FROM area LEFT JOIN tree USING (token)`,
  )
  expect(rows.filter(({ path, truth }) => path !== truth)).toEqual([])
}

describe('the tree of areas', () => {
  test('is imported in any order, and listed from the top down', async () => {
    expect(await put(HEFEI.toReversed())).toMatchObject({ status: 200, body: { created: 6, changed: 0 } })
    expect(await idsOf()).toEqual(['hefei', 'baohe', 'shushan', 'shushan-1', 'shushan-1-a', 'shushan-1-a-1'])
    expect(await idsOf('&depth=1')).toEqual(['hefei'])
    expect(await idsOf('&within=shushan&depth=1')).toEqual(['shushan', 'shushan-1'])
    expect(await idsOf('&level=county')).toEqual(['baohe', 'shushan'])
    expect(await idsOf(`&text=${encodeURIComponent('蜀山')}`)).toEqual(['shushan'])
    expect(await idsOf('&text=34010400')).toEqual(['shushan-1', 'shushan-1-a', 'shushan-1-a-1'])
  })

  test('takes a name that begins like another for no part of it', async () => {
    await put([
      area('a', 'city'),
      area('a-b', 'city'),
      area('a0', 'city'),
      area('x', 'grid', 'a'),
      area('y', 'grid', 'a-b'),
    ])
    expect(await idsOf('&within=a')).toEqual(['a', 'x'])
    expect(await idsOf('&within=a-b')).toEqual(['a-b', 'y'])
  })

  test('is paged so that none comes twice and none is left out', async () => {
    await put(HEFEI)
    const seen: string[] = []
    for (let after: string | null = ''; after !== null;) {
      const page: { body: { items: AreaView[]; next: string | null } } = await ask(
        'GET',
        `/areas?limit=2${after && `&after=${after}`}`,
      )
      seen.push(...page.body.items.map(({ id }) => id))
      after = page.body.next
    }
    expect(seen).toEqual(await idsOf())
  })

  test('may leave levels out, as cities without districts do, and begin below the city', async () => {
    const dongguan = area('dongguan', 'city', null, { code: '441900' })
    const town = area('changping', 'street', 'dongguan', { code: '441900110000' })
    expect(await put([dongguan, town, area('district', 'county')])).toMatchObject({ status: 200 })
  })

  test('imported again is unchanged; what would change is told before', async () => {
    await put(uncoded)
    const revision = await placeRevision(on.pool)
    expect((await put(uncoded)).body).toEqual({ created: 0, changed: 0, moved: 0, unchanged: 6 })
    const other = [
      area('shushan-1', 'street', 'baohe'),
      area('baohe', 'county', 'hefei', { border: box(0, 0, 1) }),
    ]
    expect((await put(other, true)).body).toEqual({ created: 0, changed: 2, moved: 1, unchanged: 0 })
    expect(await placeRevision(on.pool)).toBe(revision + 1)
    expect(await idsOf('&within=baohe')).toEqual(['baohe'])
  })

  test('moves what lies below an area with it', async () => {
    await put(uncoded)
    const moved = await ask<AreaDetail>('PUT', '/areas/shushan-1', {
      level: 'street',
      names: { zh: '一街' },
      parent: 'baohe',
    })
    expect(moved).toMatchObject({ status: 200, body: { path: ['hefei', 'baohe', 'shushan-1'], code: null } })
    expect(await idsOf('&within=baohe')).toEqual(['baohe', 'shushan-1', 'shushan-1-a', 'shushan-1-a-1'])
    await pathsAreTrue()
  })

  test('lets two areas exchange their codes', async () => {
    await put(HEFEI)
    const swapped = HEFEI.slice(1, 3).map((each, i) => ({ ...each, code: HEFEI[2 - i]?.code ?? null }))
    const below = HEFEI.slice(3).map((each) => ({ ...each, code: null }))
    expect((await put([...swapped, ...below])).body).toMatchObject({ changed: 5 })
  })

  test('tells of an area what it holds', async () => {
    await put(HEFEI)
    await on.point('gw-1', 'meter-1', 'temp', 'float')
    await on.point('gw-1', 'meter-2', 'temp', 'float')
    await on.pool.query(
      `UPDATE device SET area = CASE name WHEN 'meter-1' THEN 'shushan' ELSE 'shushan-1-a' END WHERE name LIKE 'meter-%'`,
    )
    expect((await ask('GET', '/areas/shushan')).body).toMatchObject({
      id: 'shushan',
      path: ['hefei', 'shushan'],
      within: { areas: 1, devices: 1 },
      below: { areas: 3, devices: 2 },
    })
    expect((await ask('GET', '/areas/none')).status).toBe(404)
  })

  test('lets go of an empty area, and of no other', async () => {
    await put(HEFEI)
    await on.point('gw-1', 'meter-1', 'level', 'float')
    await on.pool.query(`UPDATE device SET area = 'baohe' WHERE name = 'meter-1'`)
    const full = await ask<Problem>('DELETE', '/areas/shushan')
    expect(full).toMatchObject({ status: 409, body: { code: 'area-not-empty' } })
    expect(full.body.title).toContain('shushan-1')
    expect((await ask<Problem>('DELETE', '/areas/baohe')).body.title).toContain('meter-1')
    expect((await ask('DELETE', '/areas/shushan-1-a-1')).status).toBe(204)
    expect((await ask('DELETE', '/areas/shushan-1-a-1')).status).toBe(404)
    expect(await idsOf()).toHaveLength(5)
  })
})

describe('areas that do not fit', () => {
  const all = [...HEFEI]
  test.each([
    ['an unknown field', [{ ...area('x', 'city'), colour: 'red' }], 0, 'colour'],
    ['a bad id', [area('北', 'city')], 0, 'id'],
    ['no level', [{ id: 'x', names: { zh: 'x' } }], 0, 'level'],
    ['a name without letters', [area('x', 'city', null, { names: { zh: '\u0000' } })], 0, 'names.zh'],
    ['a code of another level', [area('x', 'city', null, { code: '340104' })], 0, 'code'],
    [
      'a code of another place',
      [...all, area('x', 'street', 'shushan', { code: '340111001000' })],
      6,
      'code',
    ],
    [
      'a code of another city, seen past areas without',
      [...all, area('x', 'county', 'hefei'), area('y', 'street', 'x', { code: '330104001000' })],
      7,
      'code',
    ],
    ['a code that is taken', [...all, area('x', 'county', 'hefei', { code: '340111' })], 6, 'code'],
    ['a parent of the same level', [...all, area('x', 'county', 'baohe')], 6, 'parent'],
    ['a parent of a lower level', [...all, area('x', 'street', 'shushan-1-a')], 6, 'parent'],
    ['a parent that is not there', [...all, area('x', 'street', 'nowhere')], 6, 'parent'],
    ['itself as parent', [...all, area('x', 'street', 'x')], 6, 'parent'],
    ['the same id twice', [...all, area('baohe', 'county', 'hefei')], 6, 'id'],
    [
      'a border that is none',
      [area('x', 'city', null, { border: { type: 'Polygon', coordinates: [] } })],
      0,
      'border.coordinates',
    ],
  ])(
    'for %s are refused with the entry, the field and a remedy, all of them',
    async (_why, areas, index, field) => {
      const { status, body } = await put(areas)
      expect({ status, body }).toMatchObject({
        status: 400,
        body: { code: 'bad-input', field, faults: [{ index, field, remedy: expect.any(String) as string }] },
      })
      expect(await idsOf()).toEqual([])
    },
  )

  test('are told all at once', async () => {
    const { body } = await put([
      area('x', 'city', 'y'),
      area('z', 'county', 'none'),
      area('v', 'street', 'v'),
    ])
    expect(body.faults?.map(({ index, field }) => [index, field])).toEqual([
      [0, 'parent'],
      [1, 'parent'],
      [2, 'parent'],
    ])
  })

  test('for what lies below them are refused as well', async () => {
    await put(HEFEI)
    const lower = { level: 'community', names: { zh: 'x' }, parent: 'shushan' }
    expect(await ask('PUT', '/areas/shushan-1', lower)).toMatchObject({
      status: 400,
      body: { field: 'level' },
    })
    const elsewhere = { level: 'county', names: { zh: 'x' }, parent: 'hefei', code: '340123' }
    expect(await ask('PUT', '/areas/shushan', elsewhere)).toMatchObject({
      status: 400,
      body: { field: 'code' },
    })
    const below = { level: 'county', names: { zh: 'x' }, parent: 'shushan-1-a' }
    const refused = await ask<Problem>('PUT', '/areas/shushan', below)
    expect(refused).toMatchObject({ status: 400, body: { field: 'parent' } })
    expect(refused.body.title).toContain('itself')
  })

  test.each([null, [], 'text'])('because they are %j are refused', async (body) => {
    expect((await ask('PUT', '/areas/x', body)).status).toBe(400)
  })
})

describe('borders', () => {
  test('stay when they are left out, and go when they are null', async () => {
    const put = (border?: unknown) =>
      ask<AreaDetail>('PUT', '/areas/c', {
        level: 'city',
        names: { zh: 'c' },
        ...(border !== undefined && { border }),
      })
    const drawn = box(117, 31, 1)
    expect((await put(drawn)).body).toMatchObject({ border: drawn, bounds: [117, 31, 118, 32] })
    expect((await put()).body).toMatchObject({ border: drawn })
    expect((await put(null)).body).toMatchObject({ border: null, bounds: null })
  })

  test('lose the heights of their positions', async () => {
    const ring = [
      [0, 0, 12],
      [1, 0, 12],
      [1, 1, 12],
      [0, 0, 12],
    ]
    const { body } = await ask<AreaDetail>('PUT', '/areas/c', {
      level: 'city',
      names: { zh: 'c' },
      border: { type: 'Polygon', coordinates: [ring] },
    })
    expect(body.border?.coordinates[0]?.[0]).toEqual([0, 0])
  })

  test('tell in which area a place lies: the lowest, wherever it stands in the tree', async () => {
    await put([
      area('c', 'city', null, { border: box(117, 31, 1) }),
      area('d', 'county', 'c', { border: box(117, 31, 0.5) }),
      area('e', 'street', 'd', { border: box(117.1, 31.1, 0.1) }),
      area('f', 'grid', 'e'),
    ])
    const at = async (lon: number, lat: number) => {
      const { body } = await ask<{ area: AreaView | null }>('GET', `/locate?lon=${lon}&lat=${lat}`)
      return body.area?.path ?? null
    }
    expect(await at(117.15, 31.15)).toEqual(['c', 'd', 'e'])
    expect(await at(117.3, 31.3)).toEqual(['c', 'd'])
    expect(await at(117.9, 31.9)).toEqual(['c'])
    expect(await at(116, 31)).toBeNull()
    expect((await ask('GET', '/locate?lon=117&lat=91')).status).toBe(400)
  })
})

describe('many at once', () => {
  test('moves that are each fine make no circle together, and none is lost', async () => {
    const names = Array.from({ length: 6 }, (_, i) => `n${i}`)
    await put(names.map((name) => area(name, 'county')))
    const levels = ['city', 'county', 'street', 'community', 'grid'] as const
    let random = 7
    const pick = (n: number) => (random = (random * 48_271) % 2_147_483_647) % n
    const moves = Array.from({ length: 120 }, () => [
      area(names[pick(6)] as string, levels[pick(5)] as AreaEntry['level'], names[pick(6)] as string),
    ])
    const done = await Promise.allSettled(moves.map((move) => putAreas(on.pool, move, { dryRun: false })))
    const refusals = done.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
    expect(refusals.filter((error) => !isGanzhiError(error, 'bad-input'))).toEqual([])
    expect(refusals.length).toBeGreaterThan(0)
    expect(refusals.length).toBeLessThan(moves.length)
    await pathsAreTrue()
  })

  test('10,000 areas with borders are one import, and a move of all of them another', async () => {
    const areas = [area('top', 'city'), area('aside', 'city')]
    for (let c = 0; c < 10; c++) {
      areas.push(area(`c${c}`, 'county', 'top', { border: box(c, 0, 1) }))
      for (let s = 0; s < 10; s++) {
        areas.push(area(`c${c}s${s}`, 'street', `c${c}`, { border: box(c + s / 10, 0, 0.1) }))
        for (let g = 0; g < 99; g++) {
          areas.push(
            area(`c${c}s${s}g${g}`, 'grid', `c${c}s${s}`, { border: box(c + s / 10, g / 1000, 0.001) }),
          )
        }
      }
    }
    expect(areas.length).toBeGreaterThan(10_000)
    expect((await put(areas)).body).toMatchObject({ created: areas.length })
    const { body } = await ask<{ area: AreaView }>('GET', '/locate?lon=4.2005&lat=0.0505')
    expect(body.area.path).toEqual(['top', 'c4', 'c4s2', 'c4s2g50'])
    await put(Array.from({ length: 10 }, (_, c) => area(`c${c}`, 'county', 'aside')))
    await pathsAreTrue()
    expect((await ask('GET', '/areas/aside')).body).toMatchObject({ below: { areas: areas.length - 2 } })
  })
})
