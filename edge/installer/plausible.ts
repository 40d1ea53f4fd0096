import type { Candidate } from './explore.ts'

type Reading = Omit<Candidate, 'rank'>

/**
 * Which of the readings of one place a sensor could have meant, and which of them most likely. A float read in a wrong
 * order has any exponent; small whole numbers read as a float are far too small. So a float of a size that is met in
 * the field speaks for itself, and of whole numbers the smallest is likeliest. Zero says nothing: it is the same in
 * every order.
 */
export function ranked(readings: readonly Reading[]): Candidate[] {
  const smallest = new Map<string, number>()
  for (const reading of readings) {
    const { value } = reading.result
    if (typeof value !== 'number' || !isWhole(reading)) continue
    smallest.set(keyOf(reading), Math.min(smallest.get(keyOf(reading)) ?? Infinity, Math.abs(value)))
  }
  return readings.map((reading) => {
    const { value } = reading.result
    const isSmallest = typeof value === 'number' && Math.abs(value) === smallest.get(keyOf(reading))
    return { ...reading, rank: rankOf(reading, isSmallest) }
  })
}

function rankOf({ point: { type, order }, result: { value } }: Reading, isSmallest: boolean): number | null {
  if (typeof value === 'boolean') return 0
  if (typeof value === 'string') {
    // Two registers of anything are four letters one time in fifty.
    if (type !== 'string' || value.length < 4 || !isReadable(value)) return null
    return value.length >= 6 ? 0 : 4
  }
  if (typeof value !== 'number' || value === 0) return null
  const size = Math.abs(value)
  const usual = order === 'ABCD' || order === 'CDAB'
  switch (type) {
    case 'float64':
      return size >= 1e-3 && size <= 1e9 ? 1 : null
    case 'float32':
      if (size < 1e-2 || size > 1e7) return null
      if (!usual) return 6
      return value > 0 && size <= 1e5 ? 2 : 3
    case 'int16':
    case 'uint16':
      // A device with the bytes of a register swapped is rare; then its small numbers look large.
      if (order === 'AB') return size <= 20_000 ? 4 : null
      return isSmallest && size <= 2_000 && size % 256 !== 0 ? 7 : null
    case 'int32':
    case 'uint32':
      return isSmallest && size < 1e8 ? 5 : null
    case 'int64':
    case 'uint64':
      return isSmallest && size < 1e12 ? 5 : null
    case 'bcd32':
    case 'bcd64':
      return usual && size >= 10_000 ? 6 : null
    default:
      return null
  }
}

function isWhole({ point }: Reading): boolean {
  return point.type.includes('int')
}

function keyOf({ base, point }: Reading): string {
  return `${base} ${point.type}`
}

function isReadable(text: string): boolean {
  return /^[\p{L}\p{N}\p{P}\p{Zs}]+$/u.test(text)
}
