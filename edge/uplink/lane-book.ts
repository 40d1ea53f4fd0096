import type { Epoch, Lane } from '@ganzhi/contracts/record-key'
import type { Outbox } from '../outbox/outbox.ts'
import type { SeqRange } from '../outbox/seq-ranges.ts'
import { LaneProgress } from './lane-progress.ts'
import { LANE_OF, type Traffic } from './wire.ts'

export interface Source {
  readonly progress: LaneProgress
  readonly range: SeqRange
}

/** The progress of every lane and epoch that the outbox still has something of. */
export class LaneBook {
  readonly #outbox: Pick<Outbox, 'epoch' | 'lanes'>
  readonly #firstAttempt: number
  #lanes = new Map<string, LaneProgress>()
  #stale = true

  constructor(outbox: Pick<Outbox, 'epoch' | 'lanes'>, firstAttempt: number) {
    this.#outbox = outbox
    this.#firstAttempt = firstAttempt
  }

  /** The outbox has grown or shrunk. */
  outdate(): void {
    this.#stale = true
  }

  /** Oldest epoch first. */
  all(): LaneProgress[] {
    this.#refresh()
    return [...this.#lanes.values()]
  }

  find(lane: Lane, epoch: Epoch): LaneProgress | undefined {
    this.#refresh()
    return this.#lanes.get(key(lane, epoch))
  }

  tick(now: number, liveMs: number): void {
    this.outdate()
    this.find('telemetry', this.#outbox.epoch)?.tick(now, liveMs)
  }

  /** Where the next records of a kind of traffic come from. */
  source(traffic: Traffic): Source | undefined {
    if (traffic === 'live') {
      const progress = this.find('telemetry', this.#outbox.epoch)
      return progress?.fresh && { progress, range: progress.fresh }
    }
    for (const progress of this.all()) {
      if (progress.lane !== LANE_OF[traffic]) continue
      const range = progress.backlog ?? (traffic === 'backlog' ? undefined : progress.fresh)
      if (range) return { progress, range }
    }
    return undefined
  }

  #refresh(): void {
    if (!this.#stale) return
    this.#stale = false
    const lanes = new Map<string, LaneProgress>()
    for (const { lane, epoch, head, receipted } of this.#outbox.lanes()) {
      const progress =
        this.#lanes.get(key(lane, epoch)) ??
        new LaneProgress(lane, epoch, { head, stored: receipted, attempt: this.#firstAttempt })
      progress.grow(head)
      if (epoch !== this.#outbox.epoch) progress.end()
      lanes.set(key(lane, epoch), progress)
    }
    this.#lanes = lanes
  }
}

function key(lane: Lane, epoch: Epoch): string {
  return `${lane}.${epoch}`
}
