import { isGanzhiError } from '@ganzhi/contracts/error'
import { expect, test } from 'vitest'
import { loadRule } from './rule-file.ts'

const HEAD = `id: pm25-high
version: 1
for: { property: pm25 }
`

/** The lines in which a rule is refused. */
function refusal(text: string): string[] {
  try {
    loadRule(text, 'rule.yaml')
  } catch (error) {
    if (!isGanzhiError(error, 'bad-input')) throw error
    expect(error.field).toBe(/^rule\.yaml:\d+:\d+: (\S+) /.exec(error.message)?.[1]?.replace('the', ''))
    return error.message.split('\n')
  }
  return expect.fail('it was taken')
}

test('a rule is read from YAML and from JSON', () => {
  const rule = {
    id: 'pm25-high',
    version: 1,
    for: { property: 'pm25' },
    when: { above: 75, clearBelow: 70, for: 'PT5M' },
    severity: 'major',
  }
  const yaml = `${HEAD}when: { above: 75, clearBelow: 70, for: PT5M }\nseverity: major\n`
  expect(loadRule(yaml)).toEqual(rule)
  expect(loadRule(JSON.stringify(rule, null, '\t'))).toEqual(rule)
})

test.each([
  'when: { any: [{ during: cn.ganzhi.vision.crowd-gathering }, { above: { attribute: limit, otherwise: 70 } }] }',
  'when: { equals: false, of: { n: 2, m: 2 }, for: PT0S }',
  'when: { below: { percentile: 2, days: 7, times: 0.5 }, clearAbove: { percentile: 2, days: 7, plus: -1, otherwise: 3 } }',
  'when: { rate: { above: 5, below: -5, per: PT1M, over: PT10M } }',
  'when: { expression: "a > 1.0", clear: "a < 0.5" }',
  'when: { outside: { route: [[117.2, 31.8], [117.3, 31.9]], by: 50 }, for: PT2M }',
  'when: { outside: { polygon: [[117.2, 31.8], [117.3, 31.9], [117.2, 31.9]], lon: x, lat: y } }',
  'each: street\nwhen: { all: [{ devices: { atLeast: 2, when: { above: 70, of: { n: 3, m: 5 } } }, for: PT1M }, { events: { type: cn.x, atLeast: 2, within: PT1H } }] }',
  'when: { below: 5, clearAbove: 5 }\nactive: { timezone: Asia/Shanghai, spans: [{ from: 22:00, to: 06:00, days: [workday] }] }',
])('taken: %s', (rest) => {
  expect(loadRule(`${HEAD}${rest}\nseverity: minor\n`)).toMatchObject({ id: 'pm25-high' })
})

/** The line and column at fault, its field, and a word of what is to be done. */
test.each([
  ['when: { above: 75, below: 5 }', '4:20: when.below stands beside above', 'all: [{ above'],
  ['when: { abov: 75 }', '4:1: when names no condition: abov', 'above below equals'],
  ['when: { above: 75, hysteresis: 5 }', '4:20: when.hysteresis is not a known field', 'clearBelow'],
  ['when: { above: 75, of: { n: 4, m: 3 } }', '4:26: when.of.n is 4, of only 3', 'at most as m: 3'],
  ['when: { above: 75, clearBelow: 80 }', '4:20: when.clearBelow is 80, above 75', 'at most 75'],
  ['when: { below: 5, clearAbove: 4 }', '4:19: when.clearAbove is 4, below 5', 'at least 5'],
  [
    'when: { above: high }',
    '4:9: when.above is neither a number, an attribute nor of the history: "high"',
    'attribute: limit',
  ],
  ['when: { above: { attribut: x } }', '4:9: when.above.attribute is missing', 'docs/rules.md'],
  ['when: { above: { percentile: 98 } }', '4:9: when.above.days is missing', 'from 2 to 90'],
  ['when: { above: { percentile: 98.5, days: 7 } }', '4:18: when.above.percentile', 'a whole number'],
  [
    `when: { above: { percentile: 98, days: 7 }, property: ${'p'.repeat(60)} }`,
    '4:18: when.above.percentile is kept as the property',
    'shorter name, by 8',
  ],
  ['when: { above: 75, for: 5m }', '4:20: when.for is not of the right form: "5m"', 'PT5M'],
  ['when: { above: 75, for: P400D }', '4:20: when.for is too long', 'P366D'],
  ['when: { noData: PT0S }', '4:9: when.noData is no time at all', 'PT5M'],
  ['when: { rate: { per: PT1M, over: PT1H } }', '4:9: when.rate has neither', 'Rising is above'],
  [
    'when: { rate: { above: 1, below: 2, per: PT1M, over: PT1H } }',
    '4:27: when.rate.below is 2',
    'at most 1',
  ],
  ['when: { equals: [1] }', '4:9: when.equals is not a value', 'true, false'],
  ['when: { during: Crowd }', '4:9: when.during is not of the right form', 'crowd-gathering'],
  ['when: { all: [{ above: 1 }] }', '4:9: when.all must not have fewer than 2', 'docs/rules.md'],
  ['when: { all: [{ above: 1 }, { above: 2, of: 3 }] }', '4:41: when.all[1].of must be object', 'docs'],
  ['when: { any: [{ above: 1 }, { all: [] }] }', '4:31: when.any[1].all stands within any', 'expression'],
  [
    'when: { devices: { atLeast: 2, when: { above: 1 } } }',
    '4:9: when.devices counts the devices',
    'each: city',
  ],
  [
    'each: street\nwhen: { above: 1 }',
    '5:9: when.above is judged at a device',
    'devices: { atLeast: 1, when',
  ],
  [
    "when: { expression: 'a > 1.0', within: PT1H }",
    '4:32: when.within is of expressions over areas',
    'stale',
  ],
  [
    "each: street\nwhen: { devices: { atLeast: 1, when: { expression: 'a > 1.0', within: PT1H } } }",
    '5:63: when.devices.when.within is of expressions over areas',
    'stale',
  ],
  ["each: street\nwhen: { expression: 'avg(a) > 1.0', within: PT0S }", '5:37: when.within', 'PT'],
  ['each: town\nwhen: { above: 1 }', '4:1: each must be one of', '街道 street'],
  [
    'each: street\nwhen: { any: [{ events: { type: cn.x, atLeast: 2, within: PT1H } }, { stuck: PT1H }] }',
    '5:71: when.any[1].stuck is judged at a device',
    'when: { stuck',
  ],
  [
    'each: street\nwhen: { devices: { atLeast: 1, when: { above: 5, clearBelow: 6 } } }',
    '5:50: when.devices.when.clearBelow is 6',
    'at most 5',
  ],
  [
    'each: street\nwhen: { devices: { atLeast: 1, when: { devices: { atLeast: 1, when: { above: 5 } } } } }',
    '5:40: when.devices.when.devices stands within devices',
    'one device',
  ],
  [
    'each: street\nwhen: { devices: { atLeast: 1, when: { all: [] } } }',
    '5:40: when.devices.when.all stands within devices',
    'single',
  ],
  [
    'each: street\nwhen: { devices: { atLeast: 0, when: { above: 5 } } }',
    '5:20: when.devices.atLeast',
    'docs',
  ],
  ['each: street\nwhen: { devices: { atLeast: 1 } }', '5:9: when.devices.when is missing', 'docs'],
  ['when: { offline: PT3M }', '4:9: when.offline is judged at a gateway', 'each: gateway'],
  ['each: gateway\nwhen: { noData: PT3M }', '5:9: when.noData is judged at a device', 'offline: PT3M'],
  ['each: link\nwhen: { above: 3 }', '5:9: when.above is judged at a device', 'offline: PT3M'],
  [
    'each: gateway\nwhen: { any: [{ offline: PT3M }, { offline: PT5M }] }',
    '5:17: when.any[0].offline stands within any',
    'levels',
  ],
  ['each: gateway\nwhen: { offline: 3m }', '5:9: when.offline is not of the right form', 'PT5M'],
  ['when: { outside: { by: 50 } }', '4:9: when.outside has neither', 'polygon'],
  ['when: { outside: { route: [[1, 2], [3, 4]] } }', '4:9: when.outside.by is missing', 'metres'],
  [
    'when: { outside: { route: [[1, 2], [3, 4]], by: 5, polygon: [[1, 2], [3, 4], [5, 6]] } }',
    '4:52: when.outside.polygon stands beside',
    'route',
  ],
  [
    'when: { outside: { polygon: [[1, 2], [3, 4], [5, 96]] } }',
    '4:50: when.outside.polygon[2][1] must be <= 90',
    'docs',
  ],
  ['when: { above: 1 }\nlevels: []', '5:1: levels stands beside when', 'for several'],
  ['levels: [{ when: { above: 1 } }]', '4:10: levels[0].severity is missing', 'critical'],
  ['levels: [{ when: { above: 1 }, severity: serious }]', '4:32: levels[0].severity must be one of', '重大'],
  ['when: { above: 1 }\nlateness: P2D', '5:1: lateness is too long', 'P1D'],
  [
    'when: { above: 1 }\nactive: { timezone: Mars, spans: [{ from: 08:00, to: 09:00 }] }',
    '5:11: active.timezone',
    'Asia',
  ],
  [
    'when: { above: 1 }\nactive: { spans: [{ from: 08:00, to: 08:00 }] }',
    '5:34: active.spans[0].to',
    '24:00',
  ],
  [
    'when: { above: 1 }\nactive: { spans: [{ from: 24:00, to: 08:00 }] }',
    '5:21: active.spans[0].from',
    '00:00',
  ],
])('%s is refused by line and field, with what to do', (rest, said, remedy) => {
  const severity = rest.includes('levels') ? '' : '\nseverity: minor\n'
  const line = refusal(`${HEAD}${rest}${severity}`).find((each) => each.startsWith(`rule.yaml:${said}`))
  expect(line).toContain(remedy)
})

test('a condition about a value needs a property, its own or the rule’s', () => {
  const text = 'id: x\nversion: 1\nfor: {}\nseverity: minor\nwhen: { above: 1 }\n'
  expect(refusal(text)).toEqual([
    'rule.yaml:5:1: when.property is missing, and the rule names none. 在此或在 for 里写 property。 Write property: … here, or under for.',
  ])
  expect(loadRule(text.replace('above: 1', 'above: 1, property: pm25'))).toBeDefined()
})

test('all faults are told at once, from the first line on, and only of the kind that is meant', () => {
  const told = refusal(`id: PM25
version: 0
for: { prop: pm25 }
levels:
  - { severity: bad, when: { above: 75, clearBelow: 80, for: 5m } }
  - { severity: minor, when: { stuck: PT0S } }
`)
  expect(told.map((line) => line.split(' ')[1])).toEqual([
    'id',
    'version',
    'for.prop',
    'levels[0].severity',
    'levels[0].when.property',
    'levels[0].when.clearBelow',
    'levels[0].when.for',
    'levels[1].when.property',
    'levels[1].when.stuck',
  ])
})

test.each([['- 1'], [''], ['null'], ['id: x\n version: ['], ['id: a\nid: b\n']])(
  '%j is no rule, and told so',
  (text) => {
    expect(refusal(text)[0]).toMatch(/^rule\.yaml:\d+:\d+: the file /)
  },
)
