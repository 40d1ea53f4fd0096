import { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import { TcpConversation } from '@ganzhi/device-drivers/modbus/tcp-conversation'
import { transactionIds } from '@ganzhi/device-drivers/modbus/transaction-ids'
import { type HurriedClock, hurriedClock, rest, settled } from './hurried-clock.ts'
import { randomReads, readPdu, requestOf } from './random-reads.ts'
import { countAnswer, countEvent, emptyTally, type Fuzzing, type Tally } from './tally.ts'
import { type Context, DAMAGES, MIX_UPS, type Reply, type Said, tcpFrame } from './tcp-line.ts'
import { isTrue, type Read } from './word-truth.ts'

const SOUND = 6
const MOST_AT_ONCE = 4

/** A server that is asked several things at once, answers in any order, and of whose replies `mutated` are tampered with. */
export async function fuzzTcp({ mutated, pick, progress, signal }: Fuzzing): Promise<Tally> {
  const clock = hurriedClock()
  const tally = emptyTally()
  const ids = transactionIds()
  const reads = randomReads(pick)
  let generation = 0
  let line = connect(ids, clock, tally)
  while (tally.mutated < mutated) {
    signal.throwIfAborted()
    if (generation % 1_000 < MOST_AT_ONCE) await rest()
    if (!line.conversation.open || (line.server.damaged && pick(4) === 0)) line = connect(ids, clock, tally)
    const { conversation, server } = line
    const asked = Array.from({ length: 1 + pick(MOST_AT_ONCE) }, () => {
      const read = reads()
      server.expects(read, ++generation)
      return { read, generation, answer: conversation.ask(requestOf(read), { timeoutMs: 1000, signal }) }
    })
    server.answerAll(pick)
    for (const { read, generation, answer } of asked) {
      await settled(answer, clock)
      await countAnswer(tally, answer, (bytes) => isTrue(read, bytes, generation, generation))
    }
    if (tally.asked % 1_000_000 < asked.length) progress(tally)
  }
  return tally
}

function connect(ids: ReturnType<typeof transactionIds>, clock: HurriedClock, tally: Tally) {
  const server = new Server(tally)
  const conversation = new TcpConversation(server.stream, ids, {
    clock,
    report: (event) => countEvent(tally, event),
    onClose: () => {},
  })
  return { server, conversation }
}

/** The other end of one connection. */
class Server {
  readonly #tally: Tally
  readonly #emitter = new EventEmitter()
  readonly #expected: { read: Read; generation: number }[] = []
  #asked: Reply[] = []
  #late: Buffer[] = []
  damaged = false

  constructor(tally: Tally) {
    this.#tally = tally
  }

  /** As much of a socket as the driver needs. */
  get stream(): Duplex {
    return Object.assign(this.#emitter, {
      write: (bytes: Uint8Array) => this.#take(Buffer.from(bytes)),
      destroy: () => {},
      cork: () => {},
      uncork: () => {},
    }) as unknown as Duplex
  }

  expects(read: Read, generation: number): void {
    this.#expected.push({ read, generation })
  }

  #take(request: Buffer): void {
    const expected = this.#expected.shift()
    if (!expected || request.length !== 12) throw new Error(`not a read: ${request.toString('hex')}`)
    const { read, generation } = expected
    this.#asked.push({ id: request.readUInt16BE(0), unit: read.unit, pdu: readPdu(read, generation) })
  }

  answerAll(pick: (below: number) => number): void {
    const underWay = new Set(this.#asked.map(({ id }) => id))
    const freeId = (): number => {
      const id = pick(65_536)
      return underWay.has(id) ? freeId() : id
    }
    const writes = pick(4) === 0 ? this.#late.splice(0) : []
    while (this.#asked.length > 0) {
      const [reply] = this.#asked.splice(pick(this.#asked.length), 1)
      if (!reply) break
      const { now, later = [] } = this.#said(reply, { pick, freeId })
      writes.push(...now)
      this.#late.push(...later)
    }
    this.#say(writes, pick)
  }

  /** Nothing else after a damage: a reply that was cut by just the length of a foreign frame is whole again with it. */
  #said(reply: Reply, context: Context): Said {
    const faults = this.damaged ? [] : [...MIX_UPS, ...DAMAGES]
    const n = context.pick(faults.length + SOUND)
    const fault = faults[n]
    if (!fault) return { now: [tcpFrame(reply)] }
    this.#tally.mutated += 1
    if (n >= MIX_UPS.length) this.damaged = true
    return fault(reply, context)
  }

  /**
   * In pieces of any size; but what comes with damage comes in whole writes, as servers send it: the first bytes of a
   * frame, alone, could be the missing end of the one that was cut.
   */
  #say(writes: readonly Buffer[], pick: (below: number) => number): void {
    if (this.damaged) {
      for (const bytes of writes) this.#emitter.emit('data', bytes)
      return
    }
    const bytes = Buffer.concat(writes)
    for (let at = 0; at < bytes.length;) {
      const to = pick(3) ? bytes.length : at + 1 + pick(bytes.length - at)
      this.#emitter.emit('data', bytes.subarray(at, to))
      at = to
    }
  }
}
