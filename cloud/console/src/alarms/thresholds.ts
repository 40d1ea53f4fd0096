import type { AlarmTransitionView } from '@ganzhi/contracts/alarm-view'
import type { Rule } from '@ganzhi/contracts/rule'
import type { RuleCondition, SingleCondition } from '@ganzhi/contracts/rule-condition'
import type { Severity } from '@ganzhi/contracts/severity'
import type { Threshold } from '../live/curve-overlay.ts'

type Why = Readonly<Record<string, unknown>>

const LIMITS = ['above', 'below', 'clearBelow', 'clearAbove'] as const

/** Properties that the rule looks at and a curve shows: its own first, then what decided. */
export function propertiesOf(rule: Rule, decided: readonly Why[]): string[] {
  const own = rule.for.property
  const told = decided.flatMap(singleWhys).map(({ property }) => property ?? own)
  const asked = levelsOf(rule).flatMap(({ when }) => partsOf(when).map(propertyOf))
  const all = [own, ...told, ...asked.map((property) => property ?? own)]
  return [...new Set(all.filter((each): each is string => typeof each === 'string'))]
}

/** The lines that values of a property cross: as the rule has them, and such as came from attributes of the device as it told them. */
export function thresholdsOf(
  rule: Rule,
  property: string,
  transitions: readonly Pick<AlarmTransitionView, 'to' | 'from' | 'why'>[] = [],
): Threshold[] {
  const own = rule.for.property
  const isOf = (told: unknown): boolean => (told ?? own) === property
  const said = levelsOf(rule).flatMap(({ when, severity }) =>
    partsOf(when).flatMap((part) => (isOf(propertyOf(part)) ? limitsIn(part, severity) : [])),
  )
  const found = transitions.flatMap(({ why, from, to }) =>
    singleWhys(why).flatMap((each) =>
      isOf(each['property']) ? limitsIn(each, to === 'clear' ? from : to) : [],
    ),
  )
  const lines = new Map([...found, ...said].map((line) => [`${line.value} ${line.clears}`, line]))
  return [...lines.values()]
}

function limitsIn(fields: object, severity: string): Threshold[] {
  return LIMITS.flatMap((name) => {
    const value = (fields as Why)[name]
    const clears = name.startsWith('clear')
    return typeof value === 'number' ? [{ value, severity: severity as Severity, clears }] : []
  })
}

function levelsOf(rule: Rule): readonly { when: RuleCondition; severity: Severity }[] {
  return 'levels' in rule ? rule.levels : [rule]
}

function partsOf(when: RuleCondition): readonly SingleCondition[] {
  if ('all' in when) return when.all
  return 'any' in when ? when.any : [when]
}

/** undefined: the rule's own; null: it is about none. */
function propertyOf(condition: SingleCondition): string | null | undefined {
  if ('during' in condition || 'events' in condition) return null
  return 'property' in condition ? condition.property : undefined
}

function singleWhys(why: Why): Why[] {
  const parts = why['all'] ?? why['any']
  return Array.isArray(parts) ? (parts as Why[]) : [why]
}
