import type { Property } from '@ganzhi/contracts/profile'
import type { Rule } from '@ganzhi/contracts/rule'
import type { RuleCondition } from '@ganzhi/contracts/rule-condition'
import { loadRules } from '@ganzhi/firmware-config/rules/rule-folder'
import { describe, expect, it } from 'vitest'
import { loadRuleReader } from './rule-reader.ts'
import { readingOf } from './rule-reading.ts'

const property = (id: string, zh: string, en: string, type: 'float' | 'bool' | 'integer', unit?: string) => ({
  id,
  names: { zh, en },
  type,
  access: 'r' as const,
  ...(unit === undefined ? {} : { unit }),
})
const properties = new Map(
  [
    property('pm25', 'PM2.5', 'PM2.5', 'float', 'ug/m3'),
    property('pm10', 'PM10', 'PM10', 'float', 'ug/m3'),
    property('noise', '噪声', 'Noise', 'float', 'dB[SPL]'),
    property('level', '水位', 'Water level, inside', 'float', 'm'),
    property('on_battery', '电池供电时间', 'Time on battery', 'float', 's'),
    property('humidity', '湿度', 'Humidity', 'float', '%'),
    property('door', '井盖打开', 'Cover open', 'bool'),
    { ...property('state', '状态', 'State', 'integer'), labels: { '2': { zh: '卡住', en: 'stuck' } } },
  ].map((each): [string, Property] => [each.id, each]),
)
const profiles = new Map([['acme/station', { zh: '街道监测站', en: 'Street station' }]])
const events = new Map([['cn.ganzhi.vision.crowd-gathering', { zh: '人群聚集', en: 'Crowd gathering' }]])
const known = { properties, profiles, events }

/** Of a rule about PM2.5 at one device: without the sentence on which devices it applies to. */
function read(when: RuleCondition, more: Partial<Rule> = {}) {
  const rule = { id: 'r', version: 1, for: { property: 'pm25' }, when, severity: 'minor', ...more } as Rule
  const { zh, en } = readingOf(rule, known)
  return [zh.replace(/适用于[^。]*。$/, ''), en.replace(/ Applies to [^.]*(\.5)?\.$/, '')]
}

describe('a rule, as people read it', () => {
  it('says what an expression makes of all devices of an area', () => {
    const cel = 'count(pm25) >= 3 && avg(pm25) > 75.0'
    expect(read({ expression: cel, within: 'PT1H', for: 'PT5M' }, { each: 'street' })).toEqual([
      '每个街道各自判断：按 1 小时内的数据，满足“有 PM2.5 的设备数 ≥ 3 且 各设备 PM2.5 平均值 > 75”持续 5 分钟，报“一般”；不再满足即解除。',
      'In each street: Minor when by values no older than 1 hour, “number of devices with PM2.5 ≥ 3 and mean of PM2.5 > 75” stays true for 5 minutes; clears when that is no longer so.',
    ])
  })

  it('with neither profile nor names, by its own words', () => {
    const rule: Rule = {
      id: 'r',
      version: 1,
      for: { property: 'pm25' },
      when: { above: 75, clearBelow: 70, for: 'PT5M' },
      severity: 'minor',
    }
    expect(readingOf(rule)).toEqual({
      zh: 'pm25 高于 75 持续 5 分钟，报“一般”；回落到 70 以下即解除。适用于所有上报 pm25 的设备。',
      en: 'Minor when pm25 stays above 75 for 5 minutes; clears when it is below 70. Applies to all devices that report pm25.',
    })
  })

  it.each<[RuleCondition, zh: string, en: string]>([
    [
      { above: 75, clearBelow: 70, for: 'PT5M', clearFor: 'PT1H30M' },
      'PM2.5 高于 75 µg/m³ 持续 5 分钟，报“一般”；回落到 70 µg/m³ 以下满 1 小时 30 分钟后解除。',
      'Minor when PM2.5 stays above 75 µg/m³ for 5 minutes; clears when it has been below 70 µg/m³ for 1 hour 30 minutes.',
    ],
    [
      { above: 75 },
      'PM2.5 高于 75 µg/m³，报“一般”；不再高于 75 µg/m³ 即解除。',
      'Minor when PM2.5 is above 75 µg/m³; clears when it is at 75 µg/m³ or below.',
    ],
    [
      { above: 60, clearBelow: 1, property: 'on_battery' },
      '电池供电时间高于 60 秒，报“一般”；回落到 1 秒以下即解除。',
      'Minor when time on battery is above 60 s; clears when it is below 1 s.',
    ],
    [
      { below: 30, clearAbove: 35, property: 'humidity' },
      '湿度低于 30%，报“一般”；回升到 35% 以上即解除。',
      'Minor when humidity is below 30%; clears when it is above 35%.',
    ],
    [
      { below: { attribute: 'low', otherwise: 0.5 }, property: 'level', for: 'PT1S' },
      '水位低于设备自身的 low（未设置时取 0.5 m）持续 1 秒，报“一般”；不再低于该值即解除。',
      'Minor when water level (inside) stays below the device’s own low (0.5 m where it has none) for 1 second; clears when it is at that or above.',
    ],
    [
      { above: { attribute: 'high' }, clearBelow: 3, property: 'level' },
      '水位高于设备自身的 high（未设置的设备不判断），报“一般”；回落到 3 m 以下即解除。',
      'Minor when water level (inside) is above the device’s own high (a device without it is not judged); clears when it is below 3 m.',
    ],
    [
      { above: { percentile: 98, days: 28, times: 1.5 }, property: 'level', for: 'PT10M' },
      '水位高于本设备前 28 天同一小时最高值的 98% 分位数的 1.5 倍（有数据的天数不足一半时不判断）持续 10 分钟，报“一般”；不再高于该值即解除。',
      'Minor when water level (inside) stays above 1.5 times what its highest value in this hour of the day did not exceed on 98% of the last 28 days (not judged until half of them are known) for 10 minutes; clears when it is at that or below.',
    ],
    [
      {
        below: { percentile: 2, days: 7, plus: -0.5, otherwise: 1 },
        clearAbove: { percentile: 2, days: 7 },
        property: 'level',
      },
      '水位低于本设备前 7 天同一小时最低值的 2% 分位数减 0.5 m（有数据的天数不足一半时取 1 m），报“一般”；回升到本设备前 7 天同一小时最低值的 2% 分位数以上即解除。',
      'Minor when water level (inside) is below what its lowest value in this hour of the day did not exceed on 2% of the last 7 days less 0.5 m (1 m until half of them are known); clears when it is above what its lowest value in this hour of the day did not exceed on 2% of the last 7 days.',
    ],
    [
      { equals: true, property: 'door', for: 'PT10S', clearFor: 'PT10S' },
      '“井盖打开”为“是”持续 10 秒，报“一般”；变为“否”满 10 秒后解除。',
      'Minor when “cover open” stays “true” for 10 seconds; clears when it has been “false” for 10 seconds.',
    ],
    [
      { equals: 2, property: 'state' },
      '状态为“卡住”，报“一般”；变为其他值即解除。',
      'Minor when state is “stuck”; clears when it is anything else.',
    ],
    [
      { equals: 7, property: 'state' },
      '状态为 7，报“一般”；变为其他值即解除。',
      'Minor when state is 7; clears when it is anything else.',
    ],
    [
      { above: 75, of: { n: 3, m: 5 } },
      '最近 5 个有效数据中至少 3 个 PM2.5 高于 75 µg/m³，报“一般”；不足 3 个即解除。',
      'Minor when PM2.5 is above 75 µg/m³ in at least 3 of the last 5 usable values; clears when there are fewer.',
    ],
    [
      { rate: { above: 0.5, below: -1, per: 'PT10M', over: 'PT5M' }, property: 'level' },
      '水位上升速度超过每 10 分钟 0.5 m 或下降速度超过每 10 分钟 1 m（按最近 5 分钟计），报“一般”；不再如此即解除。',
      'Minor when water level (inside) rises by more than 0.5 m or falls by more than 1 m per 10 minutes (taken over 5 minutes); clears when it no longer does.',
    ],
    [
      { rate: { above: 0.5, over: 'PT5M' }, property: 'level', for: 'PT1M', clearFor: 'PT2M' },
      '水位在最近 5 分钟内上升超过 0.5 m 持续 1 分钟，报“一般”；不再如此满 2 分钟后解除。',
      'Minor when water level (inside) keeps rising by more than 0.5 m within 5 minutes for 1 minute; clears when it has not done so for 2 minutes.',
    ],
    [
      { stuck: 'PT2H' },
      'PM2.5 2 小时内一直有数据但数值不变，报“一般”；数值再次变化即解除。',
      'Minor when PM2.5 keeps coming but has not changed for 2 hours; clears when it changes.',
    ],
    [
      { stuck: 'P1D', within: 0.1, property: 'noise' },
      '噪声 1 天内一直有数据但变化不超过 0.1 dB，报“一般”；变化超过 0.1 dB 即解除。',
      'Minor when noise keeps coming but has moved by no more than 0.1 dB for 1 day; clears when it moves by more.',
    ],
    [
      { noData: 'PT10M', clearFor: 'PT1M' },
      'PM2.5 10 分钟没有任何数据，报“一般”；再次收到数据满 1 分钟后解除。',
      'Minor when no data of PM2.5 have come for 10 minutes; clears when data have come again for 1 minute.',
    ],
    [
      { stale: 'PT1H' },
      'PM2.5 1 小时没有有效数据，报“一般”；再次收到有效数据即解除。',
      'Minor when no usable data of PM2.5 have come for 1 hour; clears when usable data come again.',
    ],
    [
      { expression: 'pm10 >= 150.0 && pm10 > 2.5 * pm25 || state == 2', for: 'PT5M' },
      '满足“PM10 ≥ 150 且 PM10 > 2.5 × PM2.5 或 状态 = 2”持续 5 分钟，报“一般”；不再满足即解除。',
      'Minor when “PM10 ≥ 150 and PM10 > 2.5 × PM2.5 or state = 2” stays true for 5 minutes; clears when that is no longer so.',
    ],
    [
      { expression: 'pm10 > 150.0', clear: 'pm10 < 120.5', clearFor: 'PT5M' },
      '满足“PM10 > 150”，报“一般”；满足“PM10 < 120.5”满 5 分钟后解除。',
      'Minor when “PM10 > 150” is true; clears when “PM10 < 120.5” has been true for 5 minutes.',
    ],
    [
      { during: 'cn.ganzhi.vision.crowd-gathering' },
      '“人群聚集”事件发生且未结束，报“一般”；“人群聚集”事件全部结束即解除。',
      'Minor when an incident of “crowd gathering” is open; clears when none is open.',
    ],
    [
      { during: 'cn.ganzhi.vision.other', for: 'PT4H', clearFor: 'PT5M' },
      '“cn.ganzhi.vision.other”事件发生后 4 小时仍未结束，报“一般”；“cn.ganzhi.vision.other”事件全部结束满 5 分钟后解除。',
      'Minor when an incident of “cn.ganzhi.vision.other” has been open for 4 hours; clears when none has been open for 5 minutes.',
    ],
    [
      { events: { type: 'cn.ganzhi.vision.crowd-gathering', atLeast: 3, within: 'PT1H' } },
      '1 小时内发生至少 3 次“人群聚集”事件，报“一般”；不足 3 次即解除。',
      'Minor when at least 3 incidents of “crowd gathering” begin within 1 hour; clears when there are fewer.',
    ],
    [
      {
        all: [
          { during: 'cn.ganzhi.vision.crowd-gathering' },
          { above: 70, clearBelow: 65, for: 'PT1M', clearFor: 'PT2M', property: 'noise' },
        ],
        for: 'PT30S',
      },
      '以下条件同时成立并持续 30 秒，报“一般”：（1）“人群聚集”事件发生且未结束；（2）噪声高于 70 dB 持续 1 分钟（回落到 65 dB 以下满 2 分钟为止）。有一条不再成立即解除。',
      'Minor when all of these hold for 30 seconds: (1) an incident of “crowd gathering” is open; (2) noise stays above 70 dB for 1 minute (until it has been below 65 dB for 2 minutes). Clears when one of them no longer holds.',
    ],
    [
      { any: [{ above: 75 }, { equals: true, property: 'door' }], clearFor: 'PT1M' },
      '以下任一条件成立，报“一般”：（1）PM2.5 高于 75 µg/m³；（2）“井盖打开”为“是”。全部不再成立满 1 分钟后解除。',
      'Minor when at least one of these holds: (1) PM2.5 is above 75 µg/m³; (2) “cover open” is “true”. Clears when none of them has held for 1 minute.',
    ],
  ])('%j', (when, zh, en) => {
    expect(read(when)).toEqual([zh, en])
  })

  it('tells every level, and which of them counts', () => {
    const rule: Rule = {
      id: 'r',
      version: 1,
      for: { profile: 'acme/station', property: 'level' },
      levels: [
        { severity: 'info', when: { above: 1 } },
        { severity: 'critical', when: { above: 2, clearBelow: 1.8 } },
      ],
    }
    expect(readingOf(rule, known)).toEqual({
      zh: '水位高于 1 m，报“提示”；不再高于 1 m 即解除。水位高于 2 m，报“重大”；回落到 1.8 m 以下即解除。几级同时成立时，按最重的一级报。适用于型号为“街道监测站”的设备。',
      en: 'Info when water level (inside) is above 1 m; clears when it is at 1 m or below. Critical when water level (inside) is above 2 m; clears when it is below 1.8 m. Where several levels hold, the gravest counts. Applies to devices of the model “Street station”.',
    })
  })
})

describe('when a rule counts, as people read it', () => {
  const scheduleOf = (active: Rule['active'] & {}): string[] =>
    read({ above: 1 }, { active }).map((text) => text.replace(/^.*(即解除。|or below\. )/u, ''))

  it.each<[Rule['active'] & {}, zh: string, en: string]>([
    [
      { spans: [{ from: '22:00', to: '06:00' }] },
      '只在每天 22:00 至次日 06:00 判断；时段结束时未解除的，一并解除。',
      'Judged only from 22:00 to 06:00; an alarm that is open at the end clears.',
    ],
    [
      { spans: [{ days: ['workday'], from: '09:00', to: '18:00' }], after: 'keep' },
      '只在工作日（含调休上班）09:00 至 18:00 判断；时段结束时未解除的，保持到下一时段再判断。',
      'Judged only on workdays from 09:00 to 18:00; an alarm that is open at the end stays until the next beginning, when it is judged anew.',
    ],
    [
      {
        timezone: 'Europe/Berlin',
        spans: [
          { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '18:00', to: '24:00' },
          { days: ['sat', 'holiday'], from: '00:00', to: '24:00' },
        ],
      },
      '只在周一至周五 18:00 至 24:00，以及周六、休息日（含节假日）全天判断（Europe/Berlin 时间）；时段结束时未解除的，一并解除。',
      'Judged only on Mondays to Fridays from 18:00 to 24:00 and on Saturdays and days off (weekends and public holidays) all day (Europe/Berlin time); an alarm that is open at the end clears.',
    ],
    [
      { spans: [{ days: ['fri'], from: '22:00', to: '06:00' }] },
      '只在周五 22:00 至次日 06:00 判断；时段结束时未解除的，一并解除。',
      'Judged only on Fridays from 22:00 to 06:00 of the next day; an alarm that is open at the end clears.',
    ],
    [
      { spans: [{ days: ['sun', 'mon', 'sat'], from: '08:00', to: '09:00' }] },
      '只在周一、周六、周日 08:00 至 09:00 判断；时段结束时未解除的，一并解除。',
      'Judged only on Mondays, Saturdays and Sundays from 08:00 to 09:00; an alarm that is open at the end clears.',
    ],
  ])('%j', (active, zh, en) => {
    expect(scheduleOf(active)).toEqual([zh, en])
  })
})

describe('what a rule does with data that can’t be used, as people read it', () => {
  const policiesOf = (more: Partial<Rule>): string[] =>
    read({ above: 1 }, more).map((text) => text.replace(/^.*?(即解除。|or below\. ?)/u, ''))

  it.each<[Partial<Rule>, zh: string, en: string]>([
    [{ bad: 'hold', nan: 'hold' }, '', ''],
    [
      { bad: 'reset' },
      '收到质量不好的数据时，尚未报警的重新计时。',
      'Data of bad quality make what is not on yet begin anew.',
    ],
    [
      { bad: 'reset', nan: 'clear' },
      '收到质量不好的数据时，尚未报警的重新计时。收到不是数值的数据时，立即解除。',
      'Data of bad quality make what is not on yet begin anew. Data that are no number clear it at once.',
    ],
    [
      { bad: 'clear', nan: 'clear' },
      '收到质量不好或不是数值的数据时，立即解除。',
      'Data of bad quality, or that are no number, clear it at once.',
    ],
    [
      { lateness: 'PT1M' },
      '晚到不超过 1 分钟的数据照常计入。',
      'Data that are up to 1 minute late count as if they had come in time.',
    ],
  ])('%j', (more, zh, en) => {
    expect(policiesOf(more)).toEqual([zh, en])
  })
})

describe('which devices a rule applies to, as people read it', () => {
  const scopeOf = (scope: Rule['for']): string[] => {
    const { zh, en } = readingOf(
      { id: 'r', version: 1, for: scope, when: { above: 1, property: 'pm25' }, severity: 'minor' },
      known,
    )
    return [zh.replace(/^.*(?=适用于)/u, ''), en.replace(/^.*(?=Applies)/u, '')]
  }

  it.each<[Rule['for'], zh: string, en: string]>([
    [{}, '适用于所有设备。', 'Applies to all devices.'],
    [{ property: 'noise' }, '适用于所有上报噪声的设备。', 'Applies to all devices that report noise.'],
    [
      { profile: 'acme/station', area: '340123', tag: '学校', gateway: 'gw-1' },
      '适用于型号为“街道监测站”、标签为“学校”、位于区域“340123”（含下级）、接在网关“gw-1”上的设备。',
      'Applies to devices of the model “Street station”, tagged “学校”, in the area “340123” or below it, on the gateway “gw-1”.',
    ],
    [{ device: 'dev-1' }, '适用于设备“dev-1”。', 'Applies to the device “dev-1”.'],
    [
      { device: 'dev-1', tag: 'x' },
      '适用于设备“dev-1”，且须标签为“x”。',
      'Applies to the device “dev-1”, if tagged “x”.',
    ],
  ])('%j', (scope, zh, en) => {
    expect(scopeOf(scope)).toEqual([zh, en])
  })
})

it('a rule over gateways says when one counts as away', () => {
  const { zh, en } = readingOf(
    { id: 'r', version: 1, for: {}, each: 'gateway', when: { offline: 'PT3M' }, severity: 'major' },
    known,
  )
  expect(zh).toBe('离线满 3 分钟，报“较大”；恢复在线即解除。适用于所有网关。')
  expect(en).toBe(
    'Major when nothing has been heard of it for 3 minutes; clears when it is heard again. Applies to all gateways.',
  )
})

it('a rule over links says whose', () => {
  const rule: Rule = {
    id: 'r',
    version: 1,
    for: {},
    each: 'link',
    when: { offline: 'PT2M' },
    severity: 'major',
  }
  const { zh, en } = readingOf(rule, known)
  expect(zh).toBe('离线满 2 分钟，报“较大”；恢复在线即解除。适用于网关的所有链路。')
  expect(en).toBe(
    'Major when nothing has been heard of it for 2 minutes; clears when it is heard again. Applies to all links of gateways.',
  )
  expect(readingOf({ ...rule, for: { gateway: 'gw-1' } }, known).en).toMatch(
    /Applies to all links of the gateway “gw-1”\.$/,
  )
})

it('a rule on where a thing may be says how far off counts', () => {
  const route: [number, number][] = [
    [117.2, 31.8],
    [117.3, 31.9],
  ]
  expect(read({ outside: { route, by: 50 }, for: 'PT2M' })).toEqual([
    '偏离路线超过 50 米持续 2 分钟，报“一般”；回到路线 50 米以内即解除。',
    'Minor when it stays more than 50 m off its route for 2 minutes; clears when it is back.',
  ])
  expect(read({ outside: { polygon: [...route, [117.2, 31.9]] } })).toEqual([
    '超出围栏，报“一般”；回到围栏内即解除。',
    'Minor when it is outside its border; clears when it is back.',
  ])
})

describe('a rule over areas', () => {
  const of = (when: RuleCondition) => {
    const { zh, en } = readingOf(
      { id: 'r', version: 1, for: {}, each: 'street', when, severity: 'major' },
      known,
    )
    return [zh, en]
  }

  it('says which areas are judged, and how many devices it takes', () => {
    expect(
      of({ devices: { atLeast: 3, when: { above: 70, property: 'noise', for: 'PT1M' } }, for: 'PT5M' }),
    ).toEqual([
      '每个街道各自判断：至少有 3 台设备噪声高于 70 dB 持续 1 分钟，且这样持续 5 分钟，报“较大”；这样的设备不足 3 台即解除。适用于所有设备。',
      'In each street: Major when on at least 3 devices noise stays above 70 dB for 1 minute, and this lasts for 5 minutes; clears when there are fewer such. Applies to all devices.',
    ])
  })

  it('says of each part when a device no longer counts', () => {
    const crowd = { devices: { atLeast: 1, when: { during: 'cn.ganzhi.vision.crowd-gathering' } } }
    const noise = { devices: { atLeast: 1, when: { above: 70, clearBelow: 65, property: 'noise' } } }
    expect(of({ all: [crowd, noise] })).toEqual([
      '每个街道各自判断：以下条件同时成立，报“较大”：（1）至少有 1 台设备“人群聚集”事件发生且未结束；（2）至少有 1 台设备噪声高于 70 dB（每台回落到 65 dB 以下为止）。有一条不再成立即解除。适用于所有设备。',
      'In each street: Major when all of these hold: (1) on at least one device an incident of “crowd gathering” is open; (2) on at least one device noise is above 70 dB (until it is below 65 dB there). Clears when one of them no longer holds. Applies to all devices.',
    ])
  })
})

describe('every ready rule', async () => {
  const rules = await loadRules()
  const { rule: read } = await loadRuleReader()

  it('can be read', () => {
    expect(rules.size).toBeGreaterThanOrEqual(20)
    for (const rule of rules.values()) {
      const { zh, en } = read(rule)
      expect(`${zh}${en}`).not.toMatch(/undefined|NaN|\[object|cn\.ganzhi| {2}/)
      expect(zh).toMatch(/解除。.*适用于.*。$/u)
      expect(en).toMatch(/clears when .*\. Applies to .*\.$/i)
    }
  })

  it('is read with the names of its profile and of the scenes', () => {
    expect(readReady('manhole-open').zh).toBe(
      '“井盖打开”为“是”持续 10 秒，报“较大”；变为“否”满 10 秒后解除。适用于型号为“排水泵井（仿真）”的设备。',
    )
    expect(readReady('vending-again').en).toBe(
      'Minor when at least 3 incidents of “street vending” begin within 2 hours; clears when there are fewer. Applies to all devices.',
    )
  })

  it('is read with what models make of values', () => {
    const { zh, en } = read(rules.get('device-strange') as Rule)
    expect(zh).toContain('异常程度高于 0.66')
    expect(en).toContain('anomaly score stays above 0.66')
  })

  it('calls what all profiles call the same by that name', () => {
    expect(readReady('pm25-high').zh).toMatch(/^细颗粒物 PM2\.5 高于 60 µg\/m³ /)
  })

  function readReady(id: string) {
    const rule = rules.get(id)
    if (!rule) throw new Error(`there is no ${id}`)
    return read(rule)
  }
})
