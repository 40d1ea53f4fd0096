import type { Clock } from '../clock.ts'

/** What a slave on a bus may do to an answer. In every case but one it answers in the order it was asked. */
export type Misdeed =
  | 'right'
  | 'lost'
  /** Comes after a while, and with it all that was asked since. */
  | 'late'
  /** Comes only when so many more requests have come. */
  | 'held'
  /** The same, and a serial server lets those after it pass. */
  | 'overtaken'
  | 'twice'
  /** The second time when the next request is under way already. */
  | 'again later'
  | 'flipped'
  | 'cut'
  | 'stray byte before'
  | 'other unit before'
  | 'exception'

export interface SlaveOptions {
  readonly clock: Clock
  readonly write: (bytes: Uint8Array) => void
  readonly pick: (request: SlaveRequest) => Misdeed
  /** Of a register, when the nth request of all asks for it. */
  readonly value: (address: number, n: number) => number
  /** In [0, 1) */
  readonly random: () => number
  readonly echoes?: boolean
}

export interface SlaveRequest {
  /** Position since the start, from 0. */
  readonly n: number
  readonly unit: number
  readonly code: number
  readonly address: number
  readonly count: number
}

/** RTU slaves for tests, all on one line; knows the functions 3, 4, 6 and 16, and shares no code with the driver. */
export class UnreliableSlave {
  readonly requests: SlaveRequest[] = []
  readonly #options: SlaveOptions
  #received = Buffer.alloc(0)
  /** In the order of the requests; nothing goes out before what stands ahead of it. */
  #queue: { frames: Uint8Array[]; readyAt: number; afterRequest: number }[] = []

  #overtaken: { frame: Uint8Array; afterRequest: number }[] = []

  constructor(options: SlaveOptions) {
    this.#options = options
  }

  receive(chunk: Uint8Array): void {
    if (this.#options.echoes) this.#options.write(chunk)
    this.#received = Buffer.concat([this.#received, chunk])
    for (let size = this.#wholeSize(); this.#received.length >= size; size = this.#wholeSize()) {
      const frame = this.#received.subarray(0, size)
      this.#received = this.#received.subarray(size)
      this.#onRequest(frame)
    }
  }

  #wholeSize(): number {
    return this.#received[1] === 16 ? 9 + (this.#received[6] ?? 0) : 8
  }

  #onRequest(frame: Buffer): void {
    const request: SlaveRequest = {
      n: this.requests.length,
      unit: frame.readUInt8(0),
      code: frame.readUInt8(1),
      address: frame.readUInt16BE(2),
      count: frame.readUInt16BE(4),
    }
    this.requests.push(request)
    const { clock, pick } = this.#options
    const misdeed = pick(request)
    const right = withCrc(this.#answer(request, frame, misdeed === 'exception'))
    for (const { frame: old, afterRequest } of this.#overtaken.splice(0)) {
      if (afterRequest > request.n) this.#overtaken.push({ frame: old, afterRequest })
      else this.#options.write(old)
    }
    if (misdeed === 'overtaken') {
      this.#overtaken.push({ frame: right, afterRequest: request.n + 2 })
      return
    }
    const late = misdeed === 'late' ? Math.floor(this.#options.random() * 4_000) : 0
    const held = misdeed === 'held' ? 1 + Math.floor(this.#options.random() * 4) : 0
    this.#queue.push({
      frames: this.#framesOf(misdeed, right, request),
      readyAt: clock.elapsed() + late,
      afterRequest: request.n + held,
    })
    if (misdeed === 'again later')
      this.#queue.push({ frames: [right], readyAt: 0, afterRequest: request.n + 1 })
    if (late > 0) clock.after(late, () => this.#flush())
    this.#flush()
  }

  #flush(): void {
    const now = this.#options.clock.elapsed()
    const last = this.requests.length - 1
    for (let [next] = this.#queue; next; [next] = this.#queue) {
      if (next.readyAt > now || next.afterRequest > last) return
      this.#queue.shift()
      for (const frame of next.frames) this.#options.write(frame)
    }
  }

  #answer({ unit, code, address, count, n }: SlaveRequest, frame: Buffer, refuse: boolean): Buffer {
    if (refuse) return Buffer.from([unit, code | 0x80, 2])
    if (code === 6) return frame.subarray(0, 6)
    if (code === 16) return frame.subarray(0, 6)
    if (code !== 3 && code !== 4) return Buffer.from([unit, code | 0x80, 1])
    const data = Buffer.alloc(count * 2)
    for (let i = 0; i < count; i++) data.writeUInt16BE(this.#options.value(address + i, n), i * 2)
    return Buffer.concat([Buffer.from([unit, code, count * 2]), data])
  }

  #framesOf(misdeed: Misdeed, right: Uint8Array, { unit }: SlaveRequest): Uint8Array[] {
    switch (misdeed) {
      case 'lost':
        return []
      case 'twice':
        return [right, right]
      case 'flipped': {
        const bit = Math.floor(this.#options.random() * right.length * 8)
        return [right.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))]
      }
      case 'cut':
        return [right.subarray(0, Math.floor(this.#options.random() * right.length))]
      case 'stray byte before':
        return [Uint8Array.of(0xff), right]
      case 'other unit before':
        return [withCrc(Buffer.from([unit + 100, 3, 2, 0xde, 0xad])), right]
      default:
        return [right]
    }
  }
}

/** Bit by bit, as the specification describes it. */
export function withCrc(body: Buffer): Uint8Array {
  let crc = 0xffff
  for (const byte of body) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1
  }
  return Uint8Array.from([...body, crc & 0xff, crc >> 8])
}

/** A stream of numbers in [0, 1) that is the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return ((state >>> 8) % 65_536) / 65_536
  }
}
