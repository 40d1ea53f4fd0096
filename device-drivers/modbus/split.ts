import type { Place } from './plan.ts'

/** Two parts of a read that was declined: near its middle, but rather in a gap than between values. */
export function halves(places: readonly Place[]): [Place[], Place[]] {
  const middle = ((places[0]?.from ?? 0) + (places.at(-1)?.to ?? 0)) / 2
  let at = 1
  let best = Infinity
  places.forEach((place, i) => {
    const before = places[i - 1]
    if (!before) return
    const gap = Math.max(0, place.from - before.to)
    const distance = Math.abs((before.to + place.from) / 2 - middle) - gap
    if (distance < best) {
      best = distance
      at = i
    }
  })
  return [places.slice(0, at), places.slice(at)]
}

/** The shortest read over the gap between two parts, if there is one: it tells a gap that is refused from a read too long. */
export function teller(left: readonly Place[], right: readonly Place[]): Place[] | undefined {
  const [before, after] = [left.at(-1), right[0]]
  return before && after && before.to < after.from ? [before, after] : undefined
}
