/** Everything here is a pure function of a seed and the time: any moment can be asked for, in any order, on any machine. */

/** Even in [0, 1), and without a pattern that a chart would show. */
function scatter(key: number, n: number): number {
  let h = Math.imul(key ^ Math.imul(n | 0, 0x9e37_79b1), 0x85eb_ca6b)
  h = Math.imul(h ^ (h >>> 15), 0x2c1b_3c6d)
  h = Math.imul(h ^ (h >>> 12), 0x297a_2d39)
  return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32
}

/** The one number in [0, 1) of a key. */
export function share(key: number): number {
  return scatter(key, 0)
}

/** A stream of numbers in [0, 1): the same for the same key. */
export function randomStream(key: number): () => number {
  let n = 0
  return () => scatter(key, n++)
}

/** A number for a name, so that every sensor wanders on its own. */
export function keyOf(seed: number, ...names: (string | number)[]): number {
  let key = seed | 0
  for (const char of names.join('/')) key = Math.imul(key ^ (char.codePointAt(0) ?? 0), 0x0100_0193)
  return key
}

const PERIODS_S = [7, 61, 600, 5_400]

/** A walk within [-1, 1]: slow swings with ever smaller ones on top. */
export function wander(key: number, ms: number): number {
  let sum = 0
  let weights = 0
  PERIODS_S.forEach((period, octave) => {
    const at = ms / 1_000 / period
    const from = Math.floor(at)
    const share = at - from
    const smooth = share * share * (3 - 2 * share)
    const value = (n: number) => 2 * scatter(key + octave, n) - 1
    const weight = octave + 1
    sum += weight * (value(from) * (1 - smooth) + value(from + 1) * smooth)
    weights += weight
  })
  return sum / weights
}

const DAY_MS = 86_400_000
/** Asia/Shanghai, all year. */
const ZONE_MS = 8 * 3_600_000

/** Hours since local midnight, [0, 24). */
export function hourOfDay(ms: number): number {
  return ((((ms + ZONE_MS) % DAY_MS) + DAY_MS) % DAY_MS) / 3_600_000
}

/** From -1 to 1 and back within a day, highest at `peakHour`. */
export function daily(ms: number, peakHour: number): number {
  return Math.cos(((hourOfDay(ms) - peakHour) / 24) * 2 * Math.PI)
}

/** High when a city is on its way, 0 to 1. */
export function rushHour(ms: number): number {
  const near = (hour: number) => Math.exp(-((hourOfDay(ms) - hour) ** 2) / 2)
  return Math.min(1, near(8) + near(18))
}
