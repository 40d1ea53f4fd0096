import { isDeepStrictEqual } from 'node:util'
import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import type { Value } from '@ganzhi/contracts/reading'
import type { Clock } from '@ganzhi/device-drivers/clock'
import type { Exchange, ExchangeOutcome, Link, LinkEvent, PointResult } from '@ganzhi/device-drivers/driver'
import type { Logger } from 'pino'
import type { Static, TObject } from 'typebox'
import { atMostEvery } from './at-most-every.ts'
import { Deadlines } from './deadlines.ts'
import { deviceLoad } from './link-load.ts'
import type { PlannedDevice, PlannedPoint } from './plan.ts'
import { PolledDevice, type PointSet } from './polled-device.ts'
import { ProbeLane } from './probe-lane.ts'
import type { ReadGroup } from './read-group.ts'
import type { Begun, Round } from './round.ts'
import { type WaitingWrite, WriteLane, type WriteOptions, type Written } from './write-lane.ts'

export interface ActorOptions {
  readonly id: string
  readonly clock: Clock
  readonly log: Logger
  readonly onResult: (point: PlannedPoint, result: PointResult) => void
}

export interface LinkStatus {
  readonly id: string
  readonly state: 'idle' | 'up' | 'down'
  /** Share of the link's time that is asked for; beyond 1 it is too much. */
  readonly load: number
  readonly exchanges: number
  /** Reads that fell out because the link had no time for them. */
  readonly overruns: number
  /** Frames that answered nothing we asked. */
  readonly discarded: number
  /** Devices that don't answer, and are only probed. */
  readonly silent: readonly string[]
  /** Devices that decline what they are asked, and are asked less. */
  readonly refusing: readonly string[]
  /** Intervals that are not reached. */
  readonly late: readonly {
    readonly device: string
    readonly intervalMs: number
    readonly reachedMs: number
  }[]
}

export type OpenLink = Link<Static<TObject>, Static<TObject>>

interface Waiting {
  readonly device: PolledDevice
  readonly group: ReadGroup
}

/** Exchanges in a row without an answer, and a device is taken for silent. */
const SILENT_AFTER = 3
const LOG_MS = 60_000

/**
 * Speaks alone on one physical link, and sets the order: write, one-shot, fast, slow, probe; within a lane by deadline.
 * A round is given up its place exchange by exchange, so that what is urgent waits for one exchange at most.
 */
export class LinkActor {
  readonly #options: ActorOptions
  readonly #origin: number
  readonly #devices = new Map<string, PolledDevice>()
  /** Groups that are not due yet. */
  readonly #waiting = new Deadlines<Waiting>()
  readonly #lanes = { fast: new Deadlines<Round>(), slow: new Deadlines<Round>() }
  readonly #oneShots: Round[] = []
  readonly #writes = new WriteLane()
  readonly #probes = new ProbeLane()
  readonly #stop = new AbortController()
  readonly #running = new Set<Promise<void>>()
  readonly #sayUp: ReturnType<typeof atMostEvery>
  readonly #sayDown: ReturnType<typeof atMostEvery>
  readonly #sayBug: ReturnType<typeof atMostEvery>
  #link: OpenLink | undefined
  #underWay = 0
  #writing = false
  #pumping = false
  #pausedUntil = -Infinity
  /** Since the link was last up. */
  #outage = true
  /** Devices of which anything is polled. */
  #polled = 0
  #wakeAt = Infinity
  #cancelWake = () => {}
  #state: LinkStatus['state'] = 'idle'
  #count = { exchanges: 0, overruns: 0, discarded: 0 }

  constructor(options: ActorOptions) {
    this.#options = options
    this.#origin = options.clock.elapsed()
    this.#sayUp = atMostEvery(options.clock, LOG_MS)
    this.#sayDown = atMostEvery(options.clock, LOG_MS)
    this.#sayBug = atMostEvery(options.clock, LOG_MS)
  }

  get status(): LinkStatus {
    const devices = [...this.#devices.values()]
    const reads = this.#link?.reads
    const now = this.#now()
    const late = devices.flatMap((device) =>
      [...device.groups.values()].flatMap((group) => {
        const reachedMs = group.lateMs(now)
        return reachedMs === undefined
          ? []
          : [{ device: device.id, intervalMs: group.intervalMs, reachedMs: Math.round(reachedMs) }]
      }),
    )
    return {
      id: this.#options.id,
      state: this.#state,
      load: reads ? devices.reduce((sum, device) => sum + deviceLoad(device, reads), 0) : 0,
      ...this.#count,
      silent: this.#probes.devices.map(({ id }) => id),
      refusing: devices
        .filter((one) => [...one.groups.values()].some((group) => group.refused))
        .map(({ id }) => id),
      late,
    }
  }

  /** Devices and the share of the link's time that each asks for, the greatest first. */
  get loads(): { readonly device: string; readonly load: number }[] {
    const reads = this.#link?.reads
    if (!reads) return []
    const loads = [...this.#devices.values()].map((device) => ({
      device: device.id,
      load: deviceLoad(device, reads),
    }))
    return loads.sort((a, b) => b.load - a.load)
  }

  start(link: OpenLink): void {
    this.#link = link
    this.#pump()
  }

  /** What the devices are from now on; those that are as before are not disturbed. */
  configure(planned: readonly PlannedDevice[]): void {
    const now = this.#now()
    const ids = new Set(planned.map(({ id }) => id))
    for (const device of this.#devices.values()) if (!ids.has(device.id)) this.#remove(device)
    for (const plan of planned) this.#place(plan, now)
    this.#polled = [...this.#devices.values()].filter(({ groups }) => groups.size > 0).length
    this.#pump()
  }

  /** One result a point. */
  readNow(id: string, points: readonly PlannedPoint[], signal: AbortSignal): Promise<PointResult[]> {
    const device = this.#devices.get(id)
    const { promise, resolve, reject } = Promise.withResolvers<PointResult[]>()
    if (!device || !this.#link?.reads || this.#stop.signal.aborted) {
      return Promise.resolve(points.map(() => this.#failure(notReadable(id))))
    }
    if (signal.aborted) return Promise.reject(signal.reason as Error)
    const results: PointResult[] = []
    const set = { points, driverPoints: points.map(({ driverPoint }) => driverPoint), groups: [] }
    const onAbort = () => {
      round.over = true
      reject(signal.reason as Error)
    }
    const end = () => {
      signal.removeEventListener('abort', onAbort)
      resolve(results)
    }
    const round: Round = { device, kind: 'one-shot', deadline: 0, over: false, asked: { set, results, end } }
    signal.addEventListener('abort', onAbort, { once: true })
    this.#oneShots.push(round)
    this.#pump()
    return promise
  }

  write(id: string, point: PlannedPoint, value: Value, options: WriteOptions): Promise<Written> {
    const device = this.#devices.get(id)
    if (!device || !this.#link?.writes || this.#stop.signal.aborted) return Promise.reject(notWritable(id))
    return this.#writes.ask(device, point, value, options, () => this.#pump())
  }

  readonly onEvent = (event: LinkEvent): void => {
    const { log } = this.#options
    if (event.kind === 'discarded') {
      this.#count.discarded += 1
      return
    }
    this.#state = event.kind
    if (event.kind === 'up') {
      this.#sayUp((heldBack) => log.info({ heldBack }, 'link up'))
      this.#resume()
      return
    }
    const { error: err, retryInMs } = event
    this.#sayDown((heldBack) => log.warn({ err, retryInMs, heldBack }, 'link down'))
    if (retryInMs > 0) this.#pause(err, retryInMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new GanzhiError('the link was closed', { code: 'link-closed', blame: 'ours' }))
    this.#cancelWake()
    this.#writes.close()
    for (const round of this.#oneShots.splice(0)) this.#answerAsked(round)
    await Promise.all(this.#running)
  }

  /** Sends what may be sent now, and wakes for what may be sent later. */
  #pump(): void {
    if (this.#pumping || !this.#link || this.#stop.signal.aborted) return
    this.#pumping = true
    while (this.#sendNext(this.#link));
    this.#pumping = false
    this.#arm()
  }

  #sendNext({ reads }: OpenLink): boolean {
    const now = this.#now()
    this.#admit(now)
    const depth = reads?.depth ?? 1
    if (this.#writes.waits && !this.#writing) {
      // Where several may be under way a write is one more; else it has the next turn.
      if (depth === 1 && this.#underWay > 0) return false
      const write = this.#writes.take()
      if (write) this.#track(this.#write(write))
      return true
    }
    if (!reads || this.#underWay >= depth) return false
    const round = this.#next(now)
    if (!round) return false
    const begun = round.begun ?? this.#begin(round, now)
    const exchange = begun.pending.shift()
    if (exchange) this.#track(this.#exchange(round, begun, exchange))
    else if (begun.underWay === 0) this.#end(round, begun)
    return true
  }

  #arm(): void {
    const { clock } = this.#options
    const wakeAt = this.#nextTurnAt()
    if (wakeAt === this.#wakeAt) return
    this.#cancelWake()
    this.#wakeAt = wakeAt
    if (wakeAt === Infinity) return
    this.#cancelWake = clock.after(Math.max(0, wakeAt - clock.elapsed()), () => {
      this.#wakeAt = Infinity
      this.#pump()
    })
  }

  #nextTurnAt(): number {
    // What is under way calls when it is done.
    if (this.#underWay >= (this.#link?.reads?.depth ?? 0)) return Infinity
    if (this.#pausedUntil > this.#now()) return this.#pausedUntil
    return Math.min(this.#waiting.first?.at ?? Infinity, this.#probes.nextAt(this.#alone))
  }

  /** Takes what has fallen due into its lane. */
  #admit(now: number): void {
    for (let first = this.#waiting.first; first && first.at <= now; first = this.#waiting.first) {
      this.#waiting.removeFirst()
      const { device, group } = first.item
      if (group.queued || group.due !== first.at || device.silent || !device.has(group)) continue
      group.queued = true
      device.due.push(group)
      this.#enlist(device)
    }
  }

  #await(device: PolledDevice, group: ReadGroup): void {
    if (!group.queued) this.#waiting.add({ device, group }, group.due)
  }

  /** All groups of a device that are due are one round, in the lane of the fastest. */
  #enlist(device: PolledDevice): void {
    if (device.round?.begun || device.due.length === 0) return
    const kind = device.due.some(({ fast }) => fast) ? 'fast' : 'slow'
    const deadline = Math.min(...device.due.map((group) => group.deadline))
    if (device.round?.kind === kind && device.round.deadline <= deadline) return
    if (device.round) device.round.over = true
    device.round = { device, kind, deadline, over: false }
    this.#lanes[kind].add(device.round, deadline)
  }

  #next(now: number): Round | undefined {
    while (this.#oneShots[0] && spent(this.#oneShots[0])) this.#oneShots.shift()
    if (this.#oneShots[0]) return this.#oneShots[0]
    if (now < this.#pausedUntil) return undefined
    const probe = this.#probes.next(now, this.#alone)
    if (probe?.overdue) return this.#probe(probe.device)
    const fast = firstOf(this.#lanes.fast)
    const slow = firstOf(this.#lanes.slow)
    // A slow one that is late stands among the fast ones: else they could keep it from the link for ever.
    if (slow && slow.deadline <= now && (!fast || slow.deadline < fast.deadline)) return slow
    return fast ?? slow ?? (probe && this.#probe(probe.device))
  }

  #probe(device: PolledDevice): Round {
    return { device, kind: 'probe', deadline: Infinity, over: false }
  }

  #begin(round: Round, now: number): Begun {
    const { device, kind, asked } = round
    const groups = kind === 'fast' || kind === 'slow' ? device.due : []
    if (groups.length > 0) device.due = []
    const set = asked?.set ?? (kind === 'probe' ? device.everything : device.pointsOf(groups))
    for (const group of groups) group.hasValue = false
    const begun: Begun = { at: now, groups, set, pending: [], underWay: 0, outcome: 'answered' }
    round.begun = begun
    begun.pending = this.#plan(round, set)
    if (kind === 'probe') this.#probes.begun(now)
    return begun
  }

  #plan({ device, kind }: Round, set: PointSet): Exchange[] {
    try {
      const plan = this.#link?.reads?.plan(device.address, set.driverPoints) ?? []
      if (kind !== 'probe') return [...plan]
      return plan.toSorted((a, b) => a.predictedMs - b.predictedMs).slice(0, 1)
    } catch (cause) {
      const failure = this.#failure(this.#ourFault(device, cause))
      for (const point of set.points) this.#options.onResult(point, failure)
      return []
    }
  }

  async #exchange(round: Round, begun: Begun, exchange: Exchange): Promise<void> {
    const { device } = round
    const { signal } = this.#stop
    begun.underWay += 1
    this.#underWay += 1
    this.#count.exchanges += 1
    const outcome = await this.#ask(device, exchange)
    begun.underWay -= 1
    this.#underWay -= 1
    if (signal.aborted) return this.#answerAsked(round)
    this.#take(round, begun, exchange, outcome)
    if (begun.pending.length === 0 && begun.underWay === 0) this.#end(round, begun)
    this.#pump()
  }

  async #ask(device: PolledDevice, exchange: Exchange): Promise<ExchangeOutcome> {
    const { signal } = this.#stop
    try {
      const outcome = await this.#link?.reads?.exchange(device.address, exchange, { signal })
      return outcome ?? { results: [] }
    } catch (cause) {
      const failure = this.#failure(signal.aborted ? notReadable(device.id) : this.#ourFault(device, cause))
      return { results: exchange.points.map(() => failure) }
    }
  }

  #take(round: Round, begun: Begun, exchange: Exchange, outcome: ExchangeOutcome): void {
    const { device } = round
    if ('instead' in outcome) {
      this.#answered(device)
      if (round.over || round.kind === 'probe') return
      begun.pending.unshift(...outcome.instead)
      if (round.kind !== 'one-shot') this.#lanes[round.kind].add(round, round.deadline)
      else if (!this.#oneShots.includes(round)) this.#oneShots.unshift(round)
      return
    }
    const { results } = outcome
    exchange.points.forEach((position, i) => this.#give(round, begun, position, results[i]))
    const [first] = results
    const reach = reachOf(results)
    if (!first || reach === 'answered') {
      if (first) this.#answered(device)
      return
    }
    // One failure is all that a device may cost in a round; the rest is known without asking.
    begun.outcome = reach
    const again = round.over
    this.#giveUp(round, begun, first)
    if (reach === 'silent' && !again) this.#notAnswered(device, first)
  }

  #give(round: Round, begun: Begun, position: number, result: PointResult | undefined): void {
    const point = begun.set.points[position]
    if (!point || !result) return
    const group = begun.set.groups[position]
    if (group && (result.quality === 'good' || result.quality === 'uncertain')) group.hasValue = true
    if (round.asked) round.asked.results[position] = result
    this.#options.onResult(point, result)
  }

  #giveUp(round: Round, begun: Begun, failure: PointResult): void {
    round.over = true
    for (const { points } of begun.pending.splice(0)) {
      for (const position of points) this.#give(round, begun, position, failure)
    }
  }

  #end(round: Round, begun: Begun): void {
    const now = this.#now()
    const { device, kind } = round
    round.over = true
    if (kind === 'one-shot') return this.#answerAsked(round)
    if (kind === 'probe') return this.#probes.ended(device, begun.at, now)
    if (device.round === round) device.round = undefined
    for (const group of begun.groups) {
      const refused = begun.outcome === 'answered' && !group.hasValue
      this.#count.overruns += group.served(now, refused ? 'refused' : begun.outcome)
      group.queued = false
      if (!device.silent && device.has(group)) this.#await(device, group)
    }
    this.#enlist(device)
  }

  #answerAsked({ asked }: Round): void {
    if (!asked) return
    const missing = this.#failure(notReadable('the device'))
    asked.set.points.forEach((_, i) => (asked.results[i] ??= missing))
    asked.end()
  }

  async #write({ device, point, value, options, resolve, reject }: WaitingWrite): Promise<void> {
    const { signal, before } = options
    this.#underWay += 1
    this.#writing = true
    try {
      const writes = this.#link?.writes
      if (!writes) throw notWritable(device.id)
      before?.()
      const ended = AbortSignal.any([signal, this.#stop.signal])
      resolve(await writes.write(device.address, point.driverPoint, value, { signal: ended }))
      this.#answered(device)
    } catch (error) {
      reject(error)
      if (isGanzhiError(error, 'declined')) this.#answered(device)
      if (isGanzhiError(error, 'no-answer')) this.#notAnswered(device, this.#failure(error))
    }
    this.#underWay -= 1
    this.#writing = false
    this.#pump()
  }

  #answered(device: PolledDevice): void {
    device.unanswered = 0
    if (!device.silent) return
    const alone = this.#alone
    this.#rejoin(device)
    // The first to answer on a link where nobody did: it was the link that was silent, so all have another chance.
    if (alone) this.#forgive()
  }

  #notAnswered(device: PolledDevice, failure: PointResult): void {
    device.unanswered += 1
    if (device.silent || device.gone || device.unanswered < SILENT_AFTER) return
    device.silent = true
    for (const group of device.due.splice(0)) group.queued = false
    if (device.round && !device.round.begun) {
      device.round.over = true
      device.round = undefined
    }
    for (const group of device.groups.values()) group.interrupted()
    this.#probes.add(device, this.#now())
    for (const point of device.everything.points) this.#options.onResult(point, failure)
  }

  /** Each silent device is read again; one more failure, and it is silent again. */
  #forgive(): void {
    for (const device of this.#probes.devices) {
      device.unanswered = SILENT_AFTER - 1
      this.#rejoin(device)
    }
  }

  #rejoin(device: PolledDevice): void {
    const now = this.#now()
    device.silent = false
    this.#probes.remove(device)
    for (const group of device.groups.values()) {
      group.rejoin(now)
      this.#await(device, group)
    }
  }

  /** Nothing can be reached before the driver has tried again. */
  #pause(error: GanzhiError, retryInMs: number): void {
    this.#pausedUntil = this.#now() + retryInMs
    this.#outage = true
    const failure = this.#failure(error)
    for (const device of this.#devices.values()) {
      for (const point of device.everything.points) this.#options.onResult(point, failure)
    }
    this.#forgive()
    this.#pump()
  }

  #resume(): void {
    this.#pausedUntil = -Infinity
    // A connection renewed in passing is no reason to read everything.
    if (!this.#outage) return
    this.#outage = false
    for (const device of this.#devices.values()) if (!device.silent) this.#rejoin(device)
    this.#pump()
  }

  #place(plan: PlannedDevice, now: number): void {
    const present = this.#devices.get(plan.id)
    const moved = present && !isDeepStrictEqual(present.address, plan.address)
    if (moved) this.#remove(present)
    const known = moved ? undefined : present
    const device = known ?? new PolledDevice(plan, this.#origin, now)
    const added = known ? known.replan(plan, this.#origin, now) : [...device.groups.values()]
    this.#devices.set(plan.id, device)
    if (!device.silent) for (const group of added) this.#await(device, group)
  }

  #remove(device: PolledDevice): void {
    device.gone = true
    this.#devices.delete(device.id)
    this.#probes.remove(device)
    if (device.round) device.round.over = true
  }

  get #alone(): boolean {
    return this.#probes.size === this.#polled
  }

  #ourFault(device: PolledDevice, cause: unknown): GanzhiError {
    const { log } = this.#options
    this.#sayBug((heldBack) => log.error({ err: cause, device: device.id, heldBack }, 'driver failed'))
    if (isGanzhiError(cause)) return cause
    return new GanzhiError('the driver failed', { code: 'driver-failed', blame: 'ours', cause })
  }

  #failure(error: GanzhiError): PointResult {
    return { quality: 'bad-comm', value: null, readAt: this.#options.clock.now(), error }
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#running.delete(tracked))
    this.#running.add(tracked)
  }

  #now(): number {
    return this.#options.clock.elapsed()
  }
}

function firstOf(lane: Deadlines<Round>): Round | undefined {
  while (lane.first && spent(lane.first.item)) lane.removeFirst()
  return lane.first?.item
}

/** Nothing of it is left to be sent. */
function spent({ over, begun }: Round): boolean {
  return over || begun?.pending.length === 0
}

function reachOf(results: readonly PointResult[]): Begun['outcome'] {
  const codes = results.map((result) => (result.quality === 'good' ? 'good' : result.error.code))
  if (codes.includes('link-down')) return 'link-down'
  return codes.length > 0 && codes.every((code) => code === 'no-answer') ? 'silent' : 'answered'
}

function notReadable(device: string): GanzhiError {
  return new GanzhiError(`${device} can't be read now`, {
    code: 'not-readable',
    blame: 'caller',
    remedy: 'Ask again when its link is open; some protocols only tell by themselves.',
  })
}

function notWritable(device: string): GanzhiError {
  return new GanzhiError(`nothing of ${device} can be written`, {
    code: 'not-writable',
    blame: 'caller',
    remedy: 'Its link is closed, or its protocol only reads.',
  })
}
