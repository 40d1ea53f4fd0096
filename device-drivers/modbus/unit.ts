import { isGanzhiError } from '@ganzhi/contracts/error'
import type { ModbusLimits } from '@ganzhi/contracts/profile'
import { schemaFaults } from '@ganzhi/contracts/schema'
import Type, { type Static } from 'typebox'
import { sleep } from '../clock.ts'
import type { LinkContext } from '../driver.ts'
import { exceptionError, isGatewaySilence } from './exception.ts'
import { KnownLimits, LearntLimits } from './known-limits.ts'
import type { Request } from './request.ts'
import { UnitTiming } from './unit-timing.ts'
import type { Answer, Wire } from './wire.ts'

/** What is kept of a unit under `unit <number>`. */
const UnitFact = Type.Object({
  ...LearntLimits.properties,
  /** Requests it has no function for, where there is another way. */
  lacks: Type.Array(Type.Enum(['mask-register', 'write-register', 'write-coil'])),
})
type Lack = Static<typeof UnitFact>['lacks'][number]

export interface UnitOptions {
  readonly unit: number
  readonly given: ModbusLimits | undefined
  readonly wire: Wire
  readonly timeoutMs: number
  readonly context: LinkContext
}

/** One unit on one link: how it is asked, and all that is known of it. */
export class Unit {
  readonly number: number
  readonly wire: Wire
  readonly context: LinkContext
  readonly limits: KnownLimits
  readonly timing: UnitTiming
  /** What it needs between a reply and the next request. */
  readonly pauseMs: number
  readonly #lacks: Set<Lack>
  readonly #longestMs: number
  #restUntil = -Infinity
  #heard = false

  constructor({ unit, given, wire, timeoutMs, context }: UnitOptions) {
    const recalled = context.memory.recall(`unit ${unit}`)
    const fact =
      schemaFaults(UnitFact, recalled).length === 0 ? (recalled as Static<typeof UnitFact>) : undefined
    this.number = unit
    this.wire = wire
    this.context = context
    this.limits = new KnownLimits(given, fact)
    this.timing = new UnitTiming({ timeoutMs })
    this.pauseMs = given?.pauseMs ?? 0
    this.#lacks = new Set(fact?.lacks)
    this.#longestMs = timeoutMs
  }

  /** The last request was answered. */
  get heard(): boolean {
    return this.#heard
  }

  /** The reply, be it an exception; rejects as the wire does, and with `no-answer` when a gateway says so. */
  async ask(request: Request, signal: AbortSignal): Promise<Answer> {
    await this.#rest(signal)
    try {
      const answer = await this.wire.ask(request, { signal, timeoutMs: this.#timeoutMs(request) })
      this.#throwIfSilent(answer, request)
      this.#heard = true
      if (request.kind === 'read') this.timing.answered(this.#turnaroundMs(answer))
      return answer
    } catch (error) {
      if (!isGanzhiError(error, 'bad-reply')) this.#heard = false
      if (isGanzhiError(error, 'no-answer')) this.timing.unanswered()
      throw error
    } finally {
      this.#restUntil = this.context.clock.elapsed() + this.pauseMs
    }
  }

  lacks(what: Lack): boolean {
    return this.#lacks.has(what)
  }

  learnLack(what: Lack): void {
    this.#lacks.add(what)
    this.keep()
  }

  keep(): void {
    this.context.memory.keep(`unit ${this.number}`, { ...this.limits.learnt(), lacks: [...this.#lacks] })
  }

  async #rest(signal: AbortSignal): Promise<void> {
    const { clock } = this.context
    const restMs = this.#restUntil - clock.elapsed()
    if (restMs > 0) await sleep(clock, restMs, signal)
  }

  /** A write may take its time, and one that is given up may still be done. */
  #timeoutMs(request: Request): number {
    return request.kind === 'read' ? this.timing.timeoutMs : this.#longestMs
  }

  #throwIfSilent(answer: Answer, request: Request): void {
    if (answer.kind === 'exception' && isGatewaySilence(answer.code))
      throw exceptionError(answer.code, request)
  }

  /** Without the reply's own time on the wire: unit, function, length, two of check, and the data. */
  #turnaroundMs(answer: Answer): number {
    const bytes = 5 + (answer.kind === 'data' ? answer.bytes.length : 0)
    return answer.tookMs - bytes * this.wire.cost.byteMs
  }
}
