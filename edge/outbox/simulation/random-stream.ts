import { createHash } from 'node:crypto'

export interface RandomStream {
  /** In [0, 1). */
  chance(): number
  bytes(count: number): Uint8Array
}

/** The same numbers for the same seed. */
export function randomStream(seed: string | number): RandomStream {
  let block = createHash('sha512').update(String(seed)).digest()
  let used = 0
  function bytes(count: number): Uint8Array {
    const drawn = Buffer.alloc(count)
    for (let i = 0; i < count; i++) {
      if (used === block.length) {
        block = createHash('sha512').update(block).digest()
        used = 0
      }
      drawn[i] = block[used++] ?? 0
    }
    return drawn
  }
  return { bytes, chance: () => Buffer.from(bytes(4)).readUInt32LE() / 2 ** 32 }
}
