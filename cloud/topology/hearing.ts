import type { ReachInput } from '../rules/engine/rule-input.ts'
import type { Unreached } from './reach.ts'

/** What is older no rule waits for: none may wait for longer than a day. */
const KEPT_MS = 2 * 86_400_000

/** How far rules may judge that nothing came: of the devices of a gateway, or of the gateway itself. Times are ms since 1970. */
export class Hearing {
  /** Where nobody can tell: of a gateway that never reports, and while one is not heard of, which is among the changes. */
  knownTo = Infinity
  /** As it was at the end of the turn before. */
  judgedTo = Infinity
  #changes: readonly ReachInput[] = []

  /** Those later than `from`, up to `until`, in order of time. */
  changesIn(from: number, until: number): readonly ReachInput[] {
    if (this.#changes.length === 0) return this.#changes
    return this.#changes.filter(({ at }) => at > from && at <= until)
  }

  firstAfter(at: number): number {
    return this.#changes.find((change) => change.at > at)?.at ?? Infinity
  }

  reachedAt(at: number): boolean {
    return this.#changes.findLast((change) => change.at <= at)?.reached ?? true
  }

  note(from: number, until: number | undefined): void {
    this.#changes = [
      ...this.#changes.filter((change) => change.at < from && change.at > from - KEPT_MS),
      { kind: 'reach', at: from, reached: false },
      ...(until === undefined ? [] : [{ kind: 'reach', at: until, reached: true } as const]),
    ]
  }
}

/** What is told of a gateway by the spans in which it was not heard of. */
export class GatewayHearing {
  readonly ofDevices = new Hearing()
  readonly ofItself = new Hearing()

  note({ from, until, silentAt }: Unreached): void {
    this.ofDevices.note(from, until)
    if (silentAt !== undefined) this.ofItself.note(silentAt, until)
  }
}
