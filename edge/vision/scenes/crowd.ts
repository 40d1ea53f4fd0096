import { footOf, heightOf, type Thing } from './thing.ts'

export interface Nearness {
  /** In heights of the people. */
  readonly reach: number
  /** How much longer the ground is than it looks. */
  readonly depth: number
  readonly neighbours: number
  /** Width of the picture ÷ its height. */
  readonly aspect: number
}

/** Of two who stand side by side neither is twice as large: one of them is nearer to the camera. */
const SIZE_RATIO = 2

/**
 * Groups of people who stand together, the largest first (DBSCAN over the points where they stand). Distances are in
 * their own heights, so that near and far are alike and no camera has to be calibrated.
 */
export function crowdsIn(people: readonly Thing[], nearness: Nearness): Thing[][] {
  const near = people.map((one) =>
    people.filter((other) => other !== one && standTogether(one, other, nearness)),
  )
  const isCore = near.map((others) => others.length >= nearness.neighbours)
  const indexOf = new Map(people.map((one, i) => [one, i]))
  const taken = new Set<Thing>()
  const crowds: Thing[][] = []
  for (const [i, first] of people.entries()) {
    if (!isCore[i] || taken.has(first)) continue
    const crowd = [first]
    taken.add(first)
    // Grows while it is gone through.
    for (const one of crowd) {
      const index = indexOf.get(one) ?? 0
      if (!isCore[index]) continue
      for (const other of near[index] ?? []) {
        if (taken.has(other)) continue
        taken.add(other)
        crowd.push(other)
      }
    }
    crowds.push(crowd)
  }
  return crowds.sort((a, b) => b.length - a.length)
}

function standTogether(one: Thing, other: Thing, { reach, depth, aspect }: Nearness): boolean {
  const [a, b] = [heightOf(one), heightOf(other)]
  if (Math.max(a, b) > SIZE_RATIO * Math.min(a, b)) return false
  const [[x1, y1], [x2, y2]] = [footOf(one), footOf(other)]
  return Math.hypot((x1 - x2) * aspect, (y1 - y2) * depth) <= (reach * (a + b)) / 2
}
