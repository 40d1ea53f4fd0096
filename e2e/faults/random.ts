/** Same seed, same answers. `fork` gives a stream of its own, so that who asks first changes nothing for the others. */
export interface Random {
  /** From 0 up to, not including, 1. */
  fraction(): number
  /** From `lowest` to `highest`, both included. */
  integer(lowest: number, highest: number): number
  pick<const Choices extends readonly [unknown, ...unknown[]]>(choices: Choices): Choices[number]
  chance(probability: number): boolean
  bytes(length: number): Buffer
  fork(label: string): Random
}

/** SplitMix32: small, and good enough to choose what to break next. */
export function seededRandom(seed: string): Random {
  let state = hash(seed)
  const fraction = () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
  const integer = (lowest: number, highest: number) =>
    lowest + Math.floor(fraction() * (highest - lowest + 1))
  return {
    fraction,
    integer,
    pick: (choices) => choices[integer(0, choices.length - 1)] ?? choices[0],
    chance: (probability) => fraction() < probability,
    bytes: (length) => Buffer.from(new Uint8Array(length).map(() => integer(0, 255))),
    fork: (label) => seededRandom(`${seed}/${label}`),
  }
}

/** FNV-1a. */
function hash(text: string): number {
  return Buffer.from(text).reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193), 0x811c9dc5)
}
