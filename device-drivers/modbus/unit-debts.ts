import { checkReply, dataLengthOf } from './codec.ts'
import { functionOf, isBitTable, MAX_COUNT, type ReadRequest, type Request, type Table } from './request.ts'

/**
 * What one unit of a line without transaction ids may still send of what it was asked before. Any answer may be lost,
 * come late, or come several times before the answer to the next request. As a unit answers in the order it is asked,
 * an answer that can only be the one to the latest request ends all doubt. Yet a serial server may hold back what was
 * passed over by then: for a while no read is sent whose answer it could be taken for.
 */
export class UnitDebts {
  /** Asked and not answered since the last certain answer; one for each shape an answer may have. */
  #owed: Request[] = []
  /** Had no answer in its time. */
  #strays: { readonly request: Request; readonly since: number; answers: number }[] = []
  /** What was last asked in place of a read that a stray could be taken for the answer of. */
  #longer: ReadRequest | undefined
  #longerMissed = 0
  /** What was answered last, which may come again. */
  #last: { readonly request: Request; readonly frame: Uint8Array } | undefined
  /** A read that this unit takes. */
  #readable: ReadRequest | undefined
  #separator: { readonly request: ReadRequest; tries: number } | undefined
  /** Same bytes twice, and the second was no repetition. */
  #needlessDoubts = 0

  /** Whose answer a frame of this unit is, while `request` waits for one. */
  judge(request: Request | undefined, pdu: Uint8Array, frame: Uint8Array): Judgement {
    const owed = this.#owed.some((older) => older !== request && answers(older, pdu))
    const stray = this.#strays.some((older) => answers(older.request, pdu))
    const again = this.#last !== undefined && sameBytes(this.#last.frame, frame)
    if (!request || !answers(request, pdu)) {
      if (again) this.#needlessDoubts = -Infinity
      return owed || again || stray ? 'late' : 'foreign'
    }
    return owed || (again && this.#needlessDoubts < DOUBTS) ? 'doubtful' : 'answer'
  }

  /** An answer that is owed, or was given, could be taken for that of `request` before anyone can tell. */
  mustSeparate(request: Request): boolean {
    // Whatever was sent behind an unanswered separator would be settled by its first answer, which came before.
    if (this.#separator) return true
    if (request.kind === 'read') return this.#owed.some((older) => sameShape(older, request))
    // A write is never repeated to be certain, so its answer must not even resemble another.
    const before = this.#last ? [...this.#owed, this.#last.request] : this.#owed
    return before.some((older) => functionOf(older) === functionOf(request))
  }

  /** `request`, or a longer read that begins with it, when a stray could be taken for its answer. */
  distinctFrom(request: Request): Request {
    if (request.kind !== 'read' || !this.#strays.some((older) => sameShape(older.request, request)))
      return request
    const taken = this.#taken(request)
    const step = isBitTable(request.table) ? 8 : 1
    const longer = COUNTS.map((times) => ({ ...request, count: request.count + times * step }))
    const fits = ({ table, address, count }: ReadRequest) =>
      count <= MAX_COUNT[table] && address + count <= 65_536
    const found = longer.find((read) => fits(read) && !taken.some((other) => sameShape(other, read)))
    this.#longer = found
    return found ?? request
  }

  /** What is asked in place of a read is not taken: strays are counted as lost, rather than reading nothing. */
  longerDeclined(): void {
    this.#strays = []
    this.#longerMissed = 0
  }

  missed(request: Request, now: number): void {
    this.#strays = this.#strays.filter((older) => !sameShape(older.request, request))
    this.#strays.push({ request, since: now, answers: 0 })
    // Some units do not decline what is too long for them: they say nothing.
    if (request === this.#longer && ++this.#longerMissed >= LONGER_TRIES) this.longerDeclined()
  }

  /** A read whose data can't be taken for anything that is owed, nor for the answer to `request`. */
  separatorFor(request: Request): ReadRequest {
    const known = this.#separator
    if (known && !sameShape(known.request, request)) {
      known.tries += 1
      if (known.tries <= SEPARATOR_TRIES) return known.request
    }
    const taken = this.#taken(request)
    const free = (read: ReadRequest) => !taken.some((other) => sameShape(other, read))
    const found = candidates(request, this.#readable).find(free)
    // So many questions later nothing is owed any more.
    if (!found) this.#owed = []
    const chosen = found ?? { ...PLAIN, unit: request.unit }
    this.#separator = { request: chosen, tries: 1 }
    return chosen
  }

  /** Its answer, or a part of it, may still come. */
  unanswered(request: Request): void {
    if (!this.#owed.some((older) => sameShape(older, request))) this.#owed.push(request)
  }

  /** The separator's answer could not be told apart either; the next one is another. */
  inconclusive(): void {
    this.#separator = undefined
  }

  answered(request: Request, pdu: Uint8Array, frame: Uint8Array, now: number): void {
    if (request === this.#longer) this.#longerMissed = 0
    for (const stray of this.#strays) stray.answers += 1
    this.#strays = this.#strays.filter(
      ({ answers, since }) => answers < STRAY_ANSWERS || now < since + STRAY_MS,
    )
    // Asked several times, a separator may be answered as often.
    const repeated = this.#separator?.request === request && this.#separator.tries > 1
    const [code = 0, exception = 0] = pdu
    const still = repeated || (code > 0x80 && UNFINISHED.has(exception))
    this.#owed = still ? [request] : []
    this.#separator = undefined
    this.#last = { request, frame: Uint8Array.from(frame) }
    if (request.kind === 'read' && code < 0x80) this.#readable ??= request
  }

  #taken(request: Request): Request[] {
    const strays = this.#strays.map((stray) => stray.request)
    return [...this.#owed, ...strays, request, ...(this.#last ? [this.#last.request] : [])]
  }

  /** After a doubt about bytes that came twice, what the certain answer said. */
  doubtResolved(doubted: Uint8Array, certain: Uint8Array): void {
    if (sameBytes(doubted, certain)) this.#needlessDoubts += 1
  }
}

export type Judgement =
  /** Nobody else's. */
  | 'answer'
  /** It may be this request's answer, or an older one's. */
  | 'doubtful'
  | 'late'
  | 'foreign'

/** After so many a unit is trusted not to repeat itself, until it is seen to. */
const DOUBTS = 16
const SEPARATOR_TRIES = 3
/** A stray is looked out for until both are over. */
const STRAY_ANSWERS = 8
const STRAY_MS = 3_000
const LONGER_TRIES = 2
/** MAP 7: still at it, busy, or silent towards its gateway: the answer proper may follow all the same. */
const UNFINISHED = new Set([5, 6, 10, 11])
/** Enough for one that is unlike all that a unit can owe. */
const COUNTS = Array.from({ length: 16 }, (_, i) => i + 1)
const PLAIN: Omit<ReadRequest, 'unit'> = { kind: 'read', table: 'holding', address: 0, count: 1 }

/**
 * First a part of what this unit is known to take, then a little more or less of what it is about to be asked for,
 * then other tables: some devices say nothing at all to a function that they lack.
 */
function candidates(request: Request, readable: ReadRequest | undefined): ReadRequest[] {
  const { unit, address } = request
  const own: Table = request.kind === 'read' ? request.table : 'holding'
  const parts = COUNTS.filter((count) => count <= (readable?.count ?? 0))
  const tables = (['holding', 'input', 'coil', 'discrete'] as const).filter((table) => table !== own)
  const at = (table: Table, count: number): ReadRequest => ({ ...PLAIN, unit, table, address, count })
  return [
    ...parts.map((count) => ({ ...(readable ?? PLAIN), unit, count })),
    ...COUNTS.slice(0, 2).map((count) => at(own, count)),
    ...tables.map((table) => at(table, 1)),
    ...COUNTS.slice(2).map((count) => at(own, count)),
  ]
}

function answers(request: Request, pdu: Uint8Array): boolean {
  try {
    checkReply(request, pdu)
    return true
  } catch {
    return false
  }
}

/** Their data could be taken for each other's. */
function sameShape(a: Request, b: Request): boolean {
  return functionOf(a) === functionOf(b) && dataLengthOf(a) === dataLengthOf(b)
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
