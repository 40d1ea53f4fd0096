import type { Placement } from '@ganzhi/contracts/placement'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CliUnderTest, openCliUnderTest } from './cli-under-test.ts'

const ask = (question: string) => {
  asked.push(question)
  return Promise.resolve(answer ?? '')
}

let cli: CliUnderTest
let answer: string | undefined
let asked: string[]

beforeAll(async () => {
  cli = await openCliUnderTest(
    async (dataDir) => startPostgres({ dataDir, port: await freePort() }),
    () => (answer === undefined ? undefined : ask),
  )
  await cli.api.pool.query(`INSERT INTO gateway (name) VALUES ('gw-1')`)
})
afterAll(() => cli?.[Symbol.asyncDispose]())
beforeEach(async () => {
  answer = undefined
  asked = []
  await cli?.api.pool.query('DELETE FROM device; DELETE FROM area')
})

const feature = (properties: object, size?: number) => ({
  type: 'Feature',
  properties,
  geometry:
    size === undefined
      ? null
      : {
          type: 'Polygon',
          coordinates: [
            [
              [117, 31],
              [117 + size, 31],
              [117, 31 + size],
              [117, 31],
            ],
          ],
        },
})
const collection = (...features: object[]) => JSON.stringify({ type: 'FeatureCollection', features })
const HEFEI = [
  feature({ id: 'hefei', level: 'city', zh: '合肥市', en: 'Hefei', code: 340100 }, 2),
  feature(
    { id: 340104, level: 'county', zh: '蜀山区', code: '340104', parent: 'hefei', note: 'from a map' },
    1,
  ),
]
const importFile = async (content: string, ...args: string[]) =>
  cli.run('area', 'import', await cli.fileOf('areas.geojson', content), ...args)
const place = async (content: string | Uint8Array, ...args: string[]) =>
  cli.run('device', 'place', await cli.fileOf('devices.csv', content), ...args)
const placementOf = async (device: string) =>
  (await (await cli.api.get(`/api/v1/placements/gw-1/${device}`)).json()) as Placement

describe('ganzhi area', () => {
  test('imports what a map tool writes, lists it as a tree, and shows one', async () => {
    const imported = await importFile(`\uFEFF${collection(...HEFEI)}`)
    expect(imported).toMatchObject({ code: 0, err: '' })
    expect(imported.out).toContain('新增 new 2')
    const lines = (await cli.run('area', 'list')).out.split('\n')
    expect(lines[1]).toMatch(/^合肥市 +hefei +市 city +340100 +✓$/)
    expect(lines[2]).toMatch(/^ {2}蜀山区 +340104 +区县 county/)
    const shown = await cli.run('area', 'show', '340104')
    expect(shown.out).toContain('hefei')
    expect(shown.out).toContain('4 点 positions')
  })

  test('asks before areas are changed that are there, and does nothing without a yes', async () => {
    await importFile(collection(...HEFEI))
    const renamed = collection(feature({ id: 'hefei', level: 'city', zh: '合肥', code: 340100 }))
    expect(await importFile(renamed)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--yes') as string,
    })
    answer = 'n'
    expect(await importFile(renamed)).toMatchObject({ code: 1, err: '' })
    expect(asked[0]).toContain('改动 changed 1')
    expect((await cli.run('area', 'show', 'hefei')).out).toContain('合肥市')
    answer = '是'
    expect((await importFile(renamed)).code).toBe(0)
    expect((await cli.run('area', 'show', 'hefei')).out).toMatch(/^合肥 {2}hefei/)
    answer = undefined
    expect((await importFile(collection(...HEFEI), '--yes')).code).toBe(0)
  })

  test('tells of every feature that is wrong, and changes nothing', async () => {
    const bad = await importFile(
      collection(
        HEFEI[0] as object,
        feature({ id: 'x', level: 'village', zh: 'x' }),
        feature({ id: 'y', level: 'grid' }),
      ),
    )
    expect(bad.code).toBe(2)
    expect(bad.err).toMatch(/feature 2: .*level[\s\S]*feature 3: .*names/)
    expect((await cli.run('area', 'list')).out).toContain('没有区域')
  })

  test('--dry-run changes nothing, and --json is one document', async () => {
    const checked = await importFile(collection(...HEFEI), '--dry-run', '--json')
    expect(JSON.parse(checked.out)).toMatchObject({ dryRun: true, created: 2 })
    expect(JSON.parse((await cli.run('area', 'list', '--json')).out)).toEqual({ items: [] })
    await importFile(collection(...HEFEI))
    const listed = JSON.parse((await cli.run('area', 'list', '--within', '340104', '--json')).out) as {
      items: object[]
    }
    expect(listed.items).toMatchObject([{ id: '340104' }])
    const refused = await importFile(
      collection(feature({ id: 'x', level: 'grid', zh: 'x', parent: 'none' })),
      '--json',
    )
    expect(JSON.parse(refused.out)).toMatchObject({ error: { faults: [{ index: 0, field: 'parent' }] } })
  })

  test.each([
    [['import', '/none/areas.json'], 'can not be read'],
    [['show'], 'must be'],
    [['show', 'nowhere'], 'is not known'],
    [['list', '--level', 'village'], 'level'],
  ])('%j is bad use, told as such', async (args, why) => {
    const { code, err } = await cli.run('area', ...args)
    expect(code).toBe(2)
    expect(err).toContain(why)
  })

  test('a file that is no GeoJSON is refused', async () => {
    for (const content of ['{', '[]', '{"type":"FeatureCollection","features":[]}']) {
      expect(await importFile(content)).toMatchObject({
        code: 2,
        err: expect.stringContaining('FeatureCollection') as string,
      })
    }
  })
})

describe('ganzhi device place', () => {
  test('places the devices of a CSV: what is empty stays, a hyphen takes away', async () => {
    await importFile(collection(...HEFEI))
    const csv = [
      'gateway,device,lon,lat,area,tags,attributes',
      'gw-1,pump-1,117.1,31.1,,泵站;indoor,limit=70; low=-5.5',
      'gw-1,pump-2,,,hefei,,',
      '',
      '"gw-1","pump-3",100,31,,,',
    ].join('\r\n')
    const placed = await place(csv)
    expect(placed).toMatchObject({ code: 0, err: '' })
    expect(placed.out).toMatch(/changed 3.*area found 1.*in no border 1/)
    expect(await placementOf('pump-1')).toMatchObject({
      path: ['hefei', '340104'],
      tags: ['indoor', '泵站'],
      attributes: { limit: 70, low: -5.5 },
    })
    const next = 'device,gateway,area,lon,lat,tags,attributes\npump-1,gw-1,-,-,-,-,low=-;high=1e3\n'
    expect((await place(next, '--yes')).code).toBe(0)
    expect(await placementOf('pump-1')).toMatchObject({
      area: null,
      place: null,
      tags: [],
      attributes: { limit: 70, high: 1000 },
    })
  })

  test('reads what a Chinese Excel saves', async () => {
    // "gw-1,m,泵" in GBK.
    const gbk = Buffer.from([0xb1, 0xc3])
    await place(Buffer.concat([Buffer.from('gateway,device,tags\r\ngw-1,m,'), gbk, Buffer.from('\r\n')]))
    expect(await placementOf('m')).toMatchObject({ tags: ['泵'] })
  })

  test('tells the line of everything that is wrong, and changes nothing', async () => {
    const many = Array.from({ length: 2_100 }, (_, i) => `gw-1,d${i},,,,,`)
    const head = 'gateway,device,lon,lat,area,tags,attributes'
    const refused = await place(
      [head, 'gw-9,a,,,,,', ...many, 'gw-1,b,117,99,,,', 'gw-1,c,,,nowhere,,'].join('\n'),
    )
    expect(refused.code).toBe(2)
    expect(refused.err).toMatch(/line 2: .*gw-9[\s\S]*line 2103: .*lat/)
    const local = await place([head, 'gw-1,a,117,,,,', 'gw-1,b,,,,,limit', 'gw-1,a,,,,,'].join('\n'))
    expect(local.err).toMatch(/line 2: lat[\s\S]*line 3: attributes[\s\S]*line 4: gw-1\/a/)
    expect((await cli.api.pool.query('SELECT FROM device')).rowCount).toBe(0)
  })

  test('asks before devices are changed that are there', async () => {
    await place('gateway,device,tags\ngw-1,a,x\n')
    answer = ''
    expect((await place('gateway,device,tags\ngw-1,a,x\ngw-1,b,x\n')).code).toBe(0)
    expect(asked).toEqual([])
    expect((await place('gateway,device,tags\ngw-1,a,y\n')).code).toBe(1)
    expect(await placementOf('a')).toMatchObject({ tags: ['x'] })
  })

  test.each([
    ['gateway,device,colour\ngw-1,a,red\n', 'colour'],
    ['gateway,tags\ngw-1,a\n', 'lacks the column device'],
    ['gateway,device\n', 'names no device'],
    ['', 'lacks the column'],
    ['gateway,device\ngw-1,"a\n', 'docs/places.md'],
  ])('%j is refused', async (csv, why) => {
    expect(await place(csv)).toMatchObject({ code: 2, err: expect.stringContaining(why) as string })
  })
})

test('help is in both languages', async () => {
  for (const command of ['area', 'device'] as const) {
    expect(await cli.run(command, '--help')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/[一-鿿]/) as string,
    })
  }
})
