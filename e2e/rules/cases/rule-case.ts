import type { Quality } from '@ganzhi/contracts/reading'
import type { DeviceCondition, SingleCondition } from '@ganzhi/contracts/rule-condition'
import type { RuleSchedule } from '@ganzhi/contracts/rule-schedule'
import type { Unusable } from '@ganzhi/contracts/rule'
import type { Severity } from '@ganzhi/contracts/severity'

import type { Formula } from './formula.ts'

export type Value = number | boolean | string | null

/** What the file of values has of one device at one time, in ms. */
export type Input =
  | {
      readonly kind: 'sample'
      readonly at: number
      readonly property: string
      readonly value: Value
      readonly quality: Quality
    }
  | {
      readonly kind: 'event'
      readonly at: number
      readonly type: string
      readonly phase: 'started' | 'updated' | 'ended'
      readonly incident: string
    }
  /** Its gateway is not heard of from now on, or is heard again; no file has that. */
  | { readonly kind: 'reach'; readonly at: number; readonly reached: boolean }
export type Sample = Extract<Input, { kind: 'sample' }>

export interface Lasting {
  readonly for?: string
  readonly clearFor?: string
}

/** As a rule file has them, but for expressions, which are trees. */
export type Single =
  | Exclude<DeviceCondition, { expression: string }>
  | Extract<SingleCondition, { offline: string }>
  | (Lasting & { readonly expression: Formula; readonly clear?: Formula })
export type Several = Lasting & ({ readonly all: readonly Single[] } | { readonly any: readonly Single[] })
export type Condition = Single | Several

export interface CaseRule {
  readonly property?: string
  readonly levels: readonly { readonly severity: Severity; readonly when: Condition }[]
  readonly active?: RuleSchedule
  readonly bad?: Unusable
  readonly nan?: Unusable
}

/** A rule, and a file of values of several devices in the order of its lines. */
export interface RuleCase {
  readonly rule: CaseRule
  readonly attributes: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly lines: readonly { readonly device: string; readonly input: Input }[]
  /** How far time goes; to the last line where nothing is said. */
  readonly until?: number
}

export function partsOf(condition: Condition): readonly Single[] {
  if ('all' in condition) return condition.all
  return 'any' in condition ? condition.any : [condition]
}

export function isSeveral(condition: Condition): condition is Several {
  return 'all' in condition || 'any' in condition
}
