import { QUALITIES, type Quality } from '@ganzhi/contracts/reading'
import type { SampleInput, Scalar } from '../engine/rule-input.ts'

const NUMBER = 0
const BOOLEAN = 1
const TEXT = 2
const NONE = 3

const QUALITY_BITS = 3
const KIND_BITS = 2

/** Samples of one device in 18 bytes each: months of a thousand devices are 10⁷ of them. What is left of 16 bits is for a property: a number below 2,048. */
export class PackedRows {
  #at = new Float64Array(8)
  #values = new Float64Array(8)
  #codes = new Uint16Array(8)
  #length = 0
  #inOrder = true
  readonly #texts: string[] = []

  append(at: number, property: number, value: Scalar | null, quality: number): void {
    const i = this.#length
    if (i === this.#at.length) this.#grow()
    if (i > 0 && at < (this.#at[i - 1] as number)) this.#inOrder = false
    this.#at[i] = at
    this.#values[i] = typeof value === 'string' ? this.#texts.push(value) - 1 : Number(value)
    this.#codes[i] = (((property << KIND_BITS) | kindOf(value)) << QUALITY_BITS) | quality
    this.#length = i + 1
  }

  /** By time; those of the same time as they came. */
  *inputs(properties: readonly string[]): Iterable<SampleInput> {
    const order = this.#inOrder ? undefined : this.#order()
    for (let i = 0; i < this.#length; i += 1) {
      const row = order ? (order[i] as number) : i
      const code = this.#codes[row] as number
      yield {
        kind: 'sample',
        at: this.#at[row] as number,
        property: properties[code >> (QUALITY_BITS + KIND_BITS)] as string,
        value: this.#value(row, (code >> QUALITY_BITS) & 3),
        quality: QUALITIES[code & 7] as Quality,
      }
    }
  }

  #value(row: number, kind: number): Scalar | null {
    const value = this.#values[row] as number
    if (kind === NUMBER) return value
    if (kind === BOOLEAN) return value === 1
    return kind === TEXT ? (this.#texts[value] as string) : null
  }

  #order(): Uint32Array {
    const at = this.#at
    return Uint32Array.from({ length: this.#length }, (_, i) => i).sort(
      (a, b) => (at[a] as number) - (at[b] as number) || a - b,
    )
  }

  #grow(): void {
    const larger = <T extends Float64Array | Uint16Array>(from: T, into: T): T => {
      into.set(from)
      return into
    }
    const length = this.#length * 2
    this.#at = larger(this.#at, new Float64Array(length))
    this.#values = larger(this.#values, new Float64Array(length))
    this.#codes = larger(this.#codes, new Uint16Array(length))
  }
}

function kindOf(value: Scalar | null): number {
  if (typeof value === 'number') return NUMBER
  if (typeof value === 'boolean') return BOOLEAN
  return value === null ? NONE : TEXT
}
