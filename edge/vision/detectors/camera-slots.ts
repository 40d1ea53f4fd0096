/** What a camera has for the detector at the moment. */
interface Slot<Job> {
  job: Job | undefined
  periodMs: number
  /** In the time that goes on as cameras are served: when its turn is. */
  turn: number
}

/**
 * One place a camera: its newest frame takes the place of an older one that nobody looked at. Where not all can be served,
 * each is in proportion to the rate that it asks for, in turns as even as can be (stride scheduling): none starves.
 */
export class CameraSlots<Job> {
  readonly #slots = new Map<string, Slot<Job>>()
  #time = 0

  get waiting(): boolean {
    return this.#slots.values().some(({ job }) => job !== undefined)
  }

  /** Answers the job whose place was taken. */
  put(camera: string, job: Job, periodMs: number): Job | undefined {
    const slot = this.#slots.get(camera) ?? { job: undefined, periodMs, turn: this.#time }
    const overtaken = slot.job
    // Who had nothing to look at has saved nothing up.
    if (overtaken === undefined) slot.turn = Math.max(slot.turn, this.#time)
    slot.job = job
    slot.periodMs = periodMs
    this.#slots.set(camera, slot)
    return overtaken
  }

  take(): Job | undefined {
    let next: Slot<Job> | undefined
    for (const slot of this.#slots.values()) {
      if (slot.job !== undefined && (!next || slot.turn < next.turn)) next = slot
    }
    if (!next) return undefined
    const { job } = next
    this.#time = next.turn
    next.turn += next.periodMs
    next.job = undefined
    return job
  }

  remove(camera: string): Job | undefined {
    const job = this.#slots.get(camera)?.job
    this.#slots.delete(camera)
    return job
  }

  /** Empties all places. */
  *takeAll(): Iterable<Job> {
    for (const slot of this.#slots.values()) {
      if (slot.job === undefined) continue
      const { job } = slot
      slot.job = undefined
      yield job
    }
  }
}
