import { nobodyAnswers } from './actor-errors.ts'
import type { LinkOutage } from './link-outage.ts'
import type { PolledDevice } from './polled-device.ts'
import type { PollSchedule } from './poll-schedule.ts'
import { ProbeLane } from './probe-lane.ts'

/** Exchanges in a row without an answer, and a device is taken for silent. */
const SILENT_AFTER = 3

/** Which devices of a link are silent. They are not polled but probed, until one answers; where all are, the link is down. */
export class Breaker {
  readonly #schedule: PollSchedule
  readonly #outage: LinkOutage
  readonly #probes = new ProbeLane()

  constructor(schedule: PollSchedule, outage: LinkOutage) {
    this.#schedule = schedule
    this.#outage = outage
  }

  get silent(): readonly PolledDevice[] {
    return this.#probes.devices
  }

  get nextProbeAt(): number {
    return this.#probes.nextAt(this.#alone)
  }

  nextProbe(now: number): { readonly device: PolledDevice; readonly overdue: boolean } | undefined {
    return this.#probes.next(now, this.#alone)
  }

  probing(now: number): void {
    this.#probes.begun(now)
  }

  probed(device: PolledDevice, beganAt: number, now: number): void {
    this.#probes.ended(device, beganAt, now)
  }

  answered(device: PolledDevice, now: number): void {
    this.#outage.heard()
    device.unanswered = 0
    if (!device.silent) return
    const alone = this.#alone
    this.#rejoin(device, now)
    // The first answer where nobody answered: it was the link that was silent, and all have another chance.
    if (alone) this.forgive(now)
  }

  /** Whether the device is taken for silent from now on. */
  notAnswered(device: PolledDevice, now: number): boolean {
    device.unanswered += 1
    if (device.silent || device.gone || device.unanswered < SILENT_AFTER) return false
    device.silent = true
    this.#schedule.suspend(device)
    this.#probes.add(device, now)
    if (this.#alone) this.#outage.begin(nobodyAnswers())
    return true
  }

  /** Each silent device is read again; one more failure, and it is silent again. */
  forgive(now: number): void {
    for (const device of this.#probes.devices) {
      device.unanswered = SILENT_AFTER - 1
      this.#rejoin(device, now)
    }
  }

  forget(device: PolledDevice): void {
    this.#probes.remove(device)
  }

  /** Nobody on the link answers, so that probes disturb nobody. */
  get #alone(): boolean {
    return this.#probes.size === this.#schedule.polled
  }

  #rejoin(device: PolledDevice, now: number): void {
    device.silent = false
    this.#probes.remove(device)
    this.#schedule.rejoin(device, now)
  }
}
