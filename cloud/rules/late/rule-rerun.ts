import type { AlarmState } from '@ganzhi/contracts/transition'
import type { RuleInput } from '../engine/rule-input.ts'
import type { RuleState } from '../engine/rule-state.ts'
import { watchFrom } from '../engine/step.ts'
import { shownBy } from '../engine/tell.ts'
import type { EngineTransition } from '../engine/step-result.ts'
import { concerns, toldBy } from '../live/device-watch.ts'
import { Judging } from '../live/judging.ts'
import { stateKey } from '../live/state-rows.ts'
import type { Watch } from '../live/watch.ts'
import type { AttributesThen } from './attributes-then.ts'
import type { Checkpoint } from './checkpoints.ts'

/** A rule that tells more of a span is of no use to anybody, and is stopped. */
const MOST_TRANSITIONS = 50_000

/** From where a rule is run over again, and what it remembered then. */
export interface Beginning {
  readonly from: number
  readonly state: RuleState | undefined
}

/**
 * The newest that is known for sure before `firstAt`. Where all that is kept is newer, the oldest of it: what came before
 * changes nothing any more.
 */
export function beginningOf(
  { rule, begun, origin }: Pick<Watch, 'rule' | 'begun' | 'origin'>,
  firstAt: number,
  checkpoints: readonly Checkpoint[],
  knownSince: number | undefined,
): Beginning {
  const since = checkpoints.filter((each) => judgedBy(rule, each) > begun)
  const checkpoint =
    since.findLast((each) => judgedBy(rule, each) < firstAt) ??
    (since.length === checkpoints.length ? since[0] : undefined)
  if (checkpoint) {
    const [version, , state] = checkpoint.states[stateKey(rule)] ?? []
    return {
      from: judgedBy(rule, checkpoint),
      state: version === rule.version ? (state ?? undefined) : undefined,
    }
  }
  if (origin) return { from: begun, state: origin }
  const isKnown = knownSince !== undefined && knownSince <= begun
  return { from: begun, state: isKnown ? watchFrom(rule.compiled, begun) : undefined }
}

/** Up to when a rule had judged what a checkpoint remembers. */
function judgedBy({ latenessMs, compiled }: Watch['rule'], { at, heardAt }: Checkpoint): number {
  return compiled.mindsReach ? Math.min(at - latenessMs, heardAt) : at - latenessMs
}

/** One rule at one device, run over again from a time when what it remembered is known. */
export class RuleRerun {
  readonly watch: Watch
  readonly from: number
  /** What was told before. */
  readonly told: AlarmState
  /** With what value, where it tells of values. */
  readonly value: number | null
  /** What it remembers now at the checkpoints that it has passed, by their times. */
  readonly remembered = new Map<number, RuleState | undefined>()
  readonly #judging: Judging
  #until: number
  /** Its gateway is heard of. */
  #reached = true

  constructor(watch: Watch, { from, state }: Beginning, then: AttributesThen) {
    this.watch = watch
    this.from = from
    this.told = toldBy({ state })
    this.value = shownBy(watch.rule.compiled, state?.conditions)?.value ?? null
    this.#until = from
    const { compiled, latenessMs } = watch.rule
    // A change counts from what was not judged yet when it was made.
    this.#judging = new Judging(compiled, state, (at) => then(at + latenessMs))
  }

  get transitions(): readonly EngineTransition[] {
    return this.#judging.transitions
  }
  get state(): RuleState | undefined {
    return this.#judging.state
  }
  /** What is not later was taken. */
  get until(): number {
    return this.#until
  }

  /** Takes of what is stored all that is later than before, up to `until`; the caller gives it in order, and passes to that then. */
  take(inputs: readonly RuleInput[], until: number, checkpoints: readonly Checkpoint[]): void {
    const { rule } = this.watch
    for (const input of inputs) {
      if (input.kind === 'reach') this.#reached = input.reached
      if (input.at <= this.#until || input.at > until || !concerns({ rule, state: this.state }, input))
        continue
      this.#remember(input.at - 1, checkpoints)
      if (this.state === undefined && !this.#reached)
        this.#judging.take({ kind: 'reach', at: input.at, reached: false })
      this.#judging.take(input)
    }
    if (this.transitions.length > MOST_TRANSITIONS)
      throw new RangeError(`a span of late values makes more than ${MOST_TRANSITIONS} transitions`)
  }

  passTo(until: number, checkpoints: readonly Checkpoint[]): void {
    if (until <= this.#until) return
    this.#remember(until, checkpoints)
    this.#judging.passTo(until)
    this.#until = until
  }

  #remember(until: number, checkpoints: readonly Checkpoint[]): void {
    for (const checkpoint of checkpoints) {
      const at = judgedBy(this.watch.rule, checkpoint)
      if (at <= this.from || at > until || this.remembered.has(checkpoint.at)) continue
      this.#judging.passTo(at)
      this.remembered.set(checkpoint.at, this.state)
    }
  }
}

/** Checkpoints as they are by these re-runs; those that stay as they were are left out. */
export function rememberedAt(checkpoints: readonly Checkpoint[], reruns: readonly RuleRerun[]): Checkpoint[] {
  return checkpoints.flatMap(({ at, heardAt, states }) => {
    const passed = reruns.filter(({ remembered }) => remembered.has(at))
    const now = new Map(Object.entries(states))
    for (const { watch, remembered } of passed) {
      const state = remembered.get(at)
      if (state === undefined) now.delete(stateKey(watch.rule))
      else now.set(stateKey(watch.rule), [watch.rule.version, watch.begun, state])
    }
    const after = { at, heardAt, states: Object.fromEntries(now) }
    return JSON.stringify(after.states) === JSON.stringify(states) ? [] : [after]
  })
}
