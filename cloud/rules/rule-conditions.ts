import type { SingleCondition } from '@ganzhi/contracts/rule-condition'
import type { JudgedRule } from './engine/judged-rule.ts'

interface PlacedCondition {
  readonly condition: SingleCondition
  /** Where it stands in the rule. */
  readonly path: readonly (string | number)[]
}

/** All conditions that are written in a rule, which stand alone or are parts of others. */
export function singleConditions(rule: JudgedRule): PlacedCondition[] {
  const levels =
    'when' in rule
      ? [{ when: rule.when, path: ['when'] }]
      : rule.levels.map(({ when }, i) => ({ when, path: ['levels', i, 'when'] }))
  return levels.flatMap(({ when, path }) => {
    if ('fresh' in when) return []
    const [kind, parts] = 'all' in when ? ['all', when.all] : 'any' in when ? ['any', when.any] : ['', []]
    if (kind === '') return [{ condition: when as SingleCondition, path }]
    return parts.map((condition, i) => ({ condition, path: [...path, kind, i] }))
  })
}
