import { SEVERITIES } from '@ganzhi/contracts/severity'
import type { AlarmState } from '@ganzhi/contracts/transition'
import type { CompiledLevel, CompiledRule } from './compile-rule.ts'
import type { Shown } from './condition.ts'
import type { Moment } from './moment.ts'
import { type ConditionState, isKnown } from './rule-state.ts'
import type { EngineTransition } from './step-result.ts'
import { whyOf } from './why.ts'

type States = readonly (ConditionState | null)[]

export function gravestOn(levels: readonly CompiledLevel[], states: States): CompiledLevel | undefined {
  for (let i = 0; i < levels.length; i += 1) {
    const level = levels[i]
    if (level && states[level.root]?.on) return level
  }
  return undefined
}

/** The value that goes with what is told now. */
export function shownBy(
  { levels, conditions }: Pick<CompiledRule, 'levels' | 'conditions'>,
  states: States = [],
): Shown | undefined {
  const { root = 0 } = gravestOn(levels, states) ?? {}
  return conditions[root]?.single?.shown?.(states[root]?.memory)
}

interface Told {
  readonly rule: CompiledRule
  readonly decided: States
  readonly now: Moment
}

/** The gravest level that changed is the graver of the two: it went on, or it was told and went off. */
export function transitionTo(
  gravest: CompiledLevel | undefined,
  from: AlarmState,
  told: Told,
): EngineTransition {
  const { rule, decided, now } = told
  const to = gravest?.severity ?? 'clear'
  const level = gravest && rank(to) > rank(from) ? gravest : lastEnded(rule.levels, from, decided)
  const state = level && decided[level.root]
  const byItself = state && state.since !== undefined && state.on === (level === gravest)
  const value = level?.slot === undefined ? undefined : now.values[level.slot]
  const why = byItself
    ? whyOf(rule.conditions, decided, level.root, now)
    : { because: rule.schedule ? 'schedule' : 'rule-changed', since: new Date(now.at).toISOString() }
  return { at: now.at, from, to, value: isKnown(value) ? value : null, why }
}

function lastEnded(
  levels: readonly CompiledLevel[],
  severity: AlarmState,
  states: States,
): CompiledLevel | undefined {
  const since = ({ root }: CompiledLevel): number => states[root]?.since ?? 0
  return levels.filter((level) => level.severity === severity).toSorted((a, b) => since(b) - since(a))[0]
}

function rank(state: AlarmState): number {
  return state === 'clear' ? -1 : SEVERITIES.indexOf(state)
}
