const [SPACE, PLUS, MINUS, DOT, ZERO, NINE, COLON] = [0x20, 0x2b, 0x2d, 0x2e, 0x30, 0x39, 0x3a]
const POWERS = Array.from({ length: 16 }, (_, i) => 10 ** i)
/** So many digits are a whole number below 2^53 whatever they are, and by a power of ten it divides without a second rounding. */
const EXACT_DIGITS = 15

/** A plain decimal; undefined for all that is written otherwise, which is for `Number` to judge. */
export function plainNumber(bytes: Uint8Array, start: number, end: number): number | undefined {
  let i = start
  const negative = bytes[i] === MINUS
  if (negative || bytes[i] === PLUS) i += 1
  let digits = 0
  let whole = 0
  let point = -1
  for (; i < end; i += 1) {
    const byte = bytes[i] as number
    if (isDigit(byte)) {
      whole = whole * 10 + (byte - ZERO)
      digits += 1
    } else if (byte === DOT && point < 0) point = digits
    else return undefined
  }
  if (digits === 0 || digits > EXACT_DIGITS) return undefined
  const number = point < 0 ? whole : whole / (POWERS[digits - point] as number)
  return negative ? -number : number
}

/** Reads times of RFC 3339; a day is reckoned once, as most follow on the same. */
export function timeReader(): (bytes: Uint8Array, start: number, end: number) => number | undefined {
  let [knownDate, midnight] = [-1, NaN]

  return (bytes, start, end) => {
    // 2026-11-21T08:00:00Z
    if (end - start < 20 || bytes[start + 4] !== MINUS || bytes[start + 7] !== MINUS) return undefined
    const separator = bytes[start + 10]
    if (separator !== 0x54 && separator !== 0x74 && separator !== SPACE) return undefined
    if (bytes[start + 13] !== COLON || bytes[start + 16] !== COLON) return undefined
    const century = two(bytes, start)
    const date =
      ((century * 100 + two(bytes, start + 2)) * 100 + two(bytes, start + 5)) * 100 + two(bytes, start + 8)
    if (date !== knownDate) {
      midnight = midnightOf(date)
      knownDate = date
    }
    const hours = two(bytes, start + 11)
    const minutes = two(bytes, start + 14)
    const seconds = two(bytes, start + 17)
    if (hours > 23 || minutes > 59 || seconds > 59) return undefined
    let i = start + 19
    let ms = 0
    if (bytes[i] === DOT) {
      const first = (i += 1)
      for (; i < end && isDigit(bytes[i] as number); i += 1) {
        // What is finer than a millisecond is cut off, as everywhere.
        if (i < first + 3) ms = ms * 10 + (bytes[i] as number) - ZERO
      }
      if (i === first) return undefined
      for (let digits = i - first; digits < 3; digits += 1) ms *= 10
    }
    const offset = offsetOf(bytes, i, end)
    const at = midnight + ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms - offset * 60_000
    return Number.isNaN(at) ? undefined : at
  }
}

const NO_DIGITS = 1_000_000_000

function two(bytes: Uint8Array, at: number): number {
  const tens = bytes[at] as number
  const ones = bytes[at + 1] as number
  return isDigit(tens) && isDigit(ones) ? (tens - ZERO) * 10 + (ones - ZERO) : NO_DIGITS
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE
}

/** Minutes east; NaN where there is none. */
function offsetOf(bytes: Uint8Array, at: number, end: number): number {
  const sign = bytes[at]
  if (sign === 0x5a || sign === 0x7a) return end === at + 1 ? 0 : NaN
  if ((sign !== PLUS && sign !== MINUS) || end !== at + 6 || bytes[at + 3] !== COLON) return NaN
  const [hours, minutes] = [two(bytes, at + 1), two(bytes, at + 4)]
  if (hours > 23 || minutes > 59) return NaN
  return sign === PLUS ? hours * 60 + minutes : -(hours * 60 + minutes)
}

/** Of `20260230` there is none. */
function midnightOf(date: number): number {
  if (date >= NO_DIGITS) return NaN
  const [year, month, day] = [Math.trunc(date / 10_000), Math.trunc(date / 100) % 100, date % 100]
  const at = Date.UTC(2000, month - 1, day)
  const midnight = new Date(at).setUTCFullYear(year, month - 1, day)
  const real = new Date(midnight)
  return real.getUTCMonth() === month - 1 && real.getUTCDate() === day ? midnight : NaN
}
