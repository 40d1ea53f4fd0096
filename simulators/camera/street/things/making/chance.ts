/** Even in [0, 1): a `randomStream` of simulators/signal.ts. */
export type Random = () => number

export function between(random: Random, low: number, high: number): number {
  return low + random() * (high - low)
}

export function chance(random: Random, share: number): boolean {
  return random() < share
}

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T
}

/** As often as its weight says. */
export function weighted<T extends string>(random: Random, weights: Readonly<Partial<Record<T, number>>>): T {
  const entries = Object.entries(weights) as [T, number][]
  let at = random() * entries.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [name, weight] of entries) {
    at -= weight
    if (at < 0) return name
  }
  return (entries.at(-1) as [T, number])[0]
}

/** A stream of its own, so that what is drawn from it changes nothing that comes after. */
export function fork(random: Random): number {
  return Math.floor(random() * 2 ** 31)
}

/** About 0 with deviation 1, never beyond ±3. */
export function bell(random: Random): number {
  return (random() + random() + random() + random() - 2) * 1.5
}
