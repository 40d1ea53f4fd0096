/** What a camera has for the detector at the moment. */
interface Slot<Job> {
  job: Job
  dueAt: number
  /** When it was served before, in turns. */
  servedAt: number
}

/**
 * One place a camera: its newest frame takes the place, and the turn, of an older one that nobody looked at. Who is due
 * first is served first, a period after he began to wait: who wants to be served often waits less, and nobody who waits is
 * passed by for ever.
 */
export class CameraSlots<Job> {
  readonly #slots = new Map<string, Slot<Job>>()
  readonly #servedAt = new Map<string, number>()
  #turns = 0

  get waiting(): boolean {
    return this.#slots.size > 0
  }

  /** Answers the job whose place was taken. */
  put(camera: string, job: Job, { periodMs, now }: { periodMs: number; now: number }): Job | undefined {
    const slot = this.#slots.get(camera)
    const overtaken = slot?.job
    if (slot) slot.job = job
    else {
      const servedAt = this.#servedAt.get(camera) ?? 0
      this.#slots.set(camera, { job, dueAt: now + periodMs, servedAt })
    }
    return overtaken
  }

  take(): Job | undefined {
    let first: { camera: string; slot: Slot<Job> } | undefined
    for (const [camera, slot] of this.#slots) {
      if (!first || isBefore(slot, first.slot)) first = { camera, slot }
    }
    if (!first) return undefined
    this.#slots.delete(first.camera)
    this.#servedAt.set(first.camera, ++this.#turns)
    return first.slot.job
  }

  remove(camera: string): Job | undefined {
    const job = this.#slots.get(camera)?.job
    this.#slots.delete(camera)
    this.#servedAt.delete(camera)
    return job
  }

  /** Empties all places. */
  takeAll(): Job[] {
    const jobs = [...this.#slots.values()].map(({ job }) => job)
    this.#slots.clear()
    return jobs
  }
}

function isBefore(a: Slot<unknown>, b: Slot<unknown>): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.servedAt < b.servedAt)
}
