import type { PolledDevice } from './polled-device.ts'

const FIRST_MS = 1_000
const LAST_MS = 60_000
/** When nobody on the link answers, nobody is disturbed. */
const ALONE_MS = 1_000
/** After a probe, rest for so many times as long as it took: 5 % of the link's time goes to probes. */
const REST = 19

interface Silent {
  dueAt: number
  backoffMs: number
}

/** Devices that don't answer, each asked ever less, and all of them together in a small share of the link's time. */
export class ProbeLane {
  /** Who was asked last stands last. */
  readonly #silent = new Map<PolledDevice, Silent>()
  /** Which is due first: kept, as it is asked for before every exchange of the link. */
  #earliest: PolledDevice | undefined
  #probing = false
  #lastAt = -Infinity
  #restUntil = -Infinity

  get size(): number {
    return this.#silent.size
  }

  get devices(): PolledDevice[] {
    return [...this.#silent.keys()]
  }

  add(device: PolledDevice, now: number): void {
    this.#silent.set(device, { dueAt: now + FIRST_MS, backoffMs: FIRST_MS })
    this.#lastAt = now
    this.#earliest = undefined
  }

  remove(device: PolledDevice): void {
    this.#silent.delete(device)
    this.#earliest = undefined
  }

  /** `overdue`: it has waited for as long again, so that it is asked even on a link without a free moment. */
  next(now: number, alone: boolean): { device: PolledDevice; overdue: boolean } | undefined {
    if (now < this.nextAt(alone)) return undefined
    const device = this.#first(alone)
    const silent = device && this.#silent.get(device)
    return silent && { device, overdue: now >= silent.dueAt + silent.backoffMs }
  }

  /** Steady ms. */
  nextAt(alone: boolean): number {
    const device = this.#first(alone)
    if (!device || this.#probing) return Infinity
    if (alone) return this.#lastAt + ALONE_MS
    return Math.max(this.#silent.get(device)?.dueAt ?? Infinity, this.#restUntil)
  }

  begun(now: number): void {
    this.#probing = true
    this.#lastAt = now
  }

  ended(device: PolledDevice, beganAt: number, now: number): void {
    this.#probing = false
    this.#restUntil = now + REST * (now - beganAt)
    const silent = this.#silent.get(device)
    if (!silent) return
    const backoffMs = Math.min(LAST_MS, 2 * silent.backoffMs)
    this.#silent.delete(device)
    this.#silent.set(device, { dueAt: now + backoffMs, backoffMs })
    this.#earliest = undefined
  }

  #first(alone: boolean): PolledDevice | undefined {
    if (alone) return this.#silent.keys().next().value
    if (!this.#earliest) {
      let at = Infinity
      for (const [device, { dueAt }] of this.#silent) {
        if (dueAt >= at) continue
        at = dueAt
        this.#earliest = device
      }
    }
    return this.#earliest
  }
}
