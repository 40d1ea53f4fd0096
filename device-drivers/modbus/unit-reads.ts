import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import type { ModbusPoint } from '@ganzhi/contracts/profile'
import type { ExchangeOutcome } from '../driver.ts'
import { exceptionError } from './exception.ts'
import { measureOf, type Tried } from './known-limits.ts'
import {
  exchangeOf,
  type ModbusExchange,
  type PlanFacts,
  planPlaces,
  planReads,
  type Search,
  triedOf,
} from './plan.ts'
import { Refusals } from './refusals.ts'
import type { ReadRequest } from './request.ts'
import { failures, readings } from './results.ts'
import { SilentLengths } from './silent-lengths.ts'
import { halves, teller } from './split.ts'
import type { Unit } from './unit.ts'
import type { Answer } from './wire.ts'

/** What each thing that is found out about declined reads may cost in further ones. */
const MOST_READS = 18
/** A unit that refuses everything is searched no more often than this. */
const SEARCH_AGAIN_MS = 60_000

interface Planned {
  readonly exchanges: readonly ModbusExchange[]
  readonly revision: number
  readonly turnaroundMs: number
}

/** Reads one unit: plans, asks, and plans anew with what the unit was found to take. */
export class UnitReads {
  readonly #unit: Unit
  readonly #refusals: Refusals
  readonly #silent = { registers: new SilentLengths(), bits: new SilentLengths() }
  readonly #failedOnce = new Set<string>()
  #plans = new WeakMap<readonly ModbusPoint[], Planned>()
  #searchAt = -Infinity

  constructor(unit: Unit) {
    this.#unit = unit
    this.#refusals = new Refusals(unit.context.clock)
  }

  plan(points: readonly ModbusPoint[]): readonly ModbusExchange[] {
    const facts = this.#facts()
    const { revision } = this.#unit.limits
    const known = this.#plans.get(points)
    if (known?.revision === revision && !matters(facts, known.turnaroundMs)) return known.exchanges
    const exchanges = planReads(points, facts)
    this.#plans.set(points, { exchanges, revision, turnaroundMs: facts.turnaroundMs })
    return exchanges
  }

  async exchange(exchange: ModbusExchange, signal: AbortSignal): Promise<ExchangeOutcome> {
    const known = this.#withoutAsking(exchange)
    if (known) return known
    const { revision } = this.#unit.limits
    const outcome = this.#outcome(exchange, await this.#ask(exchange, signal))
    if (this.#unit.limits.revision !== revision) {
      this.#unit.keep()
      if (exchange.search) exchange.search.readsLeft = MOST_READS
    }
    return outcome
  }

  #outcome(exchange: ModbusExchange, answer: Answer | GanzhiError): ExchangeOutcome {
    if (answer instanceof GanzhiError) return this.#failed(exchange, answer)
    if (answer.kind === 'exception') return this.#excepted(exchange, answer.code)
    return { results: exchange.tells ? [] : readings(exchange, answer.bytes, answer.at) }
  }

  #facts(): PlanFacts {
    const { number, limits, wire, timing, pauseMs } = this.#unit
    return { unit: number, limits, cost: wire.cost, turnaroundMs: timing.meanMs + pauseMs }
  }

  /** What has been learnt since the exchange was planned may answer it, or plan it better. */
  #withoutAsking(exchange: ModbusExchange): ExchangeOutcome | undefined {
    const { limits, heard } = this.#unit
    const { tells, places, request, search } = exchange
    if (tells) return limits.undecided(tells) ? undefined : { results: [] }
    const tried = triedOf(exchange)
    if (places.length > 1) {
      if (!limits.forbids(tried)) return undefined
      return { instead: planPlaces(request.table, places, this.#facts(), search) }
    }
    if (!limits.refuses(tried)) return undefined
    const place = keyOf(tried)
    const due = this.#refusals.due(place)
    // It may be a probe: a unit that has gone silent must not be taken for alive by what is known of it.
    if (due || !heard) return undefined
    return this.#failed(
      exchange,
      this.#refusals.last(place) ?? exceptionError(2, { kind: 'read', ...request }),
    )
  }

  async #ask(exchange: ModbusExchange, signal: AbortSignal): Promise<Answer | GanzhiError> {
    const request: ReadRequest = { kind: 'read', ...exchange.request }
    const tried = triedOf(exchange)
    const silent = this.#silent[measureOf(request.table)]
    try {
      const answer = await this.#unit.ask(request, signal)
      silent.answered(request.count)
      if (answer.kind === 'data') {
        this.#failedOnce.delete(keyOf(tried))
        this.#unit.limits.took(tried)
      }
      return answer
    } catch (error) {
      if (signal.aborted || !isGanzhiError(error) || error.code === 'link-closed') throw error
      const tooLong =
        error.code === 'no-answer' && tried.places.length > 1 && silent.unanswered(request.count)
      if (tooLong) this.#unit.limits.tooLong(tried)
      return error
    }
  }

  #excepted(exchange: ModbusExchange, code: number): ExchangeOutcome {
    const error = exceptionError(code, { kind: 'read', ...exchange.request })
    const tried = triedOf(exchange)
    if (!this.#declines(code, tried)) return this.#failed(exchange, error)
    const news = this.#unit.limits.declined(tried)
    if (exchange.tells) return { results: [] }
    if (tried.places.length === 1) this.#refusals.refused(keyOf(tried), error)
    const search = news && tried.places.length > 1 ? this.#search(exchange) : undefined
    if (!search) return this.#failed(exchange, error)
    return { instead: this.#parts(exchange, tried, search) }
  }

  /**
   * The request is at fault, not the device's state: a part of it may well be taken. Some say 4 for an address they
   * lack; as others say it for a fault that passes, it must come twice.
   */
  #declines(code: number, tried: Tried): boolean {
    if (code === 2 || code === 3) return true
    if (code !== 4) return false
    const before = this.#failedOnce.has(keyOf(tried))
    this.#failedOnce.add(keyOf(tried))
    return before
  }

  /** The search that may go on, or begin; nothing when it has cost enough. */
  #search(exchange: ModbusExchange): Search | undefined {
    const { limits, context } = this.#unit
    if (exchange.search) {
      if (exchange.search.readsLeft >= 2) return exchange.search
      // What is in doubt now is asked for value by value later, like all that is refused.
      if (!limits.nothingTaken) limits.refuse(triedOf(exchange))
      return undefined
    }
    if (limits.nothingTaken) {
      if (context.clock.elapsed() < this.#searchAt) return undefined
      this.#searchAt = context.clock.elapsed() + SEARCH_AGAIN_MS
    }
    return { readsLeft: MOST_READS }
  }

  #parts({ request: { table }, places }: ModbusExchange, tried: Tried, search: Search): ModbusExchange[] {
    const facts = this.#facts()
    const [left, right] = halves(places)
    search.readsLeft -= 2
    const parts = [left, right].map((half) => exchangeOf(table, half, facts, search))
    const across = teller(left, right)
    if (!across || search.readsLeft < 1) return parts
    search.readsLeft -= 1
    return [...parts, { ...exchangeOf(table, across, facts), points: [], tells: tried }]
  }

  #failed(exchange: ModbusExchange, error: GanzhiError): ExchangeOutcome {
    return { results: failures(exchange, error, this.#unit.context.clock.now()) }
  }
}

/** Only then is another plan worth its making: by a tenth of what a request costs. */
function matters({ cost, turnaroundMs }: PlanFacts, plannedMs: number): boolean {
  return Math.abs(turnaroundMs - plannedMs) > Math.max(1, (cost.exchangeMs + plannedMs) / 10)
}

function keyOf({ table, address, count }: Tried): string {
  return `${table} ${address}+${count}`
}
