import { type GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import type { Value } from '@ganzhi/contracts/reading'
import type { Clock } from '@ganzhi/device-drivers/clock'
import type { Exchange, ExchangeOutcome, Link, LinkEvent, PointResult } from '@ganzhi/device-drivers/driver'
import type { Logger } from 'pino'
import type { Static, TObject } from 'typebox'
import { driverFailed, linkClosed, notReadable, notWritable } from './actor-errors.ts'
import { Alarm } from './alarm.ts'
import { Breaker } from './breaker.ts'
import { type LinkLog, linkLog } from './link-log.ts'
import type { LinkOutage } from './link-outage.ts'
import { lateGroups, type LinkStatus, loadsOf, refusing } from './link-status.ts'
import { OneShotLane } from './one-shot-lane.ts'
import type { PlannedDevice, PlannedPoint } from './plan.ts'
import { PollSchedule } from './poll-schedule.ts'
import type { PointSet, PolledDevice } from './polled-device.ts'
import { Round } from './round.ts'
import { sendWrite, type WaitingWrite, WriteLane, type WriteOptions, type Written } from './write-lane.ts'

export interface ActorOptions {
  readonly id: string
  readonly clock: Clock
  readonly log: Logger
  readonly onResult: (point: PlannedPoint, result: PointResult) => void
  readonly outage: LinkOutage
}

export type OpenLink = Link<Static<TObject>, Static<TObject>>

/**
 * Speaks alone on one physical link, and sets the order: write, one-shot, fast, slow, probe; within a lane by deadline.
 * A round gives up its place exchange by exchange, so that what is urgent waits for one exchange at most.
 */
export class LinkActor implements AsyncDisposable {
  readonly #options: ActorOptions
  readonly #schedule: PollSchedule
  readonly #breaker: Breaker
  readonly #oneShots = new OneShotLane()
  readonly #writes = new WriteLane()
  readonly #stop = new AbortController()
  readonly #running = new Set<Promise<void>>()
  readonly #log: LinkLog
  readonly #alarm: Alarm
  #link: OpenLink | undefined
  #underWay = 0
  #writing = false
  #pumping = false
  #pausedUntil = -Infinity
  /** Nothing is known to be as it was when the link was last up. */
  #lapsed = true
  #state: LinkStatus['state'] = 'idle'
  #count = { exchanges: 0, overruns: 0, discarded: 0 }

  constructor(options: ActorOptions) {
    this.#options = options
    const { clock, log, onResult, outage } = options
    this.#schedule = new PollSchedule(clock.elapsed(), onResult)
    this.#breaker = new Breaker(this.#schedule, outage)
    this.#log = linkLog(clock, log)
    this.#alarm = new Alarm(clock, () => this.#pump())
  }

  get status(): LinkStatus {
    const { devices } = this.#schedule
    return {
      id: this.#options.id,
      state: this.#state,
      outage: this.#options.outage.current,
      load: this.loads.reduce((sum, { load }) => sum + load, 0),
      ...this.#count,
      silent: this.#breaker.silent.map(({ id }) => id),
      refusing: refusing(devices),
      late: lateGroups(devices, this.#now()),
    }
  }

  get loads(): ReturnType<typeof loadsOf> {
    return loadsOf(this.#schedule.devices, this.#link?.reads)
  }

  start(link: OpenLink): void {
    this.#link = link
    this.#pump()
  }

  /** What the devices are from now on; those that are as before are not disturbed. */
  configure(planned: readonly PlannedDevice[]): void {
    for (const device of this.#schedule.configure(planned, this.#now())) this.#breaker.forget(device)
    this.#pump()
  }

  /** One result a point. */
  async readNow(
    id: string,
    points: readonly PlannedPoint[],
    signal: AbortSignal,
  ): Promise<readonly PointResult[]> {
    const device = this.#schedule.device(id)
    const missing = this.#failure(notReadable(id))
    if (!device || !this.#link?.reads || this.#stop.signal.aborted) return points.map(() => missing)
    const { onResult } = this.#options
    const results = this.#oneShots.ask({ device, points, signal, missing, onResult })
    this.#pump()
    return results
  }

  async write(id: string, point: PlannedPoint, value: Value, options: WriteOptions): Promise<Written> {
    const device = this.#schedule.device(id)
    if (!device || !this.#link?.writes || this.#stop.signal.aborted) throw notWritable(id)
    const written = this.#writes.ask({ device, point, value, options })
    this.#pump()
    return written
  }

  readonly onEvent = (event: LinkEvent): void => {
    if (event.kind === 'discarded') {
      this.#count.discarded += 1
      return
    }
    this.#state = event.kind
    this.#options.outage.told(event, this.#link)
    if (event.kind === 'up') {
      this.#log.up()
      this.#resume()
      return
    }
    const { error, retryInMs } = event
    this.#log.down(error, retryInMs)
    if (retryInMs > 0) this.#pause(error, retryInMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(linkClosed())
    this.#alarm.set(Infinity)
    this.#writes.close()
    this.#oneShots.close()
    await Promise.all(this.#running)
  }

  /** Sends what may be sent now, and wakes for what may be sent later. */
  #pump(): void {
    if (this.#pumping || !this.#link || this.#stop.signal.aborted) return
    this.#pumping = true
    while (this.#sendNext(this.#link));
    this.#pumping = false
    this.#alarm.set(this.#nextTurnAt())
  }

  #sendNext({ reads }: OpenLink): boolean {
    const now = this.#now()
    this.#schedule.admit(now)
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
    if (round.begunAt === undefined) this.#begin(round, now)
    const exchange = round.send()
    if (exchange) this.#track(this.#exchange(round, exchange))
    else if (round.ended) this.#end(round)
    return true
  }

  #nextTurnAt(): number {
    // What is under way calls when it is done.
    if (this.#underWay >= (this.#link?.reads?.depth ?? 0)) return Infinity
    if (this.#pausedUntil > this.#now()) return this.#pausedUntil
    return Math.min(this.#schedule.nextDueAt, this.#breaker.nextProbeAt)
  }

  #next(now: number): Round | undefined {
    const asked = this.#oneShots.next
    if (asked || now < this.#pausedUntil) return asked
    const probe = this.#breaker.nextProbe(now)
    const poll = probe?.overdue ? undefined : this.#schedule.next(now)
    if (poll || !probe) return poll
    const { onResult } = this.#options
    return new Round({ device: probe.device, kind: 'probe', deadline: now, onResult })
  }

  #begin(round: Round, now: number): void {
    const { device, kind, asked } = round
    if (kind === 'probe') this.#breaker.probing(now)
    const groups = kind === 'fast' || kind === 'slow' ? this.#schedule.takeDue(device) : []
    const set = asked ?? (kind === 'probe' ? device.everything : device.pointsOf(groups))
    const exchanges = this.#plan(device, set)
    const cheapest = exchanges.toSorted((a, b) => a.predictedMs - b.predictedMs).slice(0, 1)
    round.begin(now, groups, set, kind === 'probe' ? cheapest : exchanges)
  }

  #plan(device: PolledDevice, set: PointSet): readonly Exchange[] {
    try {
      return this.#link?.reads?.plan(device.address, set.driverPoints) ?? []
    } catch (cause) {
      const failure = this.#failure(this.#ourFault(device, cause))
      for (const point of set.points) this.#options.onResult(point, failure)
      return []
    }
  }

  async #exchange(round: Round, exchange: Exchange): Promise<void> {
    const { device } = round
    this.#underWay += 1
    this.#count.exchanges += 1
    const outcome = await this.#ask(device, exchange)
    this.#underWay -= 1
    if (this.#stop.signal.aborted) return round.end()
    const now = this.#now()
    const reach = round.returned(exchange, outcome)
    if (reach === 'answered') this.#breaker.answered(device, now)
    if (reach === 'silent' && 'results' in outcome) this.#notAnswered(device, outcome.results[0])
    if ('instead' in outcome && !round.spent)
      (round.kind === 'one-shot' ? this.#oneShots : this.#schedule).relist(round)
    if (round.ended) this.#end(round)
    this.#pump()
  }

  async #ask(device: PolledDevice, exchange: Exchange): Promise<ExchangeOutcome> {
    const { signal } = this.#stop
    try {
      const asked = this.#link?.reads?.exchange(device.address, exchange, { signal })
      return (await asked) ?? { results: [] }
    } catch (cause) {
      const error = signal.aborted ? linkClosed() : this.#ourFault(device, cause)
      return { results: exchange.points.map(() => this.#failure(error)) }
    }
  }

  #end(round: Round): void {
    const { device, kind, begunAt } = round
    const now = this.#now()
    round.end()
    if (kind === 'probe') this.#breaker.probed(device, begunAt ?? now, now)
    if (kind === 'fast' || kind === 'slow') this.#count.overruns += this.#schedule.served(round, now)
  }

  async #write(write: WaitingWrite): Promise<void> {
    const { device } = write
    this.#underWay += 1
    this.#writing = true
    const told = await sendWrite(write, this.#link?.writes, this.#stop.signal)
    this.#underWay -= 1
    this.#writing = false
    if (told === 'answered') this.#breaker.answered(device, this.#now())
    else if (told) this.#notAnswered(device, this.#failure(told))
    this.#pump()
  }

  #notAnswered(device: PolledDevice, failure: PointResult | undefined): void {
    if (failure && this.#breaker.notAnswered(device, this.#now())) this.#failAll(device, failure)
  }

  /** Nothing can be reached before the driver has tried again. */
  #pause(error: GanzhiError, retryInMs: number): void {
    const now = this.#now()
    this.#pausedUntil = now + retryInMs
    this.#lapsed = true
    for (const device of this.#schedule.devices) this.#failAll(device, this.#failure(error))
    this.#breaker.forgive(now)
    this.#pump()
  }

  #resume(): void {
    this.#pausedUntil = -Infinity
    // A connection renewed in passing is no reason to read everything.
    if (!this.#lapsed) return
    this.#lapsed = false
    const now = this.#now()
    for (const device of this.#schedule.devices) if (!device.silent) this.#schedule.rejoin(device, now)
    this.#pump()
  }

  #failAll(device: PolledDevice, failure: PointResult): void {
    for (const point of device.everything.points) this.#options.onResult(point, failure)
  }

  #ourFault(device: PolledDevice, cause: unknown): GanzhiError {
    this.#log.driverFailed(cause, device.id)
    return isGanzhiError(cause) ? cause : driverFailed(cause)
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
