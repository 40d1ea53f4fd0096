import type { RuleState } from '../engine/rule-state.ts'
import type { LiveRule } from './live-rule.ts'

interface Remembered {
  readonly state: RuleState | undefined
  /** With which it began, where it took over from an earlier version. */
  readonly origin: RuleState | undefined
  /** It failed here, and takes nothing any more. */
  readonly stopped: boolean
}

/**
 * One rule at one device. It never changes: another takes its place. There are millions, and mostly nothing is remembered:
 * these are one.
 */
export class Watch implements Remembered {
  readonly since: BegunRule
  readonly state: RuleState | undefined
  readonly origin: RuleState | undefined
  readonly stopped: boolean

  constructor(since: BegunRule, { state, origin, stopped }: Remembered) {
    this.since = since
    this.state = state
    this.origin = origin
    this.stopped = stopped
  }

  get rule(): LiveRule {
    return this.since.rule
  }

  /** By the platform's time: what is not later is not for it. */
  get begun(): number {
    return this.since.at
  }

  with(change: Partial<Remembered>): Watch {
    const next = { state: this.state, origin: this.origin, stopped: this.stopped, ...change }
    const isAtRest = next.state === undefined && next.origin === undefined && !next.stopped
    return isAtRest ? this.since.atRest : new Watch(this.since, next)
  }
}

/** A rule that counts, and since when by the platform's time. */
export class BegunRule {
  readonly rule: LiveRule
  readonly at: number
  /** At every device where nothing is remembered. */
  readonly atRest: Watch

  constructor(rule: LiveRule, at: number) {
    this.rule = rule
    this.at = at
    this.atRest = new Watch(this, { state: undefined, origin: undefined, stopped: false })
  }
}

/** Rules begin at many devices at once: there it is the same one. */
export class BegunRules {
  readonly #last = new Map<LiveRule, BegunRule>()

  of(rule: LiveRule, at: number): BegunRule {
    const last = this.#last.get(rule)
    if (last?.at === at) return last
    const begun = new BegunRule(rule, at)
    this.#last.set(rule, begun)
    return begun
  }
}
