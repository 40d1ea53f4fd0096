import { expect, test } from 'vitest'
import { whyText } from './why-text.ts'

test.each([
  [{ above: 75, for: 'PT5M', since: 'T' }, '> 75, 满 for PT5M, 自 since t'],
  [{ clearBelow: 70, property: 'pm10', since: 'T' }, 'pm10 < 70, 自 since t'],
  [{ because: 'schedule', since: 'T' }, '不在时段 outside its hours, 自 since t'],
  [{ offline: 'PT3M', since: 'T' }, expect.stringContaining('PT3M')],
  [{ outside: { of: 'route', by: 500 }, metres: 1_112 }, '偏离路线 off its route 1112 m, 限 limit 500 m'],
  [
    { devices: { atLeast: 2, when: { above: 70 } }, counted: 3, who: ['gw/a', 'gw/b', 'gw/c'] },
    '3 台设备 devices, 限 limit 2: gw/a, gw/b, gw/c',
  ],
  [
    { expression: 'avg(pm25) > 75.0', numbers: { 'avg(pm25)': 81.256_78 }, for: 'PT5M' },
    'avg(pm25) > 75.0, avg(pm25) = 81.2568, 满 for PT5M',
  ],
  [{ all: [{ above: 1 }, { during: 'cn.ganzhi.crowd' }] }, '(> 1) 且 and (cn.ganzhi.crowd 发生中 goes on)'],
])('%j', (why, text) => {
  expect(whyText(why, true, (at) => at.toLowerCase())).toEqual(text)
})
