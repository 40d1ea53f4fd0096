import { isDeepStrictEqual } from 'node:util'
import { Deadlines } from './deadlines.ts'
import type { PlannedDevice } from './plan.ts'
import { PolledDevice } from './polled-device.ts'
import type { ReadGroup } from './read-group.ts'
import { Round, type RoundOptions } from './round.ts'

interface Waiting {
  readonly device: PolledDevice
  readonly group: ReadGroup
}

/** When which groups of the devices of a link are due, and which round of theirs is next. Times are steady ms. */
export class PollSchedule {
  readonly #origin: number
  readonly #onResult: RoundOptions['onResult']
  readonly #devices = new Map<string, PolledDevice>()
  /** Groups that are not due yet. What was put in and holds no more is passed over. */
  readonly #waiting = new Deadlines<Waiting>()
  readonly #lanes = { fast: new Deadlines<Round>(), slow: new Deadlines<Round>() }
  #polled = 0

  constructor(origin: number, onResult: RoundOptions['onResult']) {
    // Whole milliseconds, as intervals are: then the times of the grid are exact.
    this.#origin = Math.floor(origin)
    this.#onResult = onResult
  }

  get devices(): readonly PolledDevice[] {
    return [...this.#devices.values()]
  }

  /** Devices of which anything is polled. */
  get polled(): number {
    return this.#polled
  }

  get nextDueAt(): number {
    return this.#waiting.first?.at ?? Infinity
  }

  device(id: string): PolledDevice | undefined {
    return this.#devices.get(id)
  }

  /** Devices that are as before are not disturbed. Gives those that are gone. */
  configure(planned: readonly PlannedDevice[], now: number): PolledDevice[] {
    const plans = new Map(planned.map((plan) => [plan.id, plan]))
    const gone = this.devices.filter(({ id, address }) => !isDeepStrictEqual(address, plans.get(id)?.address))
    for (const device of gone) {
      device.gone = true
      if (device.round) device.round.over = true
      this.#devices.delete(device.id)
    }
    for (const plan of planned) this.#place(plan, now)
    this.#polled = this.devices.filter(({ groups }) => groups.size > 0).length
    return gone
  }

  /** Takes what has fallen due into its lane. */
  admit(now: number): void {
    for (let first = this.#waiting.first; first && first.at <= now; first = this.#waiting.first) {
      this.#waiting.removeFirst()
      const { device, group } = first.item
      if (group.queued || group.due !== first.at || device.silent || !device.has(group)) continue
      group.queued = true
      device.due.push(group)
      this.#enlist(device)
    }
  }

  next(now: number): Round | undefined {
    const fast = firstOf(this.#lanes.fast)
    const slow = firstOf(this.#lanes.slow)
    // A slow one that is late stands among the fast ones: else they could keep it from the link for ever.
    if (slow && slow.deadline <= now && (!fast || slow.deadline < fast.deadline)) return slow
    return fast ?? slow
  }

  /** Back into its lane, with more to be sent. */
  relist(round: Round): void {
    if (round.kind === 'fast' || round.kind === 'slow') this.#lanes[round.kind].add(round, round.deadline)
  }

  /** Everything of the device that is due now; it is the round's from here. */
  takeDue(device: PolledDevice): readonly ReadGroup[] {
    return device.due.splice(0)
  }

  /** Gives how many reads fell out because this round came so late. */
  served(round: Round, now: number): number {
    const { device, groups, outcome } = round
    if (device.round === round) device.round = undefined
    let overruns = 0
    for (const group of groups) {
      const refused = outcome === 'answered' && !group.hasValue
      overruns += group.served(now, refused ? 'refused' : outcome)
      group.queued = false
      if (!device.silent && device.has(group)) this.#await(device, group)
    }
    this.#enlist(device)
    return overruns
  }

  /** Nothing of it is due before it rejoins. */
  suspend(device: PolledDevice): void {
    for (const group of device.due.splice(0)) group.queued = false
    for (const group of device.groups.values()) group.interrupted()
    if (!device.round || device.round.begunAt !== undefined) return
    device.round.over = true
    device.round = undefined
  }

  /** All of it is due at once. */
  rejoin(device: PolledDevice, now: number): void {
    for (const group of device.groups.values()) {
      group.rejoin(now)
      this.#await(device, group)
    }
  }

  #place(plan: PlannedDevice, now: number): void {
    const known = this.#devices.get(plan.id)
    const device = known ?? new PolledDevice(plan, this.#origin, now)
    const added = known ? known.replan(plan, this.#origin, now) : [...device.groups.values()]
    this.#devices.set(plan.id, device)
    if (!device.silent) for (const group of added) this.#await(device, group)
  }

  #await(device: PolledDevice, group: ReadGroup): void {
    if (!group.queued) this.#waiting.add({ device, group }, group.due)
  }

  /** All groups of a device that are due are one round, in the lane of the fastest. */
  #enlist(device: PolledDevice): void {
    const { due, round: before } = device
    if (device.gone || before?.begunAt !== undefined || due.length === 0) return
    const kind = due.some(({ fast }) => fast) ? 'fast' : 'slow'
    const deadline = Math.min(...due.map((group) => group.deadline))
    if (before?.kind === kind && before.deadline <= deadline) return
    if (before) before.over = true
    device.round = new Round({ device, kind, deadline, onResult: this.#onResult })
    this.#lanes[kind].add(device.round, deadline)
  }
}

function firstOf(lane: Deadlines<Round>): Round | undefined {
  while (lane.first?.item.spent) lane.removeFirst()
  return lane.first?.item
}
