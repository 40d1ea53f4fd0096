import { describe, expect, it } from 'vitest'
import { codesOf, loadEventCodes } from '../event-codes.ts'
import type { CameraScene } from './camera-scene.ts'
import { placeScenes } from './placed-scene.ts'
import { loadScenes } from './scene-folder.ts'
import { loadScene } from './scene.ts'
import { contains, crossing } from './zone.ts'

const scenes = await loadScenes()
const tables = await loadEventCodes()
const SQUARE: CameraScene['zones'][number] = {
  id: 'square',
  polygon: [
    [0.1, 0.1],
    [0.9, 0.1],
    [0.9, 0.9],
    [0.1, 0.9],
  ],
}

function numbersIn(value: unknown, path = ''): string[] {
  if (typeof value === 'number') return [path]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    numbersIn(inner, path === '' ? key : `${path}.${key}`),
  )
}

function placed(entry: Partial<CameraScene>) {
  return placeScenes(scenes, [{ scene: 'crowd-gathering', zones: [SQUARE], ...entry }])
}

function faultOf(entry: Partial<CameraScene>): string {
  const result = placed(entry)
  if (!('faults' in result)) return 'none'
  return result.faults
    .map(({ path, message, remedy }) => `${path.join('.')} ${message}. ${remedy}`)
    .join('\n')
}

describe('the scenes that come with the platform', () => {
  it('are the three that cities run, and what they are made of', () => {
    expect([...scenes.keys()].sort()).toEqual(
      'count crowd-gathering dwell exposed-garbage line static-object street-vending zone'.split(' '),
    )
  })

  it.each([...scenes.values()])(
    '$id says where each of its numbers is from, and of nothing else',
    (scene) => {
      const { rule, timing, looks } = scene
      expect(Object.keys(scene.sources ?? {}).sort()).toEqual(numbersIn({ rule, timing, looks }).sort())
    },
  )

  it.each([...scenes.values()])('$id is told by a code where departments have one', (scene) => {
    const events = [scene.event, ...Object.values(scene.variants ?? {}).map(({ event }) => event)]
    const general = ['zone', 'line', 'count', 'dwell', 'static-object']
    const without = events.filter((each) => codesOf(tables, each).length === 0)
    expect(without.filter((each) => !general.includes(each))).toEqual([])
  })
})

describe('tables of event codes', () => {
  it('give a thing the code that each department knows it by', () => {
    const codes = codesOf(tables, 'exposed-garbage').map(({ table, code }) => `${table} ${code}`)
    expect(codes).toEqual(['cjt-214-2007 0102', 'gbt-47678-5-2026 06010'])
    expect(codesOf(tables, 'crowd-gathering')).toMatchObject([{ table: 'ganzhi' }])
  })

  it('of standards are not called verified before somebody has read the standard', () => {
    expect(tables.filter(({ verified }) => verified).map(({ id }) => id)).toEqual(['ganzhi'])
  })
})

describe('a scene', () => {
  const yaml = (change: (text: string) => string) =>
    change(`id: mine
version: 1
names: { zh: 我的, en: Mine }
event: mine
severity: minor
looks: { perSecond: 1 }
rule:
  kind: count
  labels: [person]
  score: 0.4
  minHeight: 0.04
  atLeast: 3
  keepsAt: 2
timing: { confirmSeconds: 2, hitRatio: 0.6, windowSeconds: 5, clearSeconds: 10, clearRatio: 0.2, coolDownSeconds: 0, repeatSeconds: 30 }
`)

  it('is loaded from its file', () => {
    expect(loadScene(yaml((text) => text)).rule).toMatchObject({ kind: 'count', atLeast: 3 })
  })

  it.each([
    ['kind: count', 'kind: crowds', /mine.yaml:8:.*rule.kind must be one of count crowd dwell/],
    ['keepsAt: 2', 'keepsAt: 4', /mine.yaml:13:.*rule.keepsAt is above atLeast.*at most 3/],
    ['atLeast: 3', 'atleast: 3', /rule.atleast is not a known field/],
    ['hitRatio: 0.6', 'hitRatio: 0.1', /timing.clearRatio is not below hitRatio/],
    ['repeatSeconds: 30', 'repeatSeconds: 1', /timing.repeatSeconds would flood/],
    ['score: 0.4', 'score: 4', /rule.score/],
  ])('with %j written %j is refused by line, field and remedy', (good, bad, said) => {
    expect(() =>
      loadScene(
        yaml((text) => text.replace(good, bad)),
        'mine.yaml',
      ),
    ).toThrow(said)
  })

  it('of another kind does not hear of fields that only others have', () => {
    const message = (() => {
      try {
        loadScene(yaml((text) => text.replace('keepsAt: 2', 'keepsAt: two')))
        return ''
      } catch (error) {
        return (error as Error).message
      }
    })()
    expect(message).toContain('rule.keepsAt')
    expect(message.split('\n')).toHaveLength(1)
  })
})

describe('a scene of a camera', () => {
  it('has the zones and the settings of the camera', () => {
    const result = placed({ rule: { atLeast: 20, keepsAt: 15 }, timing: { confirmSeconds: 60 } })
    expect(result).toMatchObject({
      scenes: [
        {
          scene: {
            rule: { kind: 'crowd', atLeast: 20, reach: 1 },
            timing: { confirmSeconds: 60, hitRatio: 0.6 },
          },
        },
      ],
    })
  })

  it('is another one, by its sha256, when anything of it has changed', () => {
    const sums = [{}, { timing: { confirmSeconds: 31 } }, { masks: [SQUARE.polygon ?? []] }, {}].map(
      (entry) => {
        const result = placed(entry)
        return 'scenes' in result ? result.scenes[0]?.sha256 : 'refused'
      },
    )
    expect(new Set(sums).size).toBe(3)
    expect(sums[3]).toBe(sums[0])
  })

  it.each<[Partial<CameraScene>, RegExp]>([
    [{ scene: 'crowd' }, /^0.scene crowd is no scene. Use one of: count, crowd-gathering/],
    [{ zones: [SQUARE, SQUARE] }, /^0.zones.1.id square is also zones\[0\]/],
    [{ zones: [{ id: 'a' }] }, /^0.zones.0.polygon is missing. Draw a polygon/],
    [{ scene: 'line' }, /^0.zones.0.line is missing[^]*0.zones.0.polygon means nothing to line/],
    [
      { zones: [{ ...SQUARE, variant: 'shop-front' }] },
      /^0.zones.0.variant shop-front is no variant. Leave it/,
    ],
    [{ scene: 'street-vending', zones: [{ ...SQUARE, variant: 'door' }] }, /Use one of: shop-front/],
    [{ timing: { confirmSecond: 5 } }, /^0.timing.confirmSecond is not a known field/],
    [{ rule: { atLeast: 2 } }, /^0.rule.keepsAt is above atLeast/],
    [{ schedule: { spans: [{ from: '08:00', to: '08:00' }] } }, /^0.schedule.spans.0.to/],
    [
      {
        zones: [
          {
            id: 'bow',
            polygon: [
              [0.1, 0.1],
              [0.9, 0.9],
              [0.9, 0.1],
              [0.1, 0.9],
            ],
          },
        ],
      },
      /^0.zones.0.polygon crosses itself.*walks around it/,
    ],
    [
      {
        masks: [
          [
            [0.1, 0.1],
            [0.1001, 0.1],
            [0.1, 0.1001],
          ],
        ],
      },
      /^0.masks.0 has next to no area/,
    ],
  ])('like %j is refused by field and remedy', (entry, said) => {
    expect(faultOf(entry)).toMatch(said)
  })

  it('stands once in a camera', () => {
    const twice = [0, 1].map(() => ({ scene: 'zone', zones: [SQUARE] }))
    expect(placeScenes(scenes, twice)).toMatchObject({
      faults: [{ path: [1, 'scene'] }],
    })
  })
})

describe('a zone', () => {
  it('holds what is within its corners', () => {
    const corner = [
      [0, 0],
      [1, 0],
      [1, 0.5],
      [0.5, 0.5],
      [0.5, 1],
      [0, 1],
    ] as [number, number][]
    expect(contains(corner, [0.25, 0.75])).toBe(true)
    expect(contains(corner, [0.75, 0.75])).toBe(false)
    expect(contains(corner, [0.75, 0.25])).toBe(true)
  })

  it('that is a line tells who crosses it, and which way', () => {
    const upwards = [
      [0.5, 1],
      [0.5, 0],
    ] as [[number, number], [number, number]]
    expect(
      crossing(
        [
          [0.4, 0.5],
          [0.6, 0.5],
        ],
        upwards,
      ),
    ).toBe(1)
    expect(
      crossing(
        [
          [0.6, 0.5],
          [0.4, 0.5],
        ],
        upwards,
      ),
    ).toBe(-1)
    expect(
      crossing(
        [
          [0.4, 0.5],
          [0.45, 0.5],
        ],
        upwards,
      ),
    ).toBe(0)
    expect(
      crossing(
        [
          [0.4, 1.5],
          [0.6, 1.5],
        ],
        upwards,
      ),
    ).toBe(0)
  })
})
