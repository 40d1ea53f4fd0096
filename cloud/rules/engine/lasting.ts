import { GONE, HOLDS, type Verdict } from './condition.ts'
import type { Because, ConditionState } from './rule-state.ts'

/** The state of a condition while a step works on it. */
export type Turning = { -readonly [Field in keyof ConditionState]: ConditionState[Field] }

interface Lasting {
  readonly forMs: number
  readonly clearForMs: number
}

export function copyOf(state: ConditionState | null | undefined): Turning {
  return {
    on: state?.on ?? false,
    since: state?.since,
    turning: state?.turning,
    because: state?.because,
    memory: state?.memory,
    turnsAt: state?.turnsAt,
    waits: state?.waits,
  }
}

/** Off, with what it remembers. */
export function remembered(state: ConditionState | null | undefined): Turning | null {
  return state?.memory ? { ...copyOf(null), memory: state.memory } : null
}

/** Off, with nothing to remember. */
export function isIdle({ on, turning, memory, turnsAt, waits }: ConditionState): boolean {
  return !on && turning === undefined && memory === undefined && turnsAt === undefined && !waits
}

/** What a verdict at `at` does to a condition; true where it goes on or off at once. */
export function turn(state: Turning, verdict: Verdict, at: number, lasting: Lasting): boolean {
  if (verdict !== (state.on ? GONE : HOLDS)) {
    state.turning = undefined
    return false
  }
  state.turning ??= at
  return (state.on ? lasting.clearForMs : lasting.forMs) === 0 && flip(state)
}

/** When it goes on or off if nothing comes between. */
export function flipsAt(state: ConditionState, lasting: Lasting): number | undefined {
  if (state.turning === undefined) return undefined
  return state.turning + (state.on ? lasting.clearForMs : lasting.forMs)
}

/** When the first of several conditions may do so, or may be judged otherwise. */
export function nextTurn(states: readonly (ConditionState | null)[], lastings: readonly Lasting[]): number {
  let next = Infinity
  for (let i = 0; i < states.length; i += 1) {
    const [state, lasting] = [states[i], lastings[i]]
    if (state && lasting)
      next = Math.min(next, state.turnsAt ?? Infinity, flipsAt(state, lasting) ?? Infinity)
  }
  return next
}

export function flip(state: Turning): true {
  state.on = !state.on
  state.since = state.turning
  state.turning = undefined
  state.because = undefined
  return true
}

/** Off at once, whatever it says itself. */
export function putOff(state: Turning, at: number, because: Because): void {
  state.on = false
  state.since = at
  state.turning = undefined
  state.because = because
}
