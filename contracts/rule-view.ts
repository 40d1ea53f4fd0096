import Type, { type Static } from 'typebox'
import { Time } from './api-views.ts'
import { Names } from './profile.ts'
import { Rule } from './rule.ts'

/** What becomes of alarms that are open when another version of their rule begins to count, or none. */
export const AlarmsAtChange = Type.Enum(['keep', 'migrate', 'close'], {
  description:
    'keep: the version that raised them judges on until they end, and only they; migrate: the new version takes them over; close: they end at the change',
})
export type AlarmsAtChange = Static<typeof AlarmsAtChange>

export const RuleFaultView = Type.Object({
  version: Type.Integer(),
  kind: Type.Enum(['threw', 'slow', 'expression'], {
    description:
      'threw: our mistake; slow: it would have held up the others; expression: it can not be evaluated, and the rule is judged by nevertheless',
  }),
  gateway: Type.Union([Type.String(), Type.Null()]),
  device: Type.Union([Type.String(), Type.Null()], { description: 'null: it is not judged by anywhere' }),
  message: Type.String(),
  at: Time,
})

/** A rule as it counts. */
export const RuleView = Type.Object({
  id: Rule.anyOf[0].properties.id,
  version: Type.Integer({ description: 'the one that counts' }),
  enabled: Type.Boolean(),
  changedAt: Time,
  rule: Type.Unsafe<Rule>({ description: 'the document of this version, docs/rules.md' }),
  reading: Type.Unsafe<Names>({ ...Names, description: 'the rule in sentences' }),
  openAlarms: Type.Integer({ minimum: 0 }),
  lateInputs: Type.Integer({
    minimum: 0,
    description:
      'values and events that came late and are still to be judged, or can not be where it has failed',
  }),
  faults: Type.Array(RuleFaultView, {
    description: 'where this version is not judged by any more, or its expressions fail, 20 at most',
  }),
})
export type RuleView = Static<typeof RuleView>

export const RuleVersionView = Type.Object({
  version: Type.Integer(),
  author: Type.String(),
  madeAt: Time,
  rule: RuleView.properties.rule,
})
export type RuleVersionView = Static<typeof RuleVersionView>
