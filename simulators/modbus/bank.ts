export type Table = 'coil' | 'discrete' | 'holding' | 'input'
/** Tables that a client may write to. */
export type WritableTable = 'coil' | 'holding'

const ABSENT = 0
const READABLE = 1
const WRITABLE = 2

/** One table of a unit from its first address to its last; a coil or discrete input is the word 0 or 1. */
export class Bank {
  readonly #from: number
  readonly #words: Uint16Array
  readonly #access: Uint8Array

  /** Nothing is there until it is added. */
  constructor(from: number, to: number) {
    this.#from = from
    this.#words = new Uint16Array(Math.max(0, to - from + 1))
    this.#access = new Uint8Array(this.#words.length)
  }

  add(address: number, count: number, { writable = false } = {}): void {
    for (let at = address - this.#from; at < address - this.#from + count; at++) {
      if (this.#access[at] !== WRITABLE) this.#access[at] = writable ? WRITABLE : READABLE
    }
  }

  has(address: number, count: number): boolean {
    return this.#all(address, count, (access) => access !== ABSENT)
  }

  takes(address: number, count: number): boolean {
    return this.#all(address, count, (access) => access === WRITABLE)
  }

  get(address: number, count: number): Uint16Array {
    return this.#words.slice(address - this.#from, address - this.#from + count)
  }

  set(address: number, words: ArrayLike<number>): void {
    this.#words.set(words, address - this.#from)
  }

  #all(address: number, count: number, fits: (access: number) => boolean): boolean {
    const at = address - this.#from
    return at >= 0 && at + count <= this.#access.length && this.#access.subarray(at, at + count).every(fits)
  }
}
