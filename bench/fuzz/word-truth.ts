/**
 * What a register holds says where it is and which request it answers: data of another address or of an older reply
 * differ from it, so that no mix-up can pass for a value.
 */
export function wordAt(address: number, generation: number): number {
  return (Math.imul(address + 1, 40_503) + Math.imul(generation, 2_654_435)) & 0xffff
}

/** Data of a read as they must be at `generation`: two bytes a register, or bits in the low bytes of such. */
export function dataOf(read: Read, generation: number): Buffer {
  const bytes = Buffer.alloc(dataBytes(read))
  if (isBits(read.code)) {
    for (let i = 0; i < bytes.length; i++) bytes[i] = wordAt(read.address + i, generation)
  } else {
    for (let i = 0; i < read.count; i++) bytes.writeUInt16BE(wordAt(read.address + i, generation), i * 2)
  }
  return bytes
}

export interface Read {
  readonly unit: number
  /** Function 1 to 4. */
  readonly code: number
  readonly address: number
  readonly count: number
}

export function isBits(code: number): boolean {
  return code <= 2
}

export function dataBytes({ code, count }: Read): number {
  return isBits(code) ? Math.ceil(count / 8) : count * 2
}

/** Whether a reply to `read` from generation `first` to `last` has these data. */
export function isTrue(read: Read, bytes: Uint8Array, first: number, last: number): boolean {
  for (let generation = last; generation >= first; generation--) {
    if (Buffer.compare(dataOf(read, generation), bytes) === 0) return true
  }
  return false
}
