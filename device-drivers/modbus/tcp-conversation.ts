import type { Duplex } from 'node:stream'
import type { GanzhiError } from '@ganzhi/contracts/error'
import { checkReply, encodeRequest } from './codec.ts'
import type { Conversation, ConversationContext } from './conversation.ts'
import { takeTcpFrame, type TcpFrame, tcpFrame } from './mbap.ts'
import { functionOf, type Request } from './request.ts'
import type { TransactionIds } from './transaction-ids.ts'
import type { Answer, AskOptions } from './wire.ts'
import { badReply, linkDown, noAnswer } from './wire-error.ts'

interface Pending {
  readonly request: Request
  readonly sentAt: number
  /** Of a frame that came meanwhile and was asked for by nobody. */
  strangeId?: number
  resolve(answer: Answer): void
  reject(error: unknown): void
}

interface Arrival {
  readonly frame: TcpFrame
  /** ms since 1970 */
  readonly at: number
  readonly elapsed: number
}

const WRONG_ID =
  'Replies are told apart by their ids: renew the firmware of the server, or have it pass RTU frames on ("framing": "rtu").'

/** Frames with transaction ids over one stream; as many requests under way as the caller makes. */
export class TcpConversation implements Conversation {
  readonly #stream: Duplex
  readonly #context: ConversationContext
  readonly #ids: TransactionIds
  readonly #pending = new Map<number, Pending>()
  #received: Uint8Array = new Uint8Array()
  #whole: Arrival[] = []
  #open = true
  /** A reply came under the id of its request. */
  #keepsIds = false
  #corked = false

  constructor(stream: Duplex, ids: TransactionIds, context: ConversationContext) {
    this.#stream = stream
    this.#context = context
    this.#ids = ids
    ids.renew()
    stream.on('data', (chunk: Uint8Array) => this.#onData(chunk))
    stream.on('error', (cause) => this.close(linkDown(cause.message, { cause })))
    stream.on('close', () => this.close(linkDown('the device closed the connection')))
  }

  get open(): boolean {
    return this.#open
  }

  async ask(request: Request, { timeoutMs, signal }: AskOptions): Promise<Answer> {
    if (!this.#open) throw linkDown('the connection is closed')
    const { clock } = this.#context
    const id = this.#ids.take()
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    this.#pending.set(id, { request, sentAt: clock.elapsed(), resolve, reject })
    const cancel = clock.after(timeoutMs, () => this.#onTimeout(id, request, timeoutMs))
    const onAbort = () => this.#giveUp(id, signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    this.#send(tcpFrame({ transaction: id, unit: request.unit, pdu: encodeRequest(request) }))
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
    this.#stream.destroy()
    this.#context.onClose(fault, Promise.resolve())
    for (const id of this.#pending.keys()) this.#giveUp(id, fault)
  }

  /** What is asked in one turn goes out in one packet. */
  #send(frame: Uint8Array): void {
    if (!this.#corked) {
      this.#corked = true
      this.#stream.cork()
      process.nextTick(() => {
        this.#corked = false
        this.#stream.uncork()
      })
    }
    this.#stream.write(frame)
  }

  #onData(chunk: Uint8Array): void {
    const { clock } = this.#context
    const [at, elapsed] = [clock.now(), clock.elapsed()]
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    try {
      for (let next = takeTcpFrame(this.#received); next; next = takeTcpFrame(this.#received)) {
        this.#received = next.rest
        this.#whole.push({ frame: next.frame, at, elapsed })
      }
      // A reply that was cut is filled up by the head of the next one, which then shows in what is left: nothing is
      // believed before what follows it has turned out to be a frame.
      if (this.#received.length > 0) return
      for (const arrival of this.#whole) this.#refuseSwallowed(arrival.frame)
      for (const arrival of this.#whole.splice(0)) this.#onFrame(arrival)
    } catch (error) {
      // The stream has lost its frames, and only a new connection finds them again.
      for (const id of this.#pending.keys()) this.#giveUp(id, error)
      this.close(linkDown('the stream is not Modbus', { cause: error }))
    }
  }

  /** A reply that was cut by more than the length of the next one holds that one among its data. */
  #refuseSwallowed({ transaction, pdu }: TcpFrame): void {
    for (const [id, { request }] of this.#pending) {
      if (id === transaction) continue
      const head = Buffer.from([id >> 8, id & 0xff, 0, 0])
      const at = Buffer.from(pdu.buffer, pdu.byteOffset, pdu.length).indexOf(head)
      if (at < 0 || pdu[at + 6] !== request.unit) continue
      if (((pdu[at + 7] ?? 0) & 0x7f) === functionOf(request)) throw badReply('holds another reply')
    }
  }

  #onFrame({ frame, at, elapsed }: Arrival): void {
    const pending = this.#pending.get(frame.transaction)
    if (!pending) {
      const why = this.#ids.settle(frame.transaction) ? 'late' : 'foreign'
      this.#context.report({ kind: 'discarded', why })
      const [waiting] = this.#pending.values()
      if (waiting && why === 'foreign' && !this.#keepsIds) waiting.strangeId = frame.transaction
      return
    }
    this.#keepsIds = true
    try {
      const { request, sentAt } = pending
      if (frame.unit !== request.unit) throw badReply(`is of unit ${frame.unit}, not ${request.unit}`)
      const reply = checkReply(request, frame.pdu)
      this.#pending.delete(frame.transaction)
      pending.resolve({ ...reply, at, tookMs: elapsed - sentAt })
    } catch (error) {
      this.#giveUp(frame.transaction, error)
    }
  }

  #onTimeout(id: number, request: Request, timeoutMs: number): void {
    const strange = this.#pending.get(id)?.strangeId
    this.#giveUp(
      id,
      strange === undefined
        ? noAnswer(`unit ${request.unit} did not answer within ${timeoutMs} ms`)
        : badReply(`has transaction id ${strange}, not ${id}`, WRONG_ID),
    )
    // The rest of a reply that was cut may never come; another would be read as that rest.
    if (this.#received.length > 0) this.close(linkDown('a reply was cut'))
    else if (this.#ids.scarce) this.close(linkDown('too many replies are still to come'))
  }

  #giveUp(id: number, error: unknown): void {
    const pending = this.#pending.get(id)
    if (!pending) return
    this.#pending.delete(id)
    this.#ids.retire(id)
    pending.reject(error)
  }
}
