const EMPTY = -1

/** Numbers for names that come as bytes, again and again: a name is decoded once. */
export class ByteNames {
  readonly names: string[] = []
  readonly #decode: (bytes: Uint8Array) => string
  readonly #known: Uint8Array[] = []
  #slots = new Int32Array(256).fill(EMPTY)

  constructor(decode: (bytes: Uint8Array) => string) {
    this.#decode = decode
  }

  numberOf(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0
    for (let i = start; i < end; i += 1) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0
    hash ^= hash >>> 15
    const mask = this.#slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot] as number
      if (number === EMPTY) return this.#add(bytes.slice(start, end), slot)
      if (same(this.#known[number] as Uint8Array, bytes, start, end)) return number
    }
  }

  #add(name: Uint8Array, slot: number): number {
    const number = this.names.length
    this.names.push(this.#decode(name))
    this.#known.push(name)
    this.#slots[slot] = number
    if (this.names.length * 2 > this.#slots.length) this.#grow()
    return number
  }

  #grow(): void {
    const known = this.#known.splice(0)
    this.names.length = 0
    this.#slots = new Int32Array(this.#slots.length * 4).fill(EMPTY)
    for (const name of known) this.numberOf(name, 0, name.length)
  }
}

function same(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false
  for (let i = 0; i < name.length; i += 1) if (name[i] !== bytes[start + i]) return false
  return true
}
