import type { GanzhiError } from '@ganzhi/contracts/error'
import type { ByteLine } from './byte-line.ts'
import { dataLengthOf } from './codec.ts'
import type { Conversation, ConversationContext } from './conversation.ts'
import { type LineTiming, until } from './line-timing.ts'
import type { Request } from './request.ts'
import { type RtuFrame, rtuReplyLength, rtuRequest, takeRtuFrame } from './rtu-frame.ts'
import { type Echo, type Received, RtuReception } from './rtu-reception.ts'
import { type Judgement, UnitDebts } from './unit-debts.ts'
import type { Answer, AskOptions, Reply } from './wire.ts'
import { badReply, linkDown } from './wire-error.ts'

export interface RtuLine extends LineTiming {
  /** Whether what is written leaves at the line's own pace, or at once over a network. */
  readonly paced: boolean
  /** So long after an error nothing may have come before the line is trusted again: more than an adapter holds bytes back. */
  readonly drainMs: number
  /** By unit; outlives the connection, as the devices do. */
  readonly debts: Map<number, UnitDebts>
}

interface Waiting {
  readonly reception: RtuReception
  readonly settle: (received: Received) => void
  readonly fail: (error: unknown) => void
}

type Certain = Extract<Received, { kind: 'answer' }> & { readonly at: number; readonly tookMs: number }

/** Rounds of asking anew until an answer is certain. */
const ROUNDS = 3
/** A line on which something always comes is not ours. */
const BABBLE_MS = 2_000
/** Bytes; more of them tell nothing more. */
const STRAY_KEPT = 1_024

/** Frames without ids over a line that carries one exchange at a time. */
export class RtuConversation implements Conversation {
  readonly #line: ByteLine
  readonly #options: RtuLine
  readonly #context: ConversationContext
  #open = true
  #waiting: Waiting | undefined
  /** What came while nothing was awaited. */
  #stray: Uint8Array = new Uint8Array()
  #lastByteAt: number
  /** Something went wrong, and more of it may come. */
  #dirty = true
  #echo: Echo = 'unknown'

  constructor(line: ByteLine, options: RtuLine, context: ConversationContext) {
    this.#line = line
    this.#options = options
    this.#context = context
    this.#lastByteAt = context.clock.elapsed()
    line.listen({
      onData: (chunk) => this.#onData(chunk),
      onClose: (fault) => this.close(fault),
    })
  }

  get open(): boolean {
    return this.#open
  }

  async ask(request: Request, options: AskOptions): Promise<Answer> {
    const debts = this.#debtsOf(request.unit)
    let doubted: Uint8Array | undefined
    for (let round = 0; round < ROUNDS; round++) {
      // Where an adapter may echo, the acknowledgement of a write looks like the write itself.
      const tellsEcho = this.#echo !== 'unknown' || dataLengthOf(request) !== undefined
      if (debts.mustSeparate(request) || !tellsEcho) await this.#separate(request, options)
      const asked = debts.distinctFrom(request)
      const received = await this.#exchange(asked, options)
      if (received.kind === 'doubtful') {
        doubted = received.bytes
      } else if (asked !== request && received.reply.kind === 'exception') {
        debts.longerDeclined()
      } else {
        if (doubted) debts.doubtResolved(doubted, received.bytes)
        const reply = asked === request ? received.reply : partOf(received.reply, request)
        return { ...reply, at: received.at, tookMs: received.tookMs }
      }
    }
    throw badReply('can not be told from an older one')
  }

  close(fault: GanzhiError): void {
    if (!this.#open) return
    this.#open = false
    this.#context.onClose(fault, this.#line.close())
    this.#waiting?.fail(fault)
  }

  /** Has the unit answer something that nothing older can be taken for: older answers can't come after it. */
  async #separate(request: Request, options: AskOptions): Promise<void> {
    const debts = this.#debtsOf(request.unit)
    for (let round = 0; round < ROUNDS; round++) {
      const received = await this.#exchange(debts.separatorFor(request), options)
      if (received.kind === 'answer') return
      debts.inconclusive()
    }
    throw badReply('can not be told from an older one')
  }

  async #exchange(
    request: Request,
    { timeoutMs, signal }: AskOptions,
  ): Promise<Certain | Extract<Received, { kind: 'doubtful' }>> {
    await this.#quiet(signal)
    const { clock } = this.#context
    const debts = this.#debtsOf(request.unit)
    const reception = this.#receive(request)
    const { promise, resolve, reject } = Promise.withResolvers<Received>()
    this.#waiting = { reception, settle: resolve, fail: reject }
    const frame = rtuRequest(request)
    const { byteMs, paced } = this.#options
    const frameMs = frame.length * byteMs
    const sentAt = clock.elapsed() + (paced ? frameMs : 0)
    const cancel = clock.after(frameMs + timeoutMs + rtuReplyLength(request) * byteMs, () => {
      resolve(reception.end(timeoutMs))
    })
    const onAbort = () => {
      debts.missed(request, clock.elapsed())
      reject(signal.reason as Error)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    this.#dirty = true
    debts.unanswered(request)
    this.#line.write(frame)
    try {
      const received = await promise
      if (received.kind === 'failed') {
        debts.missed(request, clock.elapsed())
        throw this.#closeIfLost() ?? received.error
      }
      this.#stray = reception.rest
      if (received.kind === 'doubtful') return received
      debts.answered(request, received.frame.pdu, received.bytes, clock.elapsed())
      this.#dirty = false
      if (reception.echoed) this.#echo = 'yes'
      else if (dataLengthOf(request) !== undefined) this.#echo = 'no'
      const tookMs = Math.max(0, this.#lastByteAt - sentAt)
      return { ...received, at: clock.now(), tookMs }
    } finally {
      cancel()
      signal.removeEventListener('abort', onAbort)
      this.#waiting = undefined
    }
  }

  #receive(request: Request): RtuReception {
    return new RtuReception(request, {
      echo: this.#echo,
      judge: (awaited, frame, bytes) => this.#judge(awaited, frame, bytes),
      discarded: (why) => this.#context.report({ kind: 'discarded', why }),
    })
  }

  #judge(awaited: Request | undefined, { unit, pdu }: RtuFrame, bytes: Uint8Array): Judgement {
    return this.#options.debts.get(unit)?.judge(awaited, pdu, bytes) ?? 'foreign'
  }

  #onData(chunk: Uint8Array): void {
    this.#lastByteAt = this.#context.clock.elapsed()
    if (this.#waiting) {
      const { reception, settle } = this.#waiting
      const received = reception.push(chunk)
      if (!received) return
      this.#waiting = undefined
      settle(received)
    } else if (this.#stray.length < STRAY_KEPT) this.#stray = Buffer.concat([this.#stray, chunk])
  }

  /** Resolves when the silence that separates frames is over; after an error, when nothing more of it comes. */
  async #quiet(signal: AbortSignal): Promise<void> {
    const { clock } = this.#context
    const { silenceMs, drainMs } = this.#options
    const needMs = this.#dirty ? Math.max(silenceMs, drainMs) : silenceMs
    const giveUpAt = clock.elapsed() + BABBLE_MS
    while (clock.elapsed() < this.#lastByteAt + needMs) {
      if (clock.elapsed() > giveUpAt) throw babble()
      await until(this.#lastByteAt + needMs, clock)
    }
    signal.throwIfAborted()
    if (!this.#open) throw linkDown('the line is closed')
    this.#tellStray()
  }

  #tellStray(): void {
    for (let bytes = this.#stray; bytes.length > 0;) {
      const taken = takeRtuFrame(bytes)
      const end = taken.kind === 'frame' ? taken.length : bytes.length
      const why =
        taken.kind === 'frame' ? this.#judge(undefined, taken.frame, bytes.subarray(0, end)) : 'corrupt'
      this.#context.report({ kind: 'discarded', why: why === 'late' || why === 'corrupt' ? why : 'foreign' })
      bytes = bytes.subarray(end)
    }
    this.#stray = new Uint8Array()
  }

  /** A port that was pulled out may be as silent as a unit. */
  #closeIfLost(): GanzhiError | undefined {
    const fault = this.#line.lost()
    if (fault) this.close(fault)
    return fault
  }

  #debtsOf(unit: number): UnitDebts {
    const { debts } = this.#options
    const known = debts.get(unit) ?? new UnitDebts()
    debts.set(unit, known)
    return known
  }
}

/** Of the answer to a longer read that begins with what is wanted. */
function partOf(reply: Reply, request: Request): Reply {
  if (reply.kind !== 'data') return reply
  return { kind: 'data', bytes: reply.bytes.subarray(0, dataLengthOf(request)) }
}

function babble(): GanzhiError {
  return linkDown('the line is never quiet', {
    remedy: 'Check that there is no second master on the line, and that its two wires are biased.',
  })
}
