import { Rule, RuleScope } from '@ganzhi/contracts/rule'
import { RuleSchedule } from '@ganzhi/contracts/rule-schedule'
import type { FieldFault } from '../field-fault.ts'
import { scheduleFaults } from '../scenes/schedule.ts'
import { type Surrounding, conditionFaults } from './condition-faults.ts'
import { durationFaults } from './duration-faults.ts'
import { isObject, shapeFaults } from './shape-faults.ts'

const [OfOne, OfLevels] = Rule.anyOf
const Level = OfLevels.properties.levels.items

/** Everything that is wrong with a rule, wherever it came from; whether an expression is CEL is for the engine to say. */
export function ruleFaults(value: unknown): FieldFault[] {
  if (!isObject(value) || Array.isArray(value)) {
    return [
      {
        path: [],
        message: 'is no rule',
        remedy: '应有 It has id, version, for, when, severity; see docs/rules.md.',
      },
    ]
  }
  const { levels, each } = value
  const about = { property: isObject(value['for']) ? value['for']['property'] : undefined, each }
  const ofLevels = levels !== undefined
  const single = ['when', 'severity'].filter((field) => field in value)
  return [
    ...(ofLevels
      ? shapeFaults(
          OfLevels,
          without(value, single),
          [],
          ([first, i]) => first === 'active' || (first === 'levels' && i !== undefined),
        )
      : shapeFaults(OfOne, value, [], ([first]) => first === 'active' || first === 'when')),
    ...(ofLevels && single.length > 0
      ? [
          {
            path: ['levels'],
            message: `stands beside ${single.join(' and ')}`,
            remedy:
              '单级写 when 与 severity，多级写 levels。 Use when and severity for one level, or levels for several.',
          },
        ]
      : []),
    ...(Array.isArray(levels) ? levels.flatMap((level, i) => levelFaults(level, i, about)) : []),
    ...('when' in value ? conditionFaults(value['when'], ['when'], about) : []),
    ...((each === 'gateway' || each === 'link') && isObject(value['for'])
      ? gatewayScopeFaults(value['for'], each)
      : []),
    ...('active' in value ? activeFaults(value['active']) : []),
    ...durationFaults(value['lateness'], ['lateness'], { most: 'P1D' }),
  ]
}

/** What devices are told apart by. */
function gatewayScopeFaults(scope: object, each: 'gateway' | 'link'): FieldFault[] {
  return Object.keys(RuleScope.properties)
    .filter((field) => field in scope && field !== 'gateway')
    .map((field) => ({
      path: ['for', field],
      message: `tells devices apart, and the rule is judged at each ${each}`,
      remedy: '只按网关名称区分 Write for: {}, or for: { gateway: … }',
    }))
}

function without(value: object, fields: readonly string[]): object {
  return Object.fromEntries(Object.entries(value).filter(([field]) => !fields.includes(field)))
}

function levelFaults(level: unknown, i: number, about: Surrounding): FieldFault[] {
  const path = ['levels', i]
  return [
    ...shapeFaults(Level, level, path, ([first]) => first === 'when'),
    ...(isObject(level) && 'when' in level ? conditionFaults(level['when'], [...path, 'when'], about) : []),
  ]
}

function activeFaults(active: unknown): FieldFault[] {
  const faults = shapeFaults(RuleSchedule, active, ['active'])
  return faults.length > 0 ? faults : scheduleFaults(active as RuleSchedule, ['active'])
}
