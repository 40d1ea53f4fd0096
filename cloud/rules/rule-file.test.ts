import { expect, it, test } from 'vitest'
import { readRule } from './rule-file.ts'

test('every expression that is not CEL is told by its line and field', () => {
  const text = `id: x
version: 1
for: {}
levels:
  - severity: minor
    when: { expression: 'a > ' }
  - severity: major
    when:
      any:
        - { expression: 'a > 2.0', clear: 'a + 1.0' }
        - { expression: 'a > 2.0' }
`
  expect(() => readRule(text, 'r.yaml')).toThrow(
    /^r\.yaml:6:13: levels\[0\]\.when\.expression .*\nr\.yaml:10:36: levels\[1\]\.when\.any\[0\]\.clear /,
  )
})

it.each([
  ['pm25 > 75.0', 'no such overload'],
  ['avg(pm25 * 2.0) > 75.0', 'no such overload'],
  ['pm25.exists(x, x > 75.0)', "Expression of type 'DeviceValues' cannot"],
  ['median(pm25) > 75.0', 'found no matching overload'],
  ['avg(pm25)', 'is of the type double'],
  ['1 < 2', 'names no property'],
])('over areas the expression %s is refused where it stands', (expression, message) => {
  const text = `id: x
version: 1
for: {}
each: street
when: { expression: '${expression}' }
severity: minor
`
  expect(() => readRule(text, 'r.yaml')).toThrow(`r.yaml:5:9: when.expression ${message}`)
  expect(() => readRule(text, 'r.yaml')).toThrow('avg(pm25) > 75.0 && count(pm25) >= 3')
})
