import type { GanzhiError } from '@ganzhi/contracts/error'
import type { LinkEvent } from '../driver.ts'
import { checkReply } from './codec.ts'
import { functionOf, type Request } from './request.ts'
import { type RtuFrame, rtuRequest, takeRtuFrame } from './rtu-frame.ts'
import type { Judgement } from './unit-debts.ts'
import type { Reply } from './wire.ts'
import { badReply, noAnswer } from './wire-error.ts'

export interface ReceptionContext {
  /** Whether the adapter hands us what we send. */
  readonly echo: Echo
  /** Whose answer an intact frame is; `awaited` when it is of the unit that was asked. */
  judge(awaited: Request | undefined, frame: RtuFrame, bytes: Uint8Array): Judgement
  discarded(why: Extract<LinkEvent, { kind: 'discarded' }>['why']): void
}

export type Echo = 'yes' | 'no' | 'unknown'

export type Received =
  | { readonly kind: 'answer'; readonly reply: Reply; readonly frame: RtuFrame; readonly bytes: Uint8Array }
  | { readonly kind: 'doubtful'; readonly bytes: Uint8Array }
  | { readonly kind: 'failed'; readonly error: GanzhiError }

/** A line that is just being driven may give so many bytes that nobody sent. */
const STRAY_BYTES = 3

/** What comes after one request, until its answer is there or can't come any more. Pure: bytes in, outcome out. */
export class RtuReception {
  readonly #request: Request
  readonly #context: ReceptionContext
  readonly #sent: Uint8Array
  #bytes: Uint8Array = new Uint8Array()
  #echoDue: boolean
  #echoed = false
  #mismatch: GanzhiError | undefined

  constructor(request: Request, context: ReceptionContext) {
    this.#request = request
    this.#context = context
    this.#sent = rtuRequest(request)
    this.#echoDue = context.echo !== 'no'
  }

  /** Whether the request itself came back first. */
  get echoed(): boolean {
    return this.#echoed
  }

  /** What came behind the answer. */
  get rest(): Uint8Array {
    return this.#bytes
  }

  push(chunk: Uint8Array): Received | undefined {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
    while (this.#bytes.length > 0) {
      const echo = this.#takeEcho()
      if (echo === 'partial') return undefined
      if (echo === 'taken') continue
      const taken = takeRtuFrame(this.#bytes)
      if (taken.kind === 'partial') return undefined
      if (taken.kind === 'corrupt') return this.#skipStray()
      const outcome = this.#onFrame(taken.frame, taken.length)
      if (outcome) return outcome
    }
    return undefined
  }

  /** Nothing more will come. */
  end(timeoutMs: number): Received {
    const found = this.#bytes.length > 0 ? this.#skipStray() : undefined
    if (found && found.kind !== 'failed') return found
    if (this.#mismatch) return { kind: 'failed', error: this.#mismatch }
    const { unit } = this.#request
    if (this.#isHead(this.#bytes) && this.#bytes.length > 1)
      return { kind: 'failed', error: badReply('was cut') }
    return { kind: 'failed', error: noAnswer(`unit ${unit} did not answer within ${timeoutMs} ms`) }
  }

  #takeEcho(): 'taken' | 'partial' | 'none' {
    if (!this.#echoDue) return 'none'
    const head = this.#bytes.subarray(0, this.#sent.length)
    if (Buffer.compare(head, this.#sent.subarray(0, head.length)) !== 0) {
      this.#echoDue = false
      return 'none'
    }
    if (head.length < this.#sent.length) return 'partial'
    this.#bytes = this.#bytes.subarray(this.#sent.length)
    this.#echoDue = false
    this.#echoed = true
    return 'taken'
  }

  #onFrame(frame: RtuFrame, length: number): Received | undefined {
    const bytes = this.#bytes.subarray(0, length)
    this.#bytes = this.#bytes.subarray(length)
    const own = frame.unit === this.#request.unit
    const judgement = this.#context.judge(own ? this.#request : undefined, frame, bytes)
    switch (judgement) {
      case 'answer':
        return { kind: 'answer', reply: checkReply(this.#request, frame.pdu), frame, bytes }
      case 'doubtful':
        return { kind: 'doubtful', bytes }
      case 'late':
        this.#context.discarded('late')
        return undefined
      case 'foreign':
        if (own) this.#noteMismatch(frame)
        this.#context.discarded('foreign')
        return undefined
    }
  }

  /** A unit that answers in the wrong way is not silent. */
  #noteMismatch(frame: RtuFrame): void {
    try {
      checkReply(this.#request, frame.pdu)
    } catch (error) {
      this.#mismatch = error as GanzhiError
    }
  }

  /** The head is no frame: perhaps the answer begins a little later, and ends where all ends. */
  #skipStray(): Received | undefined {
    for (let skip = 1; skip <= STRAY_BYTES; skip++) {
      const rest = this.#bytes.subarray(skip)
      if (rest.length === 0) return undefined
      if (!this.#isHead(rest)) continue
      const taken = takeRtuFrame(rest)
      if (taken.kind === 'partial') return undefined
      if (taken.kind !== 'frame' || taken.length !== rest.length) continue
      this.#bytes = rest
      return this.#onFrame(taken.frame, taken.length)
    }
    this.#context.discarded('corrupt')
    return { kind: 'failed', error: badReply('is corrupt') }
  }

  #isHead([unit, code]: Uint8Array): boolean {
    const wanted = functionOf(this.#request)
    return unit === this.#request.unit && (code === undefined || code === wanted || code === wanted + 0x80)
  }
}
