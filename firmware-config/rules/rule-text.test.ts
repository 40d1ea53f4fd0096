import { expect, test } from 'vitest'
import { loadRule } from './rule-file.ts'
import { loadRules } from './rule-folder.ts'
import { ruleText } from './rule-text.ts'

test('a rule is written down as a person would, a condition a line', () => {
  const text = `id: pm25-high
version: 1
names: { zh: PM2.5 超标, en: PM2.5 is high }
for: { property: pm25 }
levels:
  - severity: minor
    when: { above: 75, clearBelow: 70, for: PT5M }
  - severity: major
    when: { above: 150, clearBelow: 140, for: PT5M }
active:
  spans:
    - { days: [ workday ], from: 08:30, to: 17:30 }
`
  expect(ruleText(loadRule(text))).toBe(text)
})

test('what is written down says the same', async () => {
  const rules = [...(await loadRules()).values()]
  expect(rules.length).toBeGreaterThan(20)
  for (const rule of rules) expect(loadRule(ruleText(rule))).toEqual(rule)
})
