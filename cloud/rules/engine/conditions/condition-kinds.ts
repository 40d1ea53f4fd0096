import type { ConditionKind, SINGLE_CONDITIONS, SingleCondition } from '@ganzhi/contracts/rule-condition'
import type { Static } from 'typebox'
import type { Condition } from '../condition.ts'
import type { Fresh } from '../judged-rule.ts'
import type { Place } from '../place.ts'
import { above } from './above.ts'
import { below } from './below.ts'
import { devices } from './devices.ts'
import { during } from './during.ts'
import { equals } from './equals.ts'
import { events } from './events.ts'
import { expression } from './expression.ts'
import { fresh } from './fresh.ts'
import { noData } from './no-data.ts'
import { offline } from './offline.ts'
import { outside } from './outside.ts'
import { rate } from './rate.ts'
import { stale } from './stale.ts'
import { stuck } from './stuck.ts'

type Compile<Kind extends ConditionKind> = (
  condition: Static<(typeof SINGLE_CONDITIONS)[Kind]>,
  place: Place,
) => Condition

const CONDITION_KINDS: { readonly [Kind in ConditionKind]: Compile<Kind> } = {
  above,
  below,
  equals,
  rate,
  stuck,
  noData,
  stale,
  expression,
  during,
  events,
  outside,
  devices,
  offline,
}

/** The field that tells which kind it is stands in no other. */
export function compileKind(condition: SingleCondition | Fresh, place: Place): Condition {
  if ('fresh' in condition) return fresh(condition)
  const kinds = Object.keys(CONDITION_KINDS) as ConditionKind[]
  const kind = kinds.find((each) => each in condition)
  if (!kind) throw new TypeError(`${place.field} is of no known kind`)
  const compile = CONDITION_KINDS[kind] as (condition: SingleCondition, place: Place) => Condition
  return compile(condition, place)
}
