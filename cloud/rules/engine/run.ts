import type { AlarmState } from '@ganzhi/contracts/transition'
import type { CompiledCondition, CompiledRule } from './compile-rule.ts'
import { type Condition, HOLDS, type Verdict, beginsBy } from './condition.ts'
import { copyOf, flip, flipsAt, nextTurn, putOff, remembered, turn, type Turning } from './lasting.ts'
import type { Moment } from './moment.ts'
import { NO_TRANSITIONS, withValue } from './rest.ts'
import { type EventInput, type ReachInput, type SampleInput, type Scalar, scalarOf } from './rule-input.ts'
import { type ConditionState, isKnown, type RuleState, type Values } from './rule-state.ts'
import type { StepResult } from './step-result.ts'
import { gravestOn, shownBy, transitionTo } from './tell.ts'
import { byParts, withoutIdle } from './wholes.ts'

/** One step at work. What it changes of the state it copies first. */
export class Run {
  readonly #rule: CompiledRule
  readonly #now: Moment
  #began: boolean
  #told: AlarmState
  #values: Values
  #conditions: readonly (ConditionState | null)[]
  /** The one of them that this step may change. */
  #own: (Turning | null)[] | undefined
  #open: number | undefined
  #timerAt: number | undefined
  #active: boolean
  #edgeAt: number | undefined
  #reached: boolean
  #transitions = NO_TRANSITIONS

  constructor(rule: CompiledRule, state: RuleState | undefined) {
    this.#rule = rule
    this.#began = state !== undefined
    this.#told = state?.told ?? 'clear'
    this.#values = state?.values ?? rule.noValues
    this.#conditions = state?.conditions ?? rule.noConditions
    this.#open = state?.open
    this.#timerAt = state?.timerAt
    this.#active = state?.active ?? true
    this.#edgeAt = state?.edgeAt
    this.#reached = !state?.unreached
    this.#now = rule.now
    this.#now.values = this.#values
  }

  /** The rule begins to look at this device. */
  begin(at: number): void {
    this.#began = true
    const { schedule } = this.#rule
    if (schedule) {
      // What stands at an edge comes before it.
      this.#active = schedule.isActive(at - 1)
      this.#edgeAt = schedule.nextEdge(at - 1)
      this.#timerAt = this.#edgeAt
    }
    if (this.#active) this.#beginCounting(at)
  }

  sample({ at, property, value, quality }: SampleInput): void {
    if (!this.#began) this.begin(at)
    const rule = this.#rule
    const scalar = quality === 'good' ? scalarOf(value) : null
    if (scalar !== null) this.#values = this.#now.values = withValue(rule, this.#values, property, scalar)
    const heard = this.#active ? rule.hearing.get(property) : undefined
    if (heard === undefined) return
    const because = quality === 'good' ? 'nan' : 'bad'
    const cleared: number[] = []
    for (let n = 0; n < heard.length; n += 1) {
      const i = heard[n] ?? 0
      const single = rule.conditions[i]?.single
      if (single === undefined) continue
      if ((scalar !== null && single.usable(scalar)) || single.silence === 'any')
        this.#hear(i, single, at, scalar)
      else if (single.silence === undefined && rule[because] !== 'hold') {
        this.#forget(i, at, because)
        if (rule[because] === 'clear') cleared.push(i)
      }
    }
    if (cleared.length > 0) this.#clearWholes(cleared, at, because)
  }

  event({ at, type, phase, incident }: EventInput): void {
    if (!this.#began) this.begin(at)
    if (phase !== 'started' && phase !== 'ended') return
    this.#now.at = at
    this.#now.begins = phase === 'started'
    this.#now.incident = incident
    for (const i of this.#rule.watching.get(type) ?? []) {
      const single = this.#rule.conditions[i]?.single
      if (!single) continue
      if (this.#active) this.#hear(i, single, at, null)
      else if (single.remembersInactive) {
        const state = this.#state(i)
        state.memory = single.remember?.(state.memory, this.#now)
      }
    }
  }

  /** While its gateway is not heard of, a device can't be told from a silent one: what was silent before stays so. */
  reach({ at, reached }: ReachInput): void {
    if (!this.#began) this.begin(at)
    if (reached === this.#reached) return
    this.#reached = reached
    if (this.#active) this.#beginCounting(at)
  }

  /** All moments before `limit` are over: what became due in them is done, and told. */
  settleBefore(limit: number): void {
    for (let due = this.#open ?? this.#timerAt; due !== undefined && due < limit; due = this.#timerAt) {
      this.#ripen(due)
      const decided = this.#conditions
      if (this.#edgeAt !== undefined && this.#edgeAt <= due) {
        if (this.#rule.keepsAlarm) this.#tell(due, decided)
        this.#turnSchedule(due)
        this.#ripen(due)
      }
      this.#tell(due, this.#active ? this.#conditions : decided)
      this.#rest()
      this.#timerAt = this.#nextTimer()
    }
  }

  result(): StepResult {
    if (this.#open === undefined) this.#rest()
    return { state: this.#stateAfter(), transitions: this.#transitions, faults: this.#now.faults }
  }

  #stateAfter(): RuleState | undefined {
    const { schedule } = this.#rule
    if (!this.#began) return undefined
    const quiet =
      this.#told === 'clear' && this.#open === undefined && this.#conditions.every((condition) => !condition)
    if (quiet && this.#reached && schedule === undefined) {
      const knows = this.#rule.keepsValues && this.#values.some(isKnown)
      return knows ? { told: 'clear', values: this.#values } : undefined
    }
    return {
      told: this.#told,
      values: this.#values,
      conditions: this.#conditions,
      open: this.#open,
      timerAt: this.#own === undefined ? this.#timerAt : this.#nextTimer(),
      active: schedule && this.#active,
      edgeAt: this.#edgeAt,
      unreached: this.#reached ? undefined : true,
    }
  }

  /** The state of a condition, to be changed. */
  #state(index: number): Turning {
    this.#own ??= [...this.#conditions]
    this.#conditions = this.#own
    return (this.#own[index] = copyOf(this.#own[index]))
  }

  #hear(index: number, single: Condition, at: number, value: Scalar | null): void {
    if (single.onceAMoment) {
      // Where it is off and would stay so, the moment need not be waited for: its last input is judged as well.
      if (!this.#conditions[index] && !single.overAll && !this.#mayHold(single, at)) return
      this.#open = at
      if (this.#conditions[index]?.waits) this.#state(index).waits = undefined
      return
    }
    this.#now.at = at
    this.#now.value = value ?? 0
    const before = this.#conditions[index]
    const counts = this.#reached || single.silence === undefined
    const memory = counts ? single.remember?.(before?.memory, this.#now) : undefined
    const verdict = single.judge(memory, this.#now)
    if (!before && memory === undefined && verdict !== HOLDS) return
    const state = this.#state(index)
    state.memory = memory
    state.turnsAt = single.turnsAt?.(memory, at)
    if (turn(state, verdict, at, this.#lasting(index))) this.#open = at
  }

  #mayHold(single: Condition, at: number): boolean {
    const { faults } = this.#now
    this.#now.at = at
    const verdict = single.judge(undefined, this.#now)
    const failed = this.#now.faults !== faults
    this.#now.faults = faults
    return failed || verdict === HOLDS
  }

  /** What a sample does to a condition that can't use it. */
  #forget(index: number, at: number, because: 'bad' | 'nan'): void {
    const before = this.#conditions[index]
    const once = this.#rule.conditions[index]?.single?.onceAMoment
    if ((!before && !once) || (before?.on && this.#rule[because] !== 'clear')) return
    const state = this.#state(index)
    state.memory = undefined
    state.turnsAt = undefined
    state.turning = undefined
    state.waits = once
    if (!state.on) return
    putOff(state, at, because)
    this.#open = at
  }

  #clearWholes(cleared: readonly number[], at: number, because: 'bad' | 'nan'): void {
    for (const [i, whole] of this.#rule.conditions.entries()) {
      if (!this.#conditions[i] || !whole.parts.some((part) => cleared.includes(part))) continue
      if (byParts(whole, this.#conditions) === HOLDS) continue
      const state = this.#state(i)
      state.turning = undefined
      if (!state.on) continue
      putOff(state, at, because)
      this.#open = at
    }
  }

  /** What is due at a moment: whether conditions hold, then what has been pending or clearing long enough; parts first. */
  #ripen(at: number): void {
    this.#open = undefined
    if (!this.#active) return
    this.#now.at = at
    const { conditions } = this.#rule
    for (let i = 0; i < conditions.length; i += 1) {
      const compiled = conditions[i]
      if (compiled === undefined) continue
      if (compiled.single === undefined) this.#turn(i, byParts(compiled, this.#conditions), at)
      else if (compiled.single.onceAMoment) {
        if (!this.#conditions[i]?.waits) this.#turn(i, compiled.single.judge(undefined, this.#now), at)
      } else this.#elapse(i, compiled.single, at)
      const state = this.#conditions[i]
      if (state && (flipsAt(state, compiled) ?? Infinity) <= at) flip(this.#state(i))
    }
  }

  #turn(index: number, verdict: Verdict, at: number): void {
    if (this.#conditions[index] || verdict === HOLDS)
      turn(this.#state(index), verdict, at, this.#lasting(index))
  }

  #elapse(index: number, single: Condition, at: number): void {
    if ((this.#conditions[index]?.turnsAt ?? Infinity) > at) return
    const state = this.#state(index)
    if (single.elapse) state.memory = single.elapse(state.memory, at)
    state.turnsAt = single.turnsAt?.(state.memory, at)
    turn(state, single.judge(state.memory, this.#now), at, this.#lasting(index))
  }

  #lasting(index: number): CompiledCondition {
    const compiled = this.#rule.conditions[index]
    if (!compiled) throw new RangeError(`${this.#rule.id} has no condition ${index}`)
    return compiled
  }

  #turnSchedule(at: number): void {
    const { schedule, conditions } = this.#rule
    this.#active = schedule?.isActive(at) ?? true
    this.#edgeAt = schedule?.nextEdge(at)
    this.#conditions = this.#own = conditions.map(({ single }, i) =>
      single?.remembersInactive ? remembered(this.#conditions[i]) : null,
    )
    if (!this.#active) return
    this.#beginCounting(at)
    this.#now.at = at
    for (const [i, { single, slot }] of conditions.entries()) {
      const value = slot === undefined ? null : (this.#values[slot] ?? null)
      if (single?.remembersInactive) this.#turn(i, single.judge(this.#conditions[i]?.memory, this.#now), at)
      else if (single && beginsBy(single, value)) this.#hear(i, single, at, value)
    }
  }

  #beginCounting(at: number): void {
    this.#now.at = at
    for (const [i, { single }] of this.#rule.conditions.entries()) {
      if (!single?.countFrom) continue
      const state = this.#state(i)
      state.memory = single.countFrom(at, this.#reached)
      state.turnsAt = single.turnsAt?.(state.memory, at)
      // What was silent stays so until something comes.
      const verdict = single.silence ? undefined : single.judge(state.memory, this.#now)
      if (verdict !== undefined && turn(state, verdict, at, this.#lasting(i))) this.#open = at
    }
  }

  /** By what the conditions had `decided`, before the schedule put an end to them. */
  #tell(at: number, decided: readonly (ConditionState | null)[]): void {
    if (!this.#active && this.#rule.keepsAlarm) return
    const gravest = gravestOn(this.#rule.levels, this.#conditions)
    const from = this.#told
    if ((gravest?.severity ?? 'clear') === from && shownBy(this.#rule, this.#conditions)?.at !== at) return
    this.#told = gravest?.severity ?? 'clear'
    this.#now.at = at
    const transition = transitionTo(gravest, from, { rule: this.#rule, decided, now: this.#now })
    this.#transitions = [...this.#transitions, transition]
  }

  #rest(): void {
    this.#own = withoutIdle(this.#conditions, this.#own, this.#rule.wholes)
    if (this.#own) this.#conditions = this.#own
  }

  #nextTimer(): number | undefined {
    const next = Math.min(this.#edgeAt ?? Infinity, nextTurn(this.#conditions, this.#rule.conditions))
    return next === Infinity ? undefined : next
  }
}
