import type { ReachInput } from '../rules/engine/rule-input.ts'
import type { LinkUnreached } from './links.ts'
import type { Unreached } from './reach.ts'
import { ITSELF, linkOf, nameOfLink } from './target-name.ts'

/** What is older no rule waits for: none may wait for longer than a day. */
const KEPT_MS = 2 * 86_400_000
/** More come only of a link that comes and goes all the time. */
const MOST_SPANS = 1_000

type Span = Pick<Unreached, 'from' | 'until'>

/** What a rule is told of such spans: where they overlap or meet they are one. */
export function reachInputs(spans: readonly Span[]): ReachInput[] {
  const inputs: ReachInput[] = []
  let until = -Infinity
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    if (span.from > until) {
      if (until > -Infinity) inputs.push({ kind: 'reach', at: until, reached: true })
      inputs.push({ kind: 'reach', at: span.from, reached: false })
    }
    until = Math.max(until, span.until ?? Infinity)
  }
  if (Number.isFinite(until)) inputs.push({ kind: 'reach', at: until, reached: true })
  return inputs
}

/** How far it is known that nothing came. Times are ms since 1970. */
interface Horizon {
  /** Where nobody can tell: of a gateway that never reports, and while one is not heard of, which is among the changes. */
  knownTo: number
  /** As it was at the end of the turn before. */
  judgedTo: number
}

const anyFar = (): Horizon => ({ knownTo: Infinity, judgedTo: Infinity })

/** How far rules may judge that nothing came of something, and when it was not heard of: itself, or what it stands behind. */
export class Hearing {
  readonly #horizon: Horizon
  #spans: readonly (Span & { readonly behind: string })[] = []
  #changes: readonly ReachInput[] = []

  constructor(horizon: Horizon, like?: Hearing) {
    this.#horizon = horizon
    if (!like) return
    this.#spans = like.#spans
    this.#changes = like.#changes
  }

  get knownTo(): number {
    return this.#horizon.knownTo
  }

  get judgedTo(): number {
    return this.#horizon.judgedTo
  }

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

  /** Of what it stands behind; one that began at the same time is replaced. */
  note(behind: string, { from, until }: Span): void {
    const others = this.#spans.filter(
      (span) => (span.behind !== behind || span.from < from) && (span.until ?? Infinity) > from - KEPT_MS,
    )
    this.#spans = [...others, { behind, from, ...(until !== undefined && { until }) }].slice(-MOST_SPANS)
    this.#changes = reachInputs(this.#spans)
  }
}

/** What is known of a gateway, its links and its devices. */
export class GatewayHearing {
  /** By the gateway's clock. */
  readonly #devices = anyFar()
  /** By the platform's. */
  readonly #itself = anyFar()
  readonly #ofDevices = new Hearing(this.#devices)
  readonly #ofItself = new Hearing(this.#itself)
  readonly #ofLinks = new Map<string, Hearing>()
  /** Devices behind links that were down. */
  readonly #behindLinks = new Map<string, Hearing>()

  /** Of a device, a link or the gateway itself, by its name among the devices. */
  of(name: string): Hearing {
    const link = linkOf(name)
    if (link !== undefined) return this.#ofLink(link)
    return name === ITSELF ? this.#ofItself : (this.#behindLinks.get(name) ?? this.#ofDevices)
  }

  /** Up to when silence of devices was judged. */
  get judgedTo(): number {
    return this.#devices.judgedTo
  }

  know({ ofDevices, ofItself }: { readonly ofDevices: number; readonly ofItself: number }): void {
    this.#devices.knownTo = ofDevices
    this.#itself.knownTo = ofItself
  }

  /** All that is known has been judged. */
  settle(): void {
    this.#devices.judgedTo = this.#devices.knownTo
    this.#itself.judgedTo = this.#itself.knownTo
  }

  note(span: Unreached): void {
    for (const hearing of [this.#ofDevices, ...this.#behindLinks.values()]) hearing.note(ITSELF, span)
    const { silentAt: from } = span
    if (from !== undefined) this.#ofItself.note(ITSELF, { ...span, from })
  }

  noteLink(span: LinkUnreached): void {
    const behind = nameOfLink(span.link)
    this.#ofLink(span.link).note(behind, span)
    for (const device of span.devices) {
      const hearing = this.#behindLinks.get(device) ?? new Hearing(this.#devices, this.#ofDevices)
      this.#behindLinks.set(device, hearing)
      hearing.note(behind, span)
    }
  }

  #ofLink(link: string): Hearing {
    let hearing = this.#ofLinks.get(link)
    if (!hearing) this.#ofLinks.set(link, (hearing = new Hearing(this.#devices)))
    return hearing
  }
}
