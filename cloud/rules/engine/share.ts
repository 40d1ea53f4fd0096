import { type Condition, GONE, HOLDS } from './condition.ts'

const BITS = 30
const WORD = 2 ** BITS - 1

/** By which of the last samples the condition held: bits, the newest lowest, in words of 30, which Node keeps as they are. */
type Bits = readonly number[]

interface Counted {
  readonly bits?: Bits | undefined
  readonly inner?: unknown
}

/** `of: { n, m }`: holds while the condition held at n or more of its last m samples, and does not otherwise. */
export function shareOf(condition: Condition, { n, m }: { n: number; m: number }): Condition<Counted> {
  return {
    properties: condition.properties,
    usable: condition.usable,
    remember(counted, now) {
      const inner = condition.remember?.(counted?.inner, now)
      const bits = followedBy(counted?.bits, condition.judge(inner, now) === HOLDS ? 1 : 0, m)
      return bits === undefined && inner === undefined ? undefined : { bits, inner }
    },
    judge: (counted) => (countOf(counted?.bits) >= n ? HOLDS : GONE),
    fields: (_on, now) => ({ ...condition.fields(true, now), of: { n, m } }),
    counted: (counted) => countOf(counted?.bits),
  }
}

/** Undefined where none is set: at rest there is nothing to remember. */
function followedBy(bits: Bits | undefined, bit: 0 | 1, m: number): Bits | undefined {
  if (bits === undefined) return bit === 0 ? undefined : [1]
  const next: number[] = []
  let carry: number = bit
  let left = m
  for (let i = 0; left > 0 && (i < bits.length || carry > 0); i += 1, left -= BITS) {
    const word = bits[i] ?? 0
    const shifted = ((word << 1) | carry) & WORD
    carry = word >>> (BITS - 1)
    next.push(left < BITS ? shifted & (2 ** left - 1) : shifted)
  }
  return next.some((word) => word !== 0) ? next : undefined
}

function countOf(bits: Bits | undefined): number {
  let count = 0
  for (let word of bits ?? []) for (; word !== 0; word &= word - 1) count += 1
  return count
}
