import type { AlarmState } from '@ganzhi/contracts/transition'
import type { Scalar } from './rule-input.ts'

/** Why a condition is off that did not end by itself. */
export type Because = 'schedule' | 'bad' | 'nan'

/** Of one condition: null in its place where it is off and has nothing to remember. */
export interface ConditionState {
  readonly on: boolean
  /** When it began to hold; where it is off, to hold no longer. */
  readonly since?: number | undefined
  /** Since when it is pending, or where it is on, clearing. */
  readonly turning?: number | undefined
  readonly because?: Because | undefined
  /** What a condition of its kind remembers. */
  readonly memory?: unknown
  /** When it may hold, or hold no longer, without any input. */
  readonly turnsAt?: number | undefined
  /** It waits for a usable sample before it is judged again. */
  readonly waits?: true | undefined
}

/** The last usable values, in the order of the rule's slots. NaN where none was yet, in JSON null. */
export type Values = readonly (Scalar | null)[]

/**
 * What one rule knows of one device, as JSON. At rest it is nothing, or no more than the values that a rule over several
 * properties must know: so it is of nearly all devices, and there are many.
 */
export interface RuleState {
  /** The alarm as it was last told. */
  readonly told: AlarmState
  readonly values: Values
  /** In the order of the rule's conditions; none where all are at rest. */
  readonly conditions?: readonly (ConditionState | null)[]
  /** A moment that is not over: others of its inputs may come, and then it is told what became of them. */
  readonly open?: number | undefined
  /** When something becomes due. */
  readonly timerAt?: number | undefined
  /** Of a rule with a schedule: whether it counts, and until when. */
  readonly active?: boolean | undefined
  readonly edgeAt?: number | undefined
  /** Its gateway is not heard of. */
  readonly unreached?: true | undefined
}

export function isKnown(value: Scalar | null | undefined): value is Scalar {
  return value !== null && value !== undefined && !Number.isNaN(value)
}

/** When a clock input is next needed. */
export function dueAt(state: RuleState | undefined): number | undefined {
  return state?.open ?? state?.timerAt
}
