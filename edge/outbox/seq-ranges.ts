export type SeqRange = readonly [first: number, last: number]

/** Sorted, disjoint and not adjacent. */
export type SeqRanges = readonly SeqRange[]

export function union(a: SeqRanges, b: SeqRanges): SeqRanges {
  const merged: [number, number][] = []
  for (const [first, last] of [...a, ...b].sort((x, y) => x[0] - y[0])) {
    if (last < first) continue
    const previous = merged.at(-1)
    if (previous && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last)
    else merged.push([first, last])
  }
  return merged
}

export function subtract(a: SeqRanges, b: SeqRanges): SeqRanges {
  const rest: SeqRange[] = []
  for (const [first, last] of a) {
    let from = first
    for (const [cutFirst, cutLast] of b) {
      if (cutLast < from) continue
      if (cutFirst > last) break
      if (cutFirst > from) rest.push([from, cutFirst - 1])
      from = cutLast + 1
    }
    if (from <= last) rest.push([from, last])
  }
  return rest
}

export function covers(ranges: SeqRanges, seq: number): boolean {
  return ranges.some(([first, last]) => first <= seq && seq <= last)
}

/** The seq up to which everything from 1 is there. */
export function contiguousFrom1(ranges: SeqRanges): number {
  const [lowest] = ranges
  return lowest?.[0] === 1 ? lowest[1] : 0
}
