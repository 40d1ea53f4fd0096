import { GanzhiError } from '@ganzhi/contracts/error'
import type { Transition } from '@ganzhi/contracts/transition'
import type { EngineTransition } from '../engine/step-result.ts'
import { transitionId } from '../transition-id.ts'

/** What a rule tells of any number of targets. */
export class ToldTransitions {
  readonly #rule: Transition['rule']
  readonly #most: number
  readonly #transitions: Transition[] = []

  /** It fails where more is told than `most`. */
  constructor({ id, version }: Transition['rule'], most = Infinity) {
    this.#rule = { id, version }
    this.#most = most
  }

  take(target: string, { at, from, to, value, why }: EngineTransition): void {
    if (this.#transitions.length >= this.#most) throw tooMany(this.#most)
    this.#transitions.push({
      id: transitionId({ rule: this.#rule, target, at, from, to }),
      rule: this.#rule,
      at: new Date(at).toISOString(),
      target,
      from,
      to,
      value,
      why,
    })
  }

  inOrder(): Transition[] {
    return inOrder(this.#transitions)
  }
}

/** By time; at the same time by target. */
export function inOrder(transitions: readonly Transition[]): Transition[] {
  return transitions.toSorted(
    (a, b) => compare(Date.parse(a.at), Date.parse(b.at)) || compare(a.target, b.target),
  )
}

function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function tooMany(most: number): GanzhiError {
  return new GanzhiError(`告警变化超过 the rule tells more than ${most.toLocaleString('en')} transitions`, {
    code: 'too-many-transitions',
    blame: 'caller',
    field: 'rule',
    remedy:
      '缩短时间或减少设备，或加上 for、clearBelow。 Try it on less time or fewer devices, or give it `for` and `clearBelow`.',
  })
}
