import { createConnection, type Socket } from 'node:net'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { Clock } from '../clock.ts'
import type { LinkContext } from '../driver.ts'
import { encodeRead, type Frame, readReply, type ReadRequest, type Reply, takeFrame } from './codec.ts'
import type { TransactionIds } from './transaction-ids.ts'

export interface Endpoint {
  readonly host: string
  readonly port: number
}

export type Answer = Reply & { /** ms since 1970, when the reply came */ readonly at: number }

export interface ConnectionContext extends LinkContext {
  readonly ids: TransactionIds
  readonly onClose: (error: GanzhiError) => void
}

interface Pending {
  readonly id: number
  readonly request: ReadRequest
  resolve(answer: Answer): void
  reject(error: unknown): void
}

/** One TCP connection from its opening to its end, with at most one request under way. */
export class Connection {
  readonly #socket: Socket
  readonly #context: ConnectionContext
  #received: Uint8Array = new Uint8Array()
  #pending: Pending | undefined
  #open = true

  constructor(socket: Socket, context: ConnectionContext) {
    this.#socket = socket
    this.#context = context
    context.ids.renew()
    socket.on('data', (chunk) => this.#onData(chunk))
    socket.on('error', (cause) => this.close(linkDown(cause.message, cause)))
    socket.on('close', () => this.close(linkDown('the device closed the connection')))
  }

  get open(): boolean {
    return this.#open
  }

  async ask(request: ReadRequest, timeoutMs: number, signal: AbortSignal): Promise<Answer> {
    // The rest of a reply that was cut may never come; ours would be read as that rest.
    if (this.#received.length > 0) this.close(linkDown('a reply was cut'))
    if (!this.#open) throw linkDown('the connection is closed')
    const { clock, ids } = this.#context
    const id = ids.take()
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    this.#pending = { id, request, resolve, reject }
    const cancel = clock.after(timeoutMs, () => this.#onTimeout(timeoutMs))
    const onAbort = () => this.#giveUp(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    this.#socket.write(encodeRead(id, request))
    try {
      return await promise
    } finally {
      cancel()
      signal.removeEventListener('abort', onAbort)
    }
  }

  close(fault: GanzhiError): void {
    if (!this.#open) return
    this.#open = false
    this.#socket.destroy()
    this.#context.onClose(fault)
    this.#giveUp(fault)
  }

  #onData(chunk: Uint8Array): void {
    const at = this.#context.clock.now()
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    try {
      for (let next = takeFrame(this.#received); next; next = takeFrame(this.#received)) {
        this.#received = next.rest
        this.#onFrame(next.frame, at)
      }
    } catch (error) {
      // The stream has lost its frames, and only a new connection finds them again.
      this.#giveUp(error)
      this.close(linkDown('the stream is not Modbus', error))
    }
  }

  #onFrame(frame: Frame, at: number): void {
    const pending = this.#pending
    if (frame.transaction !== pending?.id) {
      const why = this.#context.ids.settle(frame.transaction) ? 'late' : 'foreign'
      this.#context.report({ kind: 'discarded', why })
      return
    }
    try {
      const reply = readReply(pending.request, frame)
      this.#pending = undefined
      pending.resolve({ ...reply, at })
    } catch (error) {
      this.#giveUp(error)
    }
  }

  #onTimeout(timeoutMs: number): void {
    const unit = this.#pending?.request.unit ?? 0
    this.#giveUp(noAnswer(`unit ${unit} did not answer within ${timeoutMs} ms`))
  }

  #giveUp(error: unknown): void {
    const pending = this.#pending
    if (!pending) return
    this.#pending = undefined
    this.#context.ids.retire(pending.id)
    pending.reject(error)
  }
}

export function connectTcp(
  { host, port }: Endpoint,
  { timeoutMs, clock, signal }: { timeoutMs: number; clock: Clock; signal: AbortSignal },
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const socket = createConnection({
    host,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
  })
  const cancel = clock.after(timeoutMs, () => socket.destroy(new Error(`none within ${timeoutMs} ms`)))
  const onAbort = () => socket.destroy(signal.reason as Error)
  const onError = (cause: NodeJS.ErrnoException) => {
    // An error over several addresses has no message of its own.
    const down = linkDown(`no connection to ${host}:${port}: ${cause.message || cause.code}`, cause)
    reject(signal.aborted ? cause : down)
  }
  signal.addEventListener('abort', onAbort, { once: true })
  socket.once('error', onError)
  socket.once('connect', () => {
    socket.off('error', onError)
    resolve(socket)
  })
  return promise.finally(() => {
    cancel()
    signal.removeEventListener('abort', onAbort)
  })
}

export function linkDown(what: string, cause?: unknown): GanzhiError {
  return new GanzhiError(what, {
    code: 'link-down',
    blame: 'outside',
    field: 'connection',
    remedy: 'Check host, port and network; the link is tried again by itself.',
    retryable: true,
    cause,
  })
}

export function noAnswer(what: string): GanzhiError {
  return new GanzhiError(what, {
    code: 'no-answer',
    blame: 'outside',
    field: 'unit',
    remedy: 'Check the unit number, power and wiring of the device, or raise timeoutMs.',
    retryable: true,
  })
}
