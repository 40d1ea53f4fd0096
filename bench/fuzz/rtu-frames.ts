import type { LineListener } from '@ganzhi/device-drivers/modbus/byte-line'
import { RtuConversation } from '@ganzhi/device-drivers/modbus/rtu-conversation'
import { hurriedClock, rest, settled } from './hurried-clock.ts'
import { randomReads, readPdu, requestOf } from './random-reads.ts'
import { RTU_FAULTS, rtuFrame, type Said } from './rtu-line.ts'
import { countAnswer, countEvent, emptyTally, type Fuzzing, type Tally } from './tally.ts'
import { isTrue } from './word-truth.ts'

const SOUND = 4

/** A serial line with three units on it, on which `mutated` replies are tampered with. */
export async function fuzzRtu({ mutated, pick, progress, signal }: Fuzzing): Promise<Tally> {
  const clock = hurriedClock()
  const tally = emptyTally()
  const owed = new Map<number, readonly Buffer[]>()
  let generation = 0
  let listener: LineListener | undefined

  const deliver = (bytes: Buffer): void => {
    for (let at = 0; at < bytes.length;) {
      const to = pick(3) ? bytes.length : at + 1 + pick(bytes.length - at)
      listener?.onData(bytes.subarray(at, to))
      at = to
    }
  }
  const answer = (request: Uint8Array): void => {
    const [unit = 0, code = 0] = request
    const fields = Buffer.from(request)
    const read = { unit, code, address: fields.readUInt16BE(2), count: fields.readUInt16BE(4) }
    const reply = rtuFrame(unit, readPdu(read, ++generation))
    const before = owed.get(unit) ?? []
    owed.delete(unit)
    const fault = RTU_FAULTS[pick(RTU_FAULTS.length + SOUND)]
    const { now, later }: Said = fault ? fault(reply, pick) : { now: [reply] }
    if (fault) tally.mutated += 1
    if (later) owed.set(unit, later)
    deliver(Buffer.concat([...before, ...now]))
  }
  const conversation = new RtuConversation(
    {
      listen: (its) => void (listener = its),
      write: answer,
      close: async () => {},
      lost: () => undefined,
    },
    { byteMs: 1, silenceMs: 4, paced: true, drainMs: 25, debts: new Map() },
    { clock, report: (event) => countEvent(tally, event), onClose: () => {} },
  )
  const reads = randomReads(pick)
  while (tally.mutated < mutated) {
    signal.throwIfAborted()
    if (tally.asked % 1_000 === 0) await rest()
    if (pick(8) === 0) sayOwed(owed, 1 + pick(3), deliver)
    const read = reads()
    // It may be asked several times: any of these answers will do.
    const first = generation + 1
    const asked = conversation.ask(requestOf(read), { timeoutMs: 1000, signal })
    await settled(asked, clock)
    await countAnswer(tally, asked, (bytes) => isTrue(read, bytes, first, generation))
    if (tally.asked % 1_000_000 === 0) progress(tally)
  }
  return tally
}

/** What a unit still has to say comes while nobody asks. */
function sayOwed(owed: Map<number, readonly Buffer[]>, unit: number, deliver: (bytes: Buffer) => void): void {
  for (const bytes of owed.get(unit) ?? []) deliver(bytes)
  owed.delete(unit)
}
