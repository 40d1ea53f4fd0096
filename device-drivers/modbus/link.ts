import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import type { LinkContext, LinkEvent } from '../driver.ts'
import type { ReadRequest } from './codec.ts'
import { type Answer, Connection, connectTcp, type Endpoint, linkDown } from './connection.ts'
import { transactionIds } from './transaction-ids.ts'

export interface LinkOptions extends Endpoint {
  readonly timeoutMs: number
  readonly connectTimeoutMs: number
}

const FIRST_RETRY_MS = 500
/** A server that comes back is found again within this. */
const LAST_RETRY_MS = 5_000
/** So many requests in a row unanswered, by every unit that was asked, and the connection is taken for dead. */
const DEAD_AFTER = 3

/** A Modbus TCP server behind one connection, opened when needed and again when lost. One request at a time. */
export class ModbusTcpLink {
  readonly #options: LinkOptions
  readonly #context: LinkContext
  readonly #ids = transactionIds()
  readonly #disposed = new AbortController()
  #connection: Connection | undefined
  #turn: Promise<void> = Promise.resolve()

  /** Connections in a row on which nothing was heard. */
  #failures = 0
  #retryAt = -Infinity
  #fault: GanzhiError | undefined

  #unanswered = 0
  readonly #silent = new Set<number>()
  readonly #asked = new Set<number>()

  constructor(options: LinkOptions, context: LinkContext) {
    this.#options = options
    this.#context = context
  }

  async request(request: ReadRequest, signal: AbortSignal): Promise<Answer> {
    const before = this.#turn
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#turn = promise
    await before
    try {
      return await this.#ask(request, signal)
    } finally {
      resolve()
    }
  }

  async dispose(): Promise<void> {
    const reason = new GanzhiError('the link was closed', { code: 'link-closed', blame: 'ours' })
    this.#disposed.abort(reason)
    this.#connection?.close(reason)
    await this.#turn
  }

  async #ask(request: ReadRequest, signal: AbortSignal): Promise<Answer> {
    const reused = this.#connection?.open === true
    try {
      return await this.#askOver(await this.#connected(signal), request, signal)
    } catch (error) {
      // Servers close what was idle for long, often just as we write; a read may be asked again.
      if (!reused || !isGanzhiError(error, 'link-down')) throw error
      return await this.#askOver(await this.#connected(signal), request, signal)
    }
  }

  async #askOver(connection: Connection, request: ReadRequest, signal: AbortSignal): Promise<Answer> {
    this.#asked.add(request.unit)
    try {
      const answer = await connection.ask(request, this.#options.timeoutMs, signal)
      this.#heard()
      return answer
    } catch (error) {
      if (isGanzhiError(error, 'bad-reply')) this.#heard()
      if (isGanzhiError(error, 'no-answer')) this.#unheard(request.unit, connection, error)
      throw error
    }
  }

  async #connected(signal: AbortSignal): Promise<Connection> {
    signal.throwIfAborted()
    this.#disposed.signal.throwIfAborted()
    if (this.#connection?.open === true) return this.#connection
    const { clock, report } = this.#context
    if (this.#fault && clock.elapsed() < this.#retryAt) throw this.#fault
    // Counts as failed until something is heard: a server that accepts and hangs up is not up.
    this.#failures += 1
    try {
      this.#connection = await this.#connect(AbortSignal.any([signal, this.#disposed.signal]))
    } catch (error) {
      if (isGanzhiError(error, 'link-down')) this.#lost(error)
      throw error
    }
    report({ kind: 'up' })
    return this.#connection
  }

  async #connect(signal: AbortSignal): Promise<Connection> {
    const { clock, report } = this.#context
    const timeoutMs = this.#options.connectTimeoutMs
    const socket = await connectTcp(this.#options, { timeoutMs, clock, signal })
    this.#asked.clear()
    this.#aliveAgain()
    return new Connection(socket, {
      clock,
      ids: this.#ids,
      report: (event: LinkEvent) => {
        this.#aliveAgain()
        report(event)
      },
      onClose: (error) => this.#lost(error),
    })
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
  #unheard(unit: number, connection: Connection, error: GanzhiError): void {
    this.#unanswered += 1
    this.#silent.add(unit)
    const allSilent = this.#unanswered >= DEAD_AFTER && this.#silent.size === this.#asked.size
    if (allSilent || this.#ids.scarce) connection.close(linkDown('nothing answers on the connection', error))
  }

  #lost(error: GanzhiError): void {
    this.#connection = undefined
    if (this.#disposed.signal.aborted) return
    const { clock, report } = this.#context
    const retryInMs =
      this.#failures === 0 ? 0 : Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failures - 1))
    this.#fault = error
    this.#retryAt = clock.elapsed() + retryInMs
    report({ kind: 'down', error, retryInMs })
  }
}
