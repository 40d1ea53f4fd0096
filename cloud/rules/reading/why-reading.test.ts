import type { Property } from '@ganzhi/contracts/profile'
import type { Transition } from '@ganzhi/contracts/transition'
import { describe, expect, it } from 'vitest'
import { whyReading } from './why-reading.ts'

const property = (id: string, zh: string, en: string, type: 'float' | 'bool', unit?: string): Property => ({
  id,
  names: { zh, en },
  type,
  access: 'r',
  ...(unit === undefined ? {} : { unit }),
})
const properties = new Map(
  [
    property('pm25', 'PM2.5', 'PM2.5', 'float', 'ug/m3'),
    property('noise', '噪声', 'Noise', 'float', 'dB[SPL]'),
    property('level', '水位', 'Water level', 'float', 'm'),
    property('door', '井盖打开', 'Cover open', 'bool'),
  ].map((each): [string, Property] => [each.id, each]),
)
const events = new Map([['cn.ganzhi.vision.crowd-gathering', { zh: '人群聚集', en: 'Crowd gathering' }]])

const since = '2026-11-21T11:55:00.000Z'
const raised = { from: 'clear', to: 'major', value: 81.2 } as const
const cleared = { from: 'major', to: 'clear', value: 68.2 } as const

function read(told: Omit<Transition, 'id' | 'rule' | 'at' | 'target'>, own?: string) {
  const { zh, en } = whyReading(told, own === undefined ? {} : { property: own }, { properties, events })
  return [zh, en]
}

describe('why a transition was told, in a sentence', () => {
  it('with the value, the threshold, how long and since when', () => {
    expect(read({ ...raised, why: { above: 75, for: 'PT5M', since } }, 'pm25')).toEqual([
      `PM2.5 为 81.2 µg/m³，高于阈值 75 µg/m³，已满 5 分钟（自 ${since} 起）。`,
      `PM2.5 was 81.2 µg/m³: above the threshold 75 µg/m³ for 5 minutes, since ${since}.`,
    ])
    expect(read({ ...cleared, why: { clearBelow: 70, since } }, 'pm25')).toEqual([
      `PM2.5 为 68.2 µg/m³，低于解除值 70 µg/m³（自 ${since} 起）。`,
      `PM2.5 was 68.2 µg/m³: below 70 µg/m³, which clears it, since ${since}.`,
    ])
  })

  it('with no more digits than are read', () => {
    const of = (value: number) => read({ ...raised, value, why: { above: 75 } }, 'pm25')[0]
    expect(of(80.658275775137014)).toBe('PM2.5 为 80.6583 µg/m³，高于阈值 75 µg/m³。')
    expect(of(12_345_678)).toBe('PM2.5 为 12345678 µg/m³，高于阈值 75 µg/m³。')
  })

  it('with the numbers that an expression made of the devices of an area', () => {
    const cel = 'count(pm25) >= 3 && avg(pm25) > 75.0'
    const numbers = { 'count(pm25)': 4, 'avg(pm25)': 81.256_78 }
    expect(read({ ...raised, value: null, why: { expression: cel, numbers, for: 'PT5M', since } })).toEqual([
      `满足“有 PM2.5 的设备数 ≥ 3 且 各设备 PM2.5 平均值 > 75”（有 PM2.5 的设备数为 4，各设备 PM2.5 平均值为 81.2568），已满 5 分钟（自 ${since} 起）。`,
      `“number of devices with PM2.5 ≥ 3 and mean of PM2.5 > 75” was true (number of devices with PM2.5: 4, mean of PM2.5: 81.2568) for 5 minutes, since ${since}.`,
    ])
    const why = { clear: 'max(pm25) < 70.0', numbers: { 'max(pm25)': 69 } }
    expect(read({ ...cleared, value: null, why })).toEqual([
      '满足“各设备 PM2.5 最高值 < 70”（各设备 PM2.5 最高值为 69）。',
      '“highest PM2.5 < 70” was true (highest PM2.5: 69).',
    ])
  })

  it('with a limit from history as a number, and from what it came', () => {
    const why = { above: 62.34567, history: { percentile: 98, days: 28, plus: 5 }, for: 'PT10M', since }
    expect(read({ ...raised, why }, 'noise')).toEqual([
      `噪声为 81.2 dB，高于阈值 62.35 dB（本设备前 28 天同一小时最高值的 98% 分位数加 5 dB），已满 10 分钟（自 ${since} 起）。`,
      `Noise was 81.2 dB: above the threshold 62.35 dB (what its highest value in this hour of the day did not exceed on 98% of the last 28 days plus 5 dB) for 10 minutes, since ${since}.`,
    ])
  })

  it('of the property that the condition names, and by how many values', () => {
    const why = { property: 'noise', above: 70, of: { n: 3, m: 5 }, counted: 4, since }
    expect(read({ ...raised, why })).toEqual([
      `噪声为 81.2 dB，高于阈值 70 dB，最近 5 个有效数据中有 4 个（限 3 个）（自 ${since} 起）。`,
      `Noise was 81.2 dB: above the threshold 70 dB, at 4 of the last 5 usable values (limit 3), since ${since}.`,
    ])
  })

  it('part by part, each with its own time', () => {
    const all = [
      { during: 'cn.ganzhi.vision.crowd-gathering', since },
      { above: 70, for: 'PT1M', since },
    ]
    expect(read({ ...raised, value: 74, why: { all, since } }, 'noise')).toEqual([
      `噪声为 74 dB，同时成立（自 ${since} 起）：（1）“人群聚集”事件发生且未结束（自 ${since} 起）；（2）噪声高于阈值 70 dB，已满 1 分钟（自 ${since} 起）。`,
      `Noise was 74 dB: all held, since ${since}: (1) an incident of “crowd gathering” was open, since ${since}; (2) noise was above the threshold 70 dB for 1 minute, since ${since}.`,
    ])
  })

  it.each<[object, string, string]>([
    [{ noData: 'PT10M', since }, '水位 10 分钟没有任何数据', 'No data of water level came for 10 minutes'],
    [
      { rate: { above: 0.25, over: 'PT5M' }, counted: 0.31, since },
      '水位在 5 分钟内变化 0.31 m，超过 0.25 m',
      'Water level moved by 0.31 m within 5 minutes, above 0.25 m',
    ],
    [
      { events: { type: 'x.y', atLeast: 3, within: 'PT2H' }, counted: 3 },
      '2 小时内发生 3 次“x.y”事件（限 3 次）',
      '3 incidents of “x.y” began within 2 hours (limit 3)',
    ],
    [
      { outside: { of: 'route', by: 50 }, metres: 132, for: 'PT2M', since },
      `偏离路线 132 米（限 50 米），已满 2 分钟（自 ${since} 起）。`,
      `It was 132 m off its route (limit 50 m) for 2 minutes, since ${since}.`,
    ],
    [
      {
        devices: { atLeast: 2, when: { above: 70, property: 'noise' } },
        counted: 2,
        who: ['gw-1/a', 'gw-2/b'],
      },
      '2 台设备噪声高于 70 dB（限 2 台）：gw-1/a、gw-2/b。',
      'On 2 devices noise is above 70 dB (limit 2): gw-1/a, gw-2/b.',
    ],
    [
      {
        devices: { atLeast: 3, when: { during: 'cn.ganzhi.vision.crowd-gathering' } },
        counted: 7,
        who: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
      },
      '7 台设备“人群聚集”事件发生且未结束（限 3 台）：a、b、c、d、e 等。',
      'On 7 devices an incident of “crowd gathering” is open (limit 3): a, b, c, d, e and others.',
    ],
  ])('without the value where it decided nothing: %j', (why, zh, en) => {
    const [chinese, english] = read({ ...raised, why: why as Transition['why'] }, 'level')
    expect(chinese?.startsWith(zh)).toBe(true)
    expect(english?.startsWith(en)).toBe(true)
  })

  it('by what ended it otherwise', () => {
    expect(read({ ...cleared, why: { because: 'schedule' } }, 'noise')).toEqual([
      '判断时段结束。',
      'The hours of the rule ended.',
    ])
  })

  it('of a yes or no in the words of its profile', () => {
    expect(read({ ...raised, value: true, why: { property: 'door', equals: true, for: 'PT10S' } })).toEqual([
      '“井盖打开”为“是”，已满 10 秒。',
      '“cover open” was “true” for 10 seconds.',
    ])
  })
})
