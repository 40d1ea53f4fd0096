import type { CompiledCondition, CompiledRule } from './compile-rule.ts'
import type { Attributes } from './condition.ts'
import { copyOf, turn, type Turning } from './lasting.ts'
import { NO_FAULTS } from './moment.ts'
import type { Scalar } from './rule-input.ts'
import { isKnown, type RuleState, type Values } from './rule-state.ts'

interface Version {
  readonly rule: CompiledRule
  readonly state: RuleState
}

/**
 * What a rule knows of a device where it takes the alarm of an earlier version of itself over at `at`: told is what that told.
 * What both ask goes on as it was, and is judged then by what this one says of it; all else begins (docs/rules.md, Live).
 */
export function takenOver(
  rule: CompiledRule,
  earlier: Version,
  at: number,
  attributes: Attributes,
): RuleState {
  const { state } = earlier
  const values = valuesFor(rule, earlier)
  Object.assign(rule.now, { at, values, attributes, faults: NO_FAULTS })
  const active = rule.schedule?.isActive(at - 1)
  const counterparts = counterpartsIn(rule, earlier.rule)
  return {
    told: state.told,
    values,
    conditions: rule.conditions.map((condition, i) => {
      const before = counterparts[i]
      if (active === false) return null
      return before === undefined ? begun(rule, i, state, at) : continued(rule, i, before, earlier, at)
    }),
    open: at,
    active,
    edgeAt: rule.schedule?.nextEdge(at - 1),
    unreached: rule.mindsReach ? state.unreached : undefined,
  }
}

function begun(
  { conditions }: CompiledRule,
  index: number,
  { unreached }: RuleState,
  at: number,
): Turning | null {
  const single = conditions[index]?.single
  if (!single?.countFrom) return null
  const memory = single.countFrom(at, !unreached)
  return { ...copyOf(null), memory, turnsAt: single.turnsAt?.(memory, at) }
}

function continued(
  rule: CompiledRule,
  index: number,
  before: number,
  earlier: Version,
  at: number,
): Turning | null {
  const [now, then] = [rule.conditions[index], earlier.rule.conditions[before]]
  const known = earlier.state.conditions?.[before]
  if (!now || !then) return null
  const state = copyOf(known)
  if (now.asked !== then.asked && now.single) {
    const { single } = now
    const { memory, turnsAt } = begun(rule, index, earlier.state, at) ?? copyOf(null)
    Object.assign(state, { memory, turnsAt })
    const value = newest(rule, single.properties[0])
    // What was silent stays so until something comes; what is of several values is judged when the moment is over.
    if (!single.silence && !single.onceAMoment && isKnown(value)) {
      rule.now.value = value
      turn(state, single.judge(memory, rule.now), at, now)
    }
  }
  // Counted from when it began, by how long this one wants it.
  if (state.turning !== undefined)
    state.turning = Math.max(state.turning, at - (state.on ? now.clearForMs : now.forMs))
  return known || state.on || state.turning !== undefined || state.memory !== undefined ? state : null
}

function newest({ slots, now }: CompiledRule, property: string | undefined): Scalar | null | undefined {
  return now.values[slots.findIndex((slot) => slot.property === property)]
}

function valuesFor(rule: CompiledRule, { rule: { slots }, state }: Version): Values {
  return rule.slots.map(({ property, usable }) => {
    const known = state.values.filter((_, i) => slots[i]?.property === property)
    return known.find((value) => isKnown(value) && usable(value)) ?? Number.NaN
  })
}

/** For each condition the one that asked the same of the same before: of the same severity where there is one. */
function counterpartsIn(rule: CompiledRule, earlier: CompiledRule): (number | undefined)[] {
  const found: (number | undefined)[] = rule.conditions.map(() => undefined)
  const severity = (of: CompiledRule, index: number) =>
    of.levels.find(({ root }) => root === index || of.conditions[root]?.parts.includes(index))?.severity
  const seek = (isOne: (index: number, before: number) => boolean): void => {
    for (const [i, { about }] of rule.conditions.entries()) {
      if (found[i] !== undefined) continue
      const before = earlier.conditions.findIndex(
        (other: CompiledCondition, n) => other.about === about && !found.includes(n) && isOne(i, n),
      )
      if (before !== -1) found[i] = before
    }
  }
  seek((i, n) => severity(rule, i) === severity(earlier, n))
  seek(() => true)
  return found
}
