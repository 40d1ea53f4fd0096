import type { AlarmState } from '@ganzhi/contracts/transition'
import type { RuleState } from '../engine/rule-state.ts'
import type { EngineTransition } from '../engine/step-result.ts'
import type { LiveRule } from '../live/live-rule.ts'
import type { MetThere } from './area-rule.ts'
import { AreaWatch } from './area-watch.ts'
import type { Fact } from './fact.ts'
import type { AreaCheckpoint } from './keep-areas.ts'

/** A rule of which so much would have to be judged again keeps all other areas waiting, and is stopped. */
const MOST_FACTS = 1_000_000

/** The newest checkpoint before `firstAt`; where all that are kept are newer, the oldest: what came before changes nothing any more. */
export function beginningAt(
  { latenessMs }: Pick<LiveRule, 'latenessMs'>,
  firstAt: number,
  checkpoints: readonly AreaCheckpoint[],
): { readonly from: number; readonly state: RuleState | undefined } | undefined {
  const checkpoint = checkpoints.findLast(({ at }) => at - latenessMs < firstAt) ?? checkpoints[0]
  return (
    checkpoint && {
      from: checkpoint.at - latenessMs,
      state: checkpoint.state === null ? undefined : (JSON.parse(checkpoint.state) as RuleState),
    }
  )
}

/** One rule at one area, judged again from a time when what it remembered is known. */
export class AreaRerun {
  readonly watch: AreaWatch
  /** What was told before. */
  readonly told: AlarmState
  readonly transitions: EngineTransition[] = []
  /** What it remembers now at checkpoints that it has passed. */
  readonly remembered: AreaCheckpoint[] = []
  readonly #latenessMs: number
  /** That it has not passed. */
  readonly #checkpoints: AreaCheckpoint[]
  #facts = 0
  #failure: { readonly error: unknown } | undefined

  constructor(
    { compiled, latenessMs }: LiveRule,
    {
      from,
      state,
      met,
    }: { readonly from: number; readonly state: RuleState | undefined; readonly met: readonly MetThere[] },
    checkpoints: readonly AreaCheckpoint[],
  ) {
    this.watch = new AreaWatch(compiled, state)
    this.told = this.watch.told
    this.#latenessMs = latenessMs
    this.#checkpoints = checkpoints.filter(({ at }) => at - latenessMs > from)
    for (const each of met) this.watch.restore(each)
  }

  /** It took nothing any more since. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure
  }

  /** In order of time. */
  take(fact: Fact): void {
    this.#judge(() => {
      if ((this.#facts += 1) > MOST_FACTS)
        throw new RangeError(
          `more than ${MOST_FACTS.toLocaleString('en')} facts of an area are to be judged again`,
        )
      this.#pass(fact.at)
      return this.watch.take(fact)
    })
  }

  /** Nothing that is earlier than `before` comes any more. */
  finish(before: number): void {
    this.#judge(() => {
      this.#pass(before)
      return this.watch.judgeBefore(before)
    })
  }

  #judge(work: () => readonly EngineTransition[]): void {
    if (this.#failure) return
    try {
      this.transitions.push(...work())
    } catch (error) {
      this.#failure = { error }
    }
  }

  #pass(before: number): void {
    for (let next = this.#checkpoints[0]; next; next = this.#checkpoints[0]) {
      const firstOpen = next.at - this.#latenessMs + 1
      if (firstOpen > before) return
      this.transitions.push(...this.watch.judgeBefore(firstOpen))
      const { state } = this.watch
      this.remembered.push({ at: next.at, state: state === undefined ? null : JSON.stringify(state) })
      this.#checkpoints.shift()
    }
  }
}
