import { expect, test } from 'vitest'
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
