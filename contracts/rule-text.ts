import Type, { type Static } from 'typebox'
import { Names } from './profile.ts'
import type { Rule } from './rule.ts'
import { RuleVersionView } from './rule-view.ts'

/** A rule as a person writes it: YAML. */
export const RuleText = Type.Object(
  { text: Type.String({ maxLength: 100_000 }) },
  { additionalProperties: false },
)
export type RuleText = Static<typeof RuleText>

export const RuleTextFault = Type.Object({
  field: Type.String({ description: 'empty: the text is no YAML' }),
  line: Type.Union([Type.Integer(), Type.Null()], { description: 'from 1' }),
  column: Type.Union([Type.Integer(), Type.Null()]),
  message: Type.String(),
  remedy: Type.String(),
})
export type RuleTextFault = Static<typeof RuleTextFault>

/** What a text says as a rule; without faults it may count. */
export const RuleTextCheck = Type.Object({
  rule: Type.Union([Type.Unsafe<Rule>({ description: 'docs/rules.md' }), Type.Null()]),
  reading: Type.Union([Type.Unsafe<Names>({ ...Names, description: 'the rule in sentences' }), Type.Null()]),
  faults: Type.Array(RuleTextFault, { description: 'from the first line on' }),
})
export type RuleTextCheck = Static<typeof RuleTextCheck>

/** A version, and how a person would write it down. */
export const RuleVersionText = Type.Object({
  ...RuleVersionView.properties,
  text: Type.String({ description: 'YAML, to be changed and sent as the next version' }),
})
export type RuleVersionText = Static<typeof RuleVersionText>
