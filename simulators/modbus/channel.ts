import type { Fault, Faults } from './fault.ts'
import { askedBy, exceptionTo, replyTo } from './reply.ts'
import type { Unit } from './unit.ts'

/** How a PDU is framed on one kind of wire. */
export interface Framing {
  frame(unit: number, pdu: Buffer): Buffer
  /** The same reply in the name of another request. */
  foreign(unit: number, pdu: Buffer): Buffer
  /** Shortest part of a reply that is still worth sending. */
  readonly atLeast: number
  /** Bytes from this one on, so many, where a flipped bit can be noticed by who receives it. */
  readonly flippable: (length: number) => readonly [from: number, count: number]
}

export interface Outcome {
  /** Goes out after the device has worked for `slowMs`. */
  readonly bytes: Buffer
  readonly slowMs: number
  /** Lost on its way for so long, while the device goes on. */
  readonly delayMs: number
}

/** One way between a client and the units: what the units reply, and what becomes of it on the way. */
export function makeChannel(unitOf: (unit: number) => Unit | undefined, faults: Faults) {
  let held: Buffer[] = []
  return {
    /** Nothing where nothing is said; `close` where the device hangs up. */
    ask(unit: number, pdu: Buffer, framing: Framing): Outcome | 'close' | undefined {
      const befalling = faults.befalling(askedBy(unit, pdu))
      const fault = (kind: Fault['kind']) => befalling.find((each) => each.kind === kind)
      if (fault('close')) return 'close'
      if (fault('drop')) return undefined
      const exception = fault('exception')
      const reply = exception ? exceptionTo(pdu, exception.code ?? 2) : replyTo(pdu, unitOf(unit))
      let bytes = framing.frame(unit, reply)
      // The length in the header stays: the client waits for bytes that never come.
      if (fault('truncate')) bytes = bytes.subarray(0, Math.max(framing.atLeast, bytes.length - 2))
      if (fault('corrupt')) bytes = flipped(bytes, framing, faults)
      if (fault('duplicate')) bytes = Buffer.concat([bytes, bytes])
      if (fault('foreign')) bytes = Buffer.concat([framing.foreign(unit, reply), bytes])
      if (fault('noise')) bytes = Buffer.concat([Buffer.from([0, faults.random() * 256]), bytes])
      if (fault('late')) return void held.push(bytes)
      const before = held
      held = []
      const delay = fault('delay')
      return {
        bytes: Buffer.concat([...before, bytes]),
        slowMs: ms(fault('slow')),
        delayMs: ms(delay),
      }
    },
  }
}

function ms(fault: Fault | undefined): number {
  return fault ? (fault.ms ?? 1_000) : 0
}

function flipped(bytes: Buffer, framing: Framing, faults: Faults): Buffer {
  const [from, count] = framing.flippable(bytes.length)
  const copy = Buffer.from(bytes)
  const at = from + Math.floor(faults.random() * count)
  copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(faults.random() * 8))
  return copy
}
