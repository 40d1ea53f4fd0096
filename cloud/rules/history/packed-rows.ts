import { QUALITIES, type Quality } from '@ganzhi/contracts/reading'
import type { SampleInput, Scalar } from '../engine/rule-input.ts'

const NUMBER = 0
const BOOLEAN = 1
const TEXT = 2
const NONE = 3

const QUALITY_BITS = 3
const KIND_BITS = 2

/** In what order samples of the same time come: as they were appended, or by property, of one by quality, then by value. */
export type SameTime = 'as-appended' | 'by-property'

/** Samples of one device in 18 bytes each: months of a thousand devices are 10⁷ of them. What is left of 16 bits is for a property: a number below 2,048. */
export class PackedRows {
  #at = new Float64Array(8)
  #values = new Float64Array(8)
  #codes = new Uint16Array(8)
  #length = 0
  #inOrder = true
  readonly #texts: string[] = []
  readonly #sameTime: SameTime

  constructor(sameTime: SameTime = 'as-appended') {
    this.#sameTime = sameTime
  }

  append(at: number, property: number, value: Scalar | null, quality: number): void {
    const i = this.#length
    if (i === this.#at.length) this.#grow()
    if (i > 0) this.#inOrder &&= this.#follows(at, this.#at[i - 1] as number)
    this.#at[i] = at
    this.#values[i] = typeof value === 'string' ? this.#texts.push(value) - 1 : Number(value)
    this.#codes[i] = (((property << KIND_BITS) | kindOf(value)) << QUALITY_BITS) | quality
    this.#length = i + 1
  }

  /** Its room stays. */
  clear(): void {
    this.#length = 0
    this.#inOrder = true
    this.#texts.length = 0
  }

  /** By time. */
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

  #follows(at: number, last: number): boolean {
    return at > last || (at === last && this.#sameTime === 'as-appended')
  }

  #order(): Uint32Array {
    const [at, values, codes] = [this.#at, this.#values, this.#codes]
    const by = (row: number, place: 'property' | 'quality'): number =>
      place === 'property'
        ? (codes[row] as number) >> (QUALITY_BITS + KIND_BITS)
        : (codes[row] as number) & (2 ** QUALITY_BITS - 1)
    const sameTime =
      this.#sameTime === 'as-appended'
        ? (a: number, b: number) => a - b
        : (a: number, b: number) =>
            by(a, 'property') - by(b, 'property') ||
            by(a, 'quality') - by(b, 'quality') ||
            (values[a] as number) - (values[b] as number) ||
            a - b
    return Uint32Array.from({ length: this.#length }, (_, i) => i).sort(
      (a, b) => (at[a] as number) - (at[b] as number) || sameTime(a, b),
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
