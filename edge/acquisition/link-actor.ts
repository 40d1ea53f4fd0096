import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import { type Clock, sleep } from '@ganzhi/device-drivers/clock'
import type { Link, LinkEvent, PointResult } from '@ganzhi/device-drivers/driver'
import type { Logger } from 'pino'
import type { Static, TObject } from 'typebox'
import { atMostEvery } from './at-most-every.ts'
import type { PlannedLink, PlannedPoint, PlannedPoll } from './plan.ts'

export interface ActorOptions {
  readonly link: PlannedLink
  readonly clock: Clock
  readonly log: Logger
  readonly onResult: (point: PlannedPoint, result: PointResult) => void
}

export interface LinkStatus {
  readonly id: string
  readonly state: 'idle' | 'up' | 'down'
  readonly polls: number
  /** Polls that fell out because the link had no time for them. */
  readonly overruns: number
  /** Frames that answered nothing we asked. */
  readonly discarded: number
  /** Devices that are asked less often, as nothing comes of it. */
  readonly failing: readonly string[]
}

export type OpenLink = Link<Static<TObject>, Static<TObject>>

interface Poll extends PlannedPoll {
  /** Steady ms. */
  due: number
  /** Reads in a row of which nothing came. */
  failures: number
}

const FIRST_PROBE_MS = 1_000
const LAST_PROBE_MS = 60_000
const LOG_MS = 60_000

/** Speaks alone on one physical link: one read at a time, the one that is due first. */
export class LinkActor {
  readonly #options: ActorOptions
  readonly #polls: Poll[]
  readonly #sayUp: ReturnType<typeof atMostEvery>
  readonly #sayDown: ReturnType<typeof atMostEvery>
  readonly #sayBug: ReturnType<typeof atMostEvery>
  #state: LinkStatus['state'] = 'idle'
  #count = { polls: 0, overruns: 0, discarded: 0 }

  constructor(options: ActorOptions) {
    this.#options = options
    this.#polls = options.link.polls.map((poll) => ({ ...poll, due: options.clock.elapsed(), failures: 0 }))
    this.#sayUp = atMostEvery(options.clock, LOG_MS)
    this.#sayDown = atMostEvery(options.clock, LOG_MS)
    this.#sayBug = atMostEvery(options.clock, LOG_MS)
  }

  get status(): LinkStatus {
    const failing = this.#polls.filter(({ failures }) => failures > 0).map(({ device }) => device)
    return { id: this.#options.link.id, state: this.#state, ...this.#count, failing: [...new Set(failing)] }
  }

  /** Until the signal aborts. */
  async run(link: OpenLink, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    while (!signal.aborted) {
      const poll = this.#polls.reduce<Poll | undefined>(
        (first, next) => (first && first.due <= next.due ? first : next),
        undefined,
      )
      const waitMs = poll ? poll.due - clock.elapsed() : LAST_PROBE_MS
      if (waitMs > 0) await sleep(clock, waitMs, signal).catch(() => {})
      else if (poll) await this.#read(link, poll, signal)
    }
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
      return
    }
    const { error: err, retryInMs } = event
    this.#sayDown((heldBack) => log.warn({ err, retryInMs, heldBack }, 'link down'))
    // The link itself is gone: what was silent may have been so for its sake, and must not be late when it is back.
    if (retryInMs > 0) this.#forgive()
  }

  #forgive(): void {
    for (const poll of this.#polls.filter(({ failures }) => failures > 0)) {
      poll.due = this.#options.clock.elapsed()
      poll.failures = 0
    }
  }

  async #read(link: OpenLink, poll: Poll, signal: AbortSignal): Promise<void> {
    const results = await link.read(poll.address, poll.driverPoints, { signal }).catch((error: unknown) => {
      if (!signal.aborted) return this.#failAll(poll, error)
      return []
    })
    if (signal.aborted) return
    this.#count.polls += 1
    poll.points.forEach((point, i) => {
      const result = results[i]
      if (result) this.#options.onResult(point, result)
    })
    this.#schedule(poll, results)
  }

  #schedule(poll: Poll, results: readonly PointResult[]): void {
    const now = this.#options.clock.elapsed()
    poll.due += poll.intervalMs
    const missed = Math.max(0, Math.floor((now - poll.due) / poll.intervalMs))
    poll.due += missed * poll.intervalMs
    const outcome = outcomeOf(results)
    if (outcome === 'silent') {
      const ofDevice = this.#polls.filter(({ device }) => device === poll.device)
      const failures = Math.max(...ofDevice.map((each) => each.failures)) + 1
      for (const each of ofDevice) this.#backOff(each, failures, now)
    } else if (outcome === 'refused') {
      this.#backOff(poll, poll.failures + 1, now)
    } else {
      if (outcome === 'answered') this.#count.overruns += missed
      poll.failures = 0
    }
  }

  /** What gives nothing is asked less and less, so that it costs the others next to nothing. */
  #backOff(poll: Poll, failures: number, now: number): void {
    poll.failures = failures
    poll.due = Math.max(poll.due, now + Math.min(LAST_PROBE_MS, FIRST_PROBE_MS * 2 ** (failures - 1)))
  }

  #failAll(poll: Poll, cause: unknown): PointResult[] {
    const { clock, log } = this.#options
    this.#sayBug((heldBack) => log.error({ err: cause, device: poll.device, heldBack }, 'driver failed'))
    const error = isGanzhiError(cause)
      ? cause
      : new GanzhiError('the driver failed', { code: 'driver-failed', blame: 'ours', cause })
    const result = { quality: 'bad-comm', value: null, readAt: clock.now(), error } as const
    return poll.points.map(() => result)
  }
}

function outcomeOf(results: readonly PointResult[]): 'answered' | 'silent' | 'refused' | 'link-down' {
  const codes = results.map((result) => (result.quality === 'good' ? 'good' : result.error.code))
  if (codes.includes('link-down')) return 'link-down'
  if (codes.every((code) => code === 'no-answer')) return 'silent'
  return results.some(({ quality }) => quality === 'good' || quality === 'uncertain') ? 'answered' : 'refused'
}
