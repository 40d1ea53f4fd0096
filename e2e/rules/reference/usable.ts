import type { CaseRule, Condition, Sample, Single, Value } from '../cases/rule-case.ts'
import { propertiesIn } from '../cases/formula.ts'
import { limitProperties } from './history-limits.ts'

export type Usability = 'usable' | 'bad' | 'nan'

/** Whether a condition can use a sample of its property (3). */
export function usability(condition: Condition, sample: Sample): Usability {
  if (sample.quality !== 'good') return 'bad'
  if ('outside' in condition)
    return Math.abs(Number(sample.value)) <= 180 && isValue(sample.value, true) ? 'usable' : 'nan'
  return isValue(sample.value, needsNumber(condition)) ? 'usable' : 'nan'
}

function needsNumber(condition: Condition): boolean {
  return 'above' in condition || 'below' in condition || 'rate' in condition
}

function isValue(value: Value, numberNeeded: boolean): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  return value !== null && !numberNeeded
}

/** Those about which it is. */
export function propertiesOf(condition: Single, rule: CaseRule): readonly string[] {
  if ('expression' in condition) {
    const clear = condition.clear ? propertiesIn(condition.clear) : []
    return [...new Set([...propertiesIn(condition.expression), ...clear])]
  }
  if ('outside' in condition) return [condition.outside.lon ?? 'lon', condition.outside.lat ?? 'lat']
  if ('during' in condition || 'events' in condition || 'offline' in condition) return []
  const property = condition.property ?? rule.property
  if (property === undefined) return []
  // What counts samples does not count those of its limits.
  return 'of' in condition && condition.of ? [property] : [property, ...limitProperties(condition, rule)]
}
