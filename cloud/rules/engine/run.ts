import { SEVERITIES } from '@ganzhi/contracts/severity'
import type { AlarmState } from '@ganzhi/contracts/transition'
import type { CompiledLevel, CompiledRule, Several, Single } from './compile-rule.ts'
import { type Attributes, GONE, HOLDS, type Moment, type Verdict } from './condition.ts'
import { flip, flipsAt, putOff, turn, type Turning } from './lasting.ts'
import { type EventInput, type SampleInput, type Scalar, scalarOf } from './rule-input.ts'
import type { RuleState } from './rule-state.ts'
import type { EngineTransition, RuleFault, StepResult } from './step-result.ts'
import { whyOf } from './why.ts'

/** One step at work: a copy of the state, which comes back when it is done. */
export class Run {
  readonly #rule: CompiledRule
  readonly #attributes: Attributes
  #began: boolean
  #told: AlarmState
  #values: (Scalar | null)[]
  #conditions: (Turning | null)[]
  #open: number | undefined
  #active: boolean
  #edgeAt: number | undefined
  readonly #transitions: EngineTransition[] = []
  readonly #faults: RuleFault[] = []

  constructor(rule: CompiledRule, state: RuleState | undefined, attributes: Attributes) {
    this.#rule = rule
    this.#attributes = attributes
    this.#began = state !== undefined
    this.#told = state?.told ?? 'clear'
    this.#values = state ? [...state.values] : rule.slots.map(() => null)
    this.#conditions = state
      ? state.conditions.map((condition) => condition && { ...condition })
      : rule.conditions.map(() => null)
    this.#open = state?.open
    this.#active = state?.active ?? true
    this.#edgeAt = state?.edgeAt
  }

  /** The rule begins to look at this device. */
  begin(at: number): void {
    this.#began = true
    const { schedule } = this.#rule
    if (schedule) {
      // What stands at an edge comes before it.
      this.#active = schedule.isActive(at - 1)
      this.#edgeAt = schedule.nextEdge(at - 1)
    }
    if (this.#active) this.#beginCounting(at)
  }

  sample({ at, property, value, quality }: SampleInput): void {
    if (!this.#began) this.begin(at)
    const scalar = quality === 'good' ? scalarOf(value) : null
    for (const [i, slot] of this.#rule.slots.entries()) {
      if (scalar !== null && slot.property === property && slot.usable(scalar)) this.#values[i] = scalar
    }
    if (!this.#active) return
    const now = this.#moment(at, { value: scalar ?? 0 })
    const refused = quality === 'good' ? 'nan' : 'bad'
    let cleared = false
    for (const i of this.#rule.hearing.get(property) ?? []) {
      const { condition } = this.#single(i)
      if (scalar !== null && condition.usable(scalar)) this.#hear(i, now)
      else if (condition.silence === 'any') this.#hear(i, now)
      else if (condition.silence === undefined && this.#rule[refused] !== 'hold') {
        this.#forget(i, at, refused)
        cleared ||= this.#rule[refused] === 'clear'
      }
    }
    if (cleared) this.#clearWholes(property, at, refused)
  }

  event({ at, type, phase, incident }: EventInput): void {
    if (!this.#began) this.begin(at)
    if (phase !== 'started' && phase !== 'ended') return
    const now = this.#moment(at, { begins: phase === 'started', incident })
    for (const i of this.#rule.watching.get(type) ?? []) {
      const { condition } = this.#single(i)
      if (this.#active) this.#hear(i, now)
      else if (condition.remembersInactive) {
        const state = this.#state(i)
        state.memory = condition.remember?.(state.memory, now)
      }
    }
  }

  /** All moments before `limit` are over: what became due in them is done, and told. */
  settleBefore(limit: number): void {
    for (let due = this.#dueAt(); due !== undefined && due < limit; due = this.#dueAt()) {
      this.#open = undefined
      this.#ripen(due)
      if (this.#edgeAt !== undefined && this.#edgeAt <= due) {
        if (this.#rule.keepsAlarm) this.#tell(due)
        this.#turnSchedule(due)
        this.#ripen(due)
      }
      this.#tell(due)
    }
  }

  result(): StepResult {
    const rule = this.#rule
    if (this.#open === undefined) this.#rest()
    const quiet = this.#told === 'clear' && this.#conditions.every((condition) => condition === null)
    const knows =
      rule.schedule !== undefined || (rule.keepsValues && this.#values.some((value) => value !== null))
    const state =
      !this.#began || (quiet && !knows)
        ? undefined
        : {
            told: this.#told,
            values: this.#values,
            conditions: this.#conditions,
            open: this.#open,
            ...(rule.schedule && { active: this.#active, edgeAt: this.#edgeAt }),
            dueAt: this.#dueAt(),
          }
    return { state, transitions: this.#transitions, faults: this.#faults }
  }

  #single(index: number): Single {
    const single = this.#rule.singles[index]
    if (!single) throw new TypeError(`condition ${index} of ${this.#rule.id} has parts`)
    return single
  }

  #state(index: number): Turning {
    return (this.#conditions[index] ??= { on: false })
  }

  #moment(at: number, input: Partial<Moment>): Moment {
    return {
      at,
      value: 0,
      begins: false,
      incident: '',
      ...input,
      values: this.#values,
      attributes: this.#attributes,
      fail: (field, message) => this.#faults.push({ field, message }),
    }
  }

  #hear(index: number, now: Moment): void {
    const single = this.#single(index)
    const { condition } = single
    const state = this.#state(index)
    if (condition.onceAMoment) {
      state.turnsAt = now.at
      return
    }
    state.memory = condition.remember?.(state.memory, now)
    state.turnsAt = condition.turnsAt?.(state.memory, now.at)
    this.#turn(state, condition.judge(state.memory, now), now.at, single)
  }

  #turn(state: Turning, verdict: Verdict, at: number, lasting: Single | Several): void {
    if (turn(state, verdict, at, lasting)) this.#open = at
  }

  /** What a sample does to a condition that can't use it. */
  #forget(index: number, at: number, because: 'bad' | 'nan'): void {
    const state = this.#conditions[index]
    if (!state) return
    const clears = this.#rule[because] === 'clear'
    if (state.on && !clears) return
    state.memory = undefined
    state.turnsAt = undefined
    state.turning = undefined
    if (!state.on) return
    putOff(state, at, because)
    this.#open = at
  }

  #clearWholes(property: string, at: number, because: 'bad' | 'nan'): void {
    const heard = this.#rule.hearing.get(property) ?? []
    const clears = (part: number): boolean =>
      heard.includes(part) && this.#single(part).condition.silence === undefined
    for (const [i, condition] of this.#rule.conditions.entries()) {
      const state = this.#conditions[i]
      if (!state || !('parts' in condition) || !condition.parts.some(clears)) continue
      if (this.#byParts(condition) === HOLDS) continue
      if (state.on) {
        putOff(state, at, because)
        this.#open = at
      } else state.turning = undefined
    }
  }

  #byParts({ combine, parts }: Several): Verdict {
    const on = (part: number): boolean => this.#conditions[part]?.on ?? false
    return (combine === 'all' ? parts.every(on) : parts.some(on)) ? HOLDS : GONE
  }

  /** What is due at a moment: whether conditions hold, then what has been pending or clearing long enough; parts first. */
  #ripen(at: number): void {
    if (!this.#active) return
    for (const [i, compiled] of this.#rule.conditions.entries()) {
      if ('parts' in compiled) {
        const verdict = this.#byParts(compiled)
        if (this.#conditions[i] || verdict === HOLDS) this.#turn(this.#state(i), verdict, at, compiled)
      } else this.#elapse(compiled, this.#conditions[i], at)
      const state = this.#conditions[i]
      const due = state && flipsAt(state, compiled)
      if (state && due !== null && due !== undefined && due <= at) flip(state)
    }
    this.#open = undefined
  }

  #elapse(single: Single, state: Turning | null | undefined, at: number): void {
    if (state?.turnsAt === undefined || state.turnsAt > at) return
    const { condition } = single
    if (condition.elapse) state.memory = condition.elapse(state.memory, at)
    state.turnsAt = condition.turnsAt?.(state.memory, at)
    this.#turn(state, condition.judge(state.memory, this.#moment(at, {})), at, single)
  }

  #turnSchedule(at: number): void {
    const { schedule, singles } = this.#rule
    this.#active = schedule?.isActive(at) ?? true
    this.#edgeAt = schedule?.nextEdge(at)
    for (const [i, single] of singles.entries()) {
      const memory = single?.condition.remembersInactive && this.#conditions[i]?.memory
      this.#conditions[i] = memory ? { on: false, memory } : null
    }
    if (!this.#active) return
    this.#beginCounting(at)
    for (const [i, single] of singles.entries()) {
      if (!single || single.condition.silence) continue
      const value = single.slot === undefined ? 0 : this.#values[single.slot]
      const { condition } = single
      if (condition.eventType !== undefined) {
        const state = this.#conditions[i]
        if (state) this.#turn(state, condition.judge(state.memory, this.#moment(at, {})), at, single)
      } else if (value !== null && value !== undefined) this.#hear(i, this.#moment(at, { value }))
    }
  }

  #beginCounting(at: number): void {
    for (const [i, single] of this.#rule.singles.entries()) {
      if (!single?.condition.begin) continue
      const state = this.#state(i)
      state.memory = single.condition.begin(at)
      state.turnsAt = single.condition.turnsAt?.(state.memory, at)
    }
  }

  #tell(at: number): void {
    if (!this.#active && this.#rule.keepsAlarm) return
    const gravest = this.#rule.levels.find(({ root }) => this.#conditions[root]?.on)
    const from = this.#told
    const to = gravest?.severity ?? 'clear'
    if (to === from) return
    this.#told = to
    const level = rank(to) > rank(from) ? gravest : this.#ended(from)
    if (!level) return
    const state = this.#conditions[level.root]
    this.#transitions.push({
      at,
      from,
      to,
      value: (level.slot === undefined ? null : this.#values[level.slot]) ?? null,
      why:
        state?.since === undefined
          ? { because: 'schedule', since: new Date(at).toISOString() }
          : whyOf(this.#rule.conditions, this.#conditions, level.root, this.#attributes),
    })
  }

  /** Of levels of one severity, that which ended last. */
  #ended(severity: AlarmState): CompiledLevel | undefined {
    const since = ({ root }: CompiledLevel): number => this.#conditions[root]?.since ?? 0
    return this.#rule.levels
      .filter((level) => level.severity === severity)
      .toSorted((a, b) => since(b) - since(a))[0]
  }

  /** What is off and remembers nothing is told by null; a part only when what is made of it is off too. */
  #rest(): void {
    for (let i = this.#conditions.length - 1; i >= 0; i -= 1) {
      const state = this.#conditions[i]
      const whole = this.#rule.wholes[i]
      if (!state || state.on || state.turning !== undefined) continue
      if (state.memory !== undefined || state.turnsAt !== undefined) continue
      if (whole === undefined || this.#conditions[whole]?.on !== true) this.#conditions[i] = null
    }
  }

  #dueAt(): number | undefined {
    let due = Math.min(this.#open ?? Infinity, this.#edgeAt ?? Infinity)
    for (const [i, compiled] of this.#rule.conditions.entries()) {
      const state = this.#conditions[i]
      if (state) due = Math.min(due, state.turnsAt ?? Infinity, flipsAt(state, compiled) ?? Infinity)
    }
    return due === Infinity ? undefined : due
  }
}

function rank(state: AlarmState): number {
  return state === 'clear' ? -1 : SEVERITIES.indexOf(state)
}
