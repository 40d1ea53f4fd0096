import { createConnection, type Socket } from 'node:net'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { LinkContext } from '../driver.ts'
import { type Message, parseLine, takeLines } from './codec.ts'

export interface ConnectionOptions {
  readonly host: string
  readonly port: number
  readonly timeoutMs: number
}

/** A peer that sends no end of line must not fill our memory. */
const LONGEST_LINE = 4_096
const FIRST_RETRY_MS = 500

interface Pending {
  resolve(message: Message): void
  reject(error: unknown): void
}

/**
 * A class only where there is state to own; its constructor does no I/O. Connected by the first request, and again by
 * the next one when it was lost: whoever holds the link need not know.
 */
export class LineConnection implements AsyncDisposable {
  readonly #options: ConnectionOptions
  readonly #context: LinkContext
  readonly #onTold: (message: Message) => void
  readonly #closed = new AbortController()
  #socket: Socket | undefined
  #received = ''
  #pending: Pending | undefined

  constructor(
    options: ConnectionOptions,
    context: LinkContext,
    onTold: (message: Message) => void = () => {},
  ) {
    this.#options = options
    this.#context = context
    this.#onTold = onTold
  }

  /** The answer to `line`. One at a time: the lines of this protocol have no ids. */
  async ask(line: string, signal: AbortSignal): Promise<Message> {
    const either = AbortSignal.any([signal, this.#closed.signal])
    either.throwIfAborted()
    const { timeoutMs } = this.#options
    const { promise, resolve, reject } = Promise.withResolvers<Message>()
    this.#pending = { resolve, reject }
    // Without ids a late answer could be taken for the next one's: only a new connection is sure to be rid of it.
    const cancel = this.#context.clock.after(timeoutMs, () => this.#drop(noAnswer(line, timeoutMs)))
    const onAbort = () => this.#drop(either.reason)
    either.addEventListener('abort', onAbort, { once: true })
    try {
      this.#socket ??= this.#connect()
      this.#socket.write(`${line}\n`)
      return await promise
    } finally {
      cancel()
      either.removeEventListener('abort', onAbort)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const reason = new GanzhiError('the link was closed', { code: 'link-closed', blame: 'ours' })
    this.#closed.abort(reason)
    this.#drop(reason)
    await Promise.resolve()
  }

  #connect(): Socket {
    const { host, port } = this.#options
    const socket = createConnection({ host, port, noDelay: true })
    socket.setEncoding('utf8')
    socket.on('connect', () => this.#context.report({ kind: 'up' }))
    socket.on('data', (chunk) => this.#onData(String(chunk)))
    socket.on('error', (cause) => this.#lost(socket, cause))
    socket.on('close', () => this.#lost(socket, new Error('the device closed the connection')))
    return socket
  }

  #onData(chunk: string): void {
    const { lines, rest } = takeLines(this.#received + chunk)
    this.#received = rest
    if (rest.length > LONGEST_LINE) this.#socket?.destroy(new Error('a line without an end'))
    for (const line of lines) this.#onLine(line)
  }

  #onLine(line: string): void {
    const message = parseLine(line)
    if (message?.kind === 'value' && message.told) return this.#onTold(message)
    if (message && this.#pending) {
      this.#pending.resolve(message)
      this.#pending = undefined
      return
    }
    this.#context.report({ kind: 'discarded', why: message ? 'foreign' : 'corrupt' })
  }

  #lost(socket: Socket, cause: Error): void {
    if (socket !== this.#socket) return
    const { host, port } = this.#options
    const error = new GanzhiError(`no connection to ${host}:${port}: ${cause.message}`, {
      code: 'link-down',
      blame: 'outside',
      field: 'host',
      remedy: 'Check host, port and network; the link is tried again by itself.',
      retryable: true,
      cause,
    })
    this.#context.report({ kind: 'down', error, retryInMs: FIRST_RETRY_MS })
    this.#drop(error)
  }

  #drop(error: unknown): void {
    this.#socket?.destroy()
    this.#socket = undefined
    this.#received = ''
    this.#pending?.reject(error)
    this.#pending = undefined
  }
}

function noAnswer(line: string, timeoutMs: number): GanzhiError {
  return new GanzhiError(`no answer to ${line} within ${timeoutMs} ms`, {
    code: 'no-answer',
    blame: 'outside',
    remedy: 'Check that the device is on, or raise timeoutMs.',
    retryable: true,
  })
}
