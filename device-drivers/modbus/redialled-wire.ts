import { type GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import { sleep } from '../clock.ts'
import type { LinkContext, LinkEvent } from '../driver.ts'
import type { Conversation, Dial } from './conversation.ts'
import type { PipelineDepth } from './pipeline-depth.ts'
import type { Request } from './request.ts'
import { Slots } from './slots.ts'
import type { Answer, AskOptions, Wire, WireCost } from './wire.ts'
import { linkClosed, linkDown } from './wire-error.ts'

export interface RedialOptions {
  readonly dial: Dial
  readonly depth: PipelineDepth
  readonly cost: WireCost
  readonly pauseMs: number
  /** Whether a connection on which every unit is silent may itself be dead, and another one better. */
  readonly mayDieUnnoticed: boolean
}

const FIRST_RETRY_MS = 500
/** What comes back is found again within this. */
const LAST_RETRY_MS = 5_000
/** So many requests in a row unanswered, by every unit that was asked, and the connection is taken for dead. */
const DEAD_AFTER = 3

/** A wire over one connection at a time, opened when needed and again when lost. */
export class RedialledWire implements Wire {
  readonly #options: RedialOptions
  readonly #context: LinkContext
  readonly #slots: Slots
  readonly #disposed = new AbortController()
  readonly #asking = new Set<Promise<Answer>>()
  #conversation: Conversation | undefined
  #dialling: Promise<Conversation> | undefined
  /** The last connection, or port, can be opened again. */
  #freed: Promise<void> = Promise.resolve()
  #endedAt = -Infinity

  /** Connections in a row on which nothing was heard. */
  #failures = 0
  #retryAt = -Infinity
  #fault: GanzhiError | undefined

  #unanswered = 0
  readonly #silent = new Set<number>()
  readonly #asked = new Set<number>()

  constructor(options: RedialOptions, context: LinkContext) {
    this.#options = options
    this.#context = context
    this.#slots = new Slots(() => options.depth.current)
  }

  get depth(): number {
    return this.#options.depth.current
  }

  get cost(): WireCost {
    return this.#options.cost
  }

  async ask(request: Request, options: AskOptions): Promise<Answer> {
    const asking = this.#askAgain(request, options)
    this.#asking.add(asking)
    try {
      return await asking
    } finally {
      this.#asking.delete(asking)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const reason = linkClosed()
    this.#disposed.abort(reason)
    this.#conversation?.close(reason)
    await Promise.allSettled([...this.#asking, this.#dialling])
    await this.#freed
  }

  /** Servers close what was idle for long, often just as we write; a read may be asked again. */
  async #askAgain(request: Request, options: AskOptions): Promise<Answer> {
    const reused = this.#conversation?.open === true
    try {
      return await this.#askOnce(request, options)
    } catch (error) {
      if (!reused || request.kind !== 'read' || !isGanzhiError(error, 'link-down')) throw error
      return await this.#askOnce(request, options)
    }
  }

  async #askOnce(request: Request, options: AskOptions): Promise<Answer> {
    await this.#slots.take(options.signal)
    try {
      this.#disposed.signal.throwIfAborted()
      await this.#rest(options.signal)
      return await this.#askOver(await this.#connected(options.signal), request, options)
    } finally {
      this.#endedAt = this.#context.clock.elapsed()
      this.#slots.free()
    }
  }

  async #rest(signal: AbortSignal): Promise<void> {
    const { clock } = this.#context
    const ms = this.#endedAt + this.#options.pauseMs - clock.elapsed()
    if (this.#options.pauseMs > 0 && ms > 0) await sleep(clock, ms, signal)
  }

  async #askOver(conversation: Conversation, request: Request, options: AskOptions): Promise<Answer> {
    const { depth } = this.#options
    this.#asked.add(request.unit)
    const flight = depth.started(request.unit)
    try {
      const answer = await conversation.ask(request, options)
      depth.answered(flight)
      this.#heard()
      return answer
    } catch (error) {
      if (isGanzhiError(error, 'no-answer')) {
        depth.unanswered(flight)
        this.#unheard(request.unit, conversation, error)
      } else if (isGanzhiError(error, 'bad-reply')) {
        depth.broken(flight)
        this.#heard()
      } else if (isGanzhiError(error, 'link-down')) depth.broken(flight)
      else depth.dropped(flight)
      throw error
    }
  }

  async #connected(signal: AbortSignal): Promise<Conversation> {
    signal.throwIfAborted()
    if (this.#conversation?.open === true) return this.#conversation
    const { clock } = this.#context
    if (this.#fault && clock.elapsed() < this.#retryAt) throw this.#fault
    this.#dialling ??= this.#dial().finally(() => (this.#dialling = undefined))
    return await abandonable(this.#dialling, signal)
  }

  async #dial(): Promise<Conversation> {
    const { clock, report } = this.#context
    // Counts as failed until something is heard: a server that accepts and hangs up is not up.
    this.#failures += 1
    this.#asked.clear()
    this.#aliveAgain()
    const context = {
      clock,
      report: (event: LinkEvent) => {
        this.#aliveAgain()
        report(event)
      },
      onClose: (error: GanzhiError, freed: Promise<void>) => {
        this.#freed = freed
        this.#lost(error)
      },
    }
    try {
      await this.#freed
      const conversation = await this.#options.dial(context, this.#disposed.signal)
      if (this.#disposed.signal.aborted) conversation.close(linkClosed())
      this.#disposed.signal.throwIfAborted()
      this.#conversation = conversation
    } catch (error) {
      if (isGanzhiError(error, 'link-down')) this.#lost(error)
      throw error
    }
    report({ kind: 'up' })
    return this.#conversation
  }

  #heard(): void {
    this.#failures = 0
    this.#aliveAgain()
  }

  #aliveAgain(): void {
    this.#unanswered = 0
    this.#silent.clear()
  }

  /** A dead peer and a dead unit look alike: the connection is given up only when every unit on it is silent. */
  #unheard(unit: number, conversation: Conversation, error: GanzhiError): void {
    this.#unanswered += 1
    this.#silent.add(unit)
    const allSilent = this.#unanswered >= DEAD_AFTER && this.#silent.size === this.#asked.size
    if (allSilent && this.#options.mayDieUnnoticed) {
      conversation.close(linkDown('nothing answers on the connection', { cause: error }))
    }
  }

  #lost(error: GanzhiError): void {
    this.#conversation = undefined
    if (this.#disposed.signal.aborted) return
    const { clock, report } = this.#context
    const retryInMs =
      this.#failures === 0 ? 0 : Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failures - 1))
    this.#fault = error
    this.#retryAt = clock.elapsed() + retryInMs
    report({ kind: 'down', error, retryInMs })
  }
}

function abandonable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason as Error)
  signal.addEventListener('abort', onAbort, { once: true })
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', onAbort))
}
