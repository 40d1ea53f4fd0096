import type { Exchange, ExchangeOutcome, PointResult } from '@ganzhi/device-drivers/driver'
import type { PlannedPoint } from './plan.ts'
import type { PointSet, PolledDevice } from './polled-device.ts'
import type { ReadGroup } from './read-group.ts'

export type Reach = 'answered' | 'silent' | 'link-down'

export interface RoundOptions {
  readonly device: PolledDevice
  readonly kind: 'one-shot' | 'fast' | 'slow' | 'probe'
  /** Steady ms. */
  readonly deadline: number
  readonly onResult: (point: PlannedPoint, result: PointResult, position: number) => void
  /** Of a one-shot: what is to be read, and who waits for it. */
  readonly asked?: { readonly set: PointSet; readonly onEnd: () => void }
}

/** One reading of a device: exchanges for points that are read together, each sent when it is its turn. */
export class Round {
  readonly device: PolledDevice
  readonly kind: RoundOptions['kind']
  readonly deadline: number
  /** Steady ms. */
  begunAt: number | undefined
  groups: readonly ReadGroup[] = []
  /** Nothing more of it is to be sent. */
  over = false
  outcome: Reach = 'answered'
  readonly #options: RoundOptions
  #set: PointSet = { points: [], driverPoints: [], groups: [] }
  #pending: Exchange[] = []
  #underWay = 0

  constructor(options: RoundOptions) {
    this.#options = options
    this.device = options.device
    this.kind = options.kind
    this.deadline = options.deadline
  }

  /** Nothing of it is left to be sent. */
  get spent(): boolean {
    return this.over || (this.begunAt !== undefined && this.#pending.length === 0)
  }

  get asked(): PointSet | undefined {
    return this.#options.asked?.set
  }

  get ended(): boolean {
    return this.spent && this.#underWay === 0
  }

  begin(now: number, groups: readonly ReadGroup[], set: PointSet, exchanges: readonly Exchange[]): void {
    this.begunAt = now
    this.groups = groups
    this.#set = set
    this.#pending = [...exchanges]
    for (const group of groups) group.hasValue = false
  }

  send(): Exchange | undefined {
    const exchange = this.#pending.shift()
    if (exchange) this.#underWay += 1
    return exchange
  }

  /** What an exchange tells of its device, where it tells anything that was not known. */
  returned(exchange: Exchange, outcome: ExchangeOutcome): Reach | undefined {
    this.#underWay -= 1
    if ('instead' in outcome) {
      // In the place of what was declined: what the first teaches may save the rest.
      if (!this.over && this.kind !== 'probe') this.#pending.unshift(...outcome.instead)
      return 'answered'
    }
    const { results } = outcome
    exchange.points.forEach((position, i) => this.#give(position, results[i]))
    const [first] = results
    const reach = reachOf(results)
    if (!first || reach === 'answered') return first && reach
    this.outcome = reach
    const told = this.over
    this.giveUp(first)
    return told ? undefined : reach
  }

  /** One failure is all that a device may cost in a round: the rest is known without asking. */
  giveUp(failure: PointResult): void {
    this.over = true
    for (const { points } of this.#pending.splice(0))
      for (const position of points) this.#give(position, failure)
  }

  end(): void {
    this.over = true
    this.#options.asked?.onEnd()
  }

  #give(position: number, result: PointResult | undefined): void {
    const point = this.#set.points[position]
    if (!point || !result) return
    const group = this.#set.groups[position]
    if (group && (result.quality === 'good' || result.quality === 'uncertain')) group.hasValue = true
    this.#options.onResult(point, result, position)
  }
}

function reachOf(results: readonly PointResult[]): Reach {
  const codes = results.map((result) => (result.quality === 'good' ? 'good' : result.error.code))
  if (codes.includes('link-down')) return 'link-down'
  return codes.every((code) => code === 'no-answer') ? 'silent' : 'answered'
}
