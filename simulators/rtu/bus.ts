import { type Framing, makeChannel } from '../modbus/channel.ts'
import type { Faults } from '../modbus/fault.ts'
import { replyTo } from '../modbus/reply.ts'
import type { Unit } from '../modbus/unit.ts'
import { rtuFrame, unframe } from './rtu-frame.ts'
import { charMs, type SerialLine, silenceMs } from './serial-line.ts'
import type { WireClock } from './wire-clock.ts'

export interface BusOptions {
  readonly line: SerialLine
  readonly units: readonly number[]
  readonly unitOf: (unit: number) => Unit | undefined
  readonly faults: Faults
  readonly clock: WireClock
  /** From the end of the silence behind a request to the first bit of the reply. */
  readonly turnaroundMs: number
  /** Whether the client's port is set as the units' are; asked for each frame. */
  readonly heard?: () => Promise<boolean>
}

/** The end of a reply goes out together: waiting in between would be late for it. */
const LAST_MS = 3.5

/** Writes bytes to whoever is at the other end. */
export type Say = (bytes: Buffer) => void
/** Takes characters that a client said just now. */
export type Receive = (chunk: Buffer, say: Say) => void

const FRAMING: Framing = {
  frame: rtuFrame,
  foreign: (unit, pdu) => rtuFrame((unit % 247) + 1, pdu),
  atLeast: 3,
  flippable: (length) => [0, length],
}

/**
 * The units of one RS-485 pair. Characters take their time on the wire both ways: a client's come at once but count as
 * arrived one after the other, a unit's go out one after the other.
 */
export function makeBus(options: BusOptions): Receive {
  const { line, units, unitOf, faults, clock, turnaroundMs, heard = async () => true } = options
  const channel = makeChannel(unitOf, faults)
  const perChar = charMs(line)
  const silence = silenceMs(line)
  let received: Buffer[] = []
  let quietFrom = 0
  let listening = false
  let talking: Promise<void> = Promise.resolve()

  async function listen(say: Say): Promise<void> {
    listening = true
    while (clock.now() < quietFrom + silence) await clock.until(quietFrom + silence, 'exact')
    listening = false
    const frame = Buffer.concat(received)
    received = []
    await answer(frame, quietFrom + silence, say)
  }

  async function answer(frame: Buffer, at: number, say: Say): Promise<void> {
    const request = unframe(frame)
    if (!request || !(await heard())) return
    const { unit, pdu } = request
    // Serial Line 2.1: what is said to unit 0 all do, and none answers.
    if (unit === 0) for (const each of units) replyTo(pdu, unitOf(each))
    if (!unitOf(unit)) return
    const outcome = channel.ask(unit, pdu, FRAMING)
    if (!outcome || outcome === 'close') return
    const from = at + turnaroundMs + outcome.slowMs + outcome.delayMs
    await clock.until(from, 'exact')
    // Two never talk at once: one that was delayed would garble the other.
    talking = talking.then(() => talk(outcome.bytes, Math.max(from, quietFrom), say))
    await talking
  }

  async function talk(bytes: Buffer, from: number, say: Say): Promise<void> {
    let said = 0
    while (said < bytes.length) {
      // Timers are no finer than a millisecond: what is due by then goes out together, and the last one on its time.
      const last = (bytes.length - said) * perChar < LAST_MS
      const next = last ? bytes.length : said + Math.ceil(1 / perChar)
      await clock.until(from + next * perChar, last ? 'exact' : undefined)
      const due = Math.min(bytes.length, Math.floor((clock.now() - from) / perChar))
      const to = Math.max(next, due)
      say(bytes.subarray(said, to))
      said = to
    }
    quietFrom = Math.max(quietFrom, from + bytes.length * perChar)
  }

  return (chunk, say) => {
    received.push(chunk)
    quietFrom = Math.max(clock.now(), quietFrom) + chunk.length * perChar
    if (!listening) void listen(say)
  }
}
