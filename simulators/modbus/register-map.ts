export interface RegisterMap {
  readonly holding: DataView
  readonly input: DataView
  readonly coil: readonly boolean[]
  readonly discrete: readonly boolean[]
}

export type Table = keyof RegisterMap

/** A table of `count` registers, all 0. */
export function registers(count: number): DataView {
  return new DataView(new ArrayBuffer(count * 2))
}

/** A whole number in `words` registers, high word first; a negative one in two's complement. */
export function putInteger(table: DataView, register: number, words: number, value: number | bigint): void {
  let rest = BigInt.asUintN(words * 16, BigInt(typeof value === 'number' ? Math.round(value) : value))
  for (let i = words - 1; i >= 0; i--) {
    table.setUint16((register + i) * 2, Number(rest & 0xffffn))
    rest >>= 16n
  }
}

export function putFloat32(table: DataView, register: number, value: number): void {
  table.setFloat32(register * 2, value)
}

export function putFloat64(table: DataView, register: number, value: number): void {
  table.setFloat64(register * 2, value)
}

/** Many devices keep the low word first. */
export function reverseWords(table: DataView, register: number, words: number): void {
  const all = Array.from({ length: words }, (_, i) => table.getUint16((register + i) * 2)).reverse()
  all.forEach((word, i) => table.setUint16((register + i) * 2, word))
}

/** ASCII, two characters a register, padded with NUL. */
export function putText(table: DataView, register: number, words: number, text: string): void {
  for (let i = 0; i < words * 2; i++) table.setUint8(register * 2 + i, text.charCodeAt(i) || 0)
}
