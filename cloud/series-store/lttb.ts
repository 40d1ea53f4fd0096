export interface Point {
  readonly at: number
  readonly value: number
}

/**
 * Largest triangle three buckets (S. Steinarsson, "Downsampling Time Series for Visual Representation", 2013): of each
 * bucket the point that, with the point chosen before and the mean of the next bucket, spans the largest triangle.
 */
export function largestTriangles<P extends Point>(points: readonly P[], count: number): P[] {
  const [first, last] = [points[0], points.at(-1)]
  if (points.length <= count || !first || !last) return [...points]
  if (count < 3) return [first, last].slice(0, count)
  const width = (points.length - 2) / (count - 2)
  const bucket = (i: number) => points.slice(1 + Math.floor(i * width), 1 + Math.floor((i + 1) * width))
  const chosen = [first]
  for (let i = 0; i < count - 2; i++) {
    const ahead = i === count - 3 ? [last] : bucket(i + 1)
    const corner = { at: mean(ahead, (point) => point.at), value: mean(ahead, (point) => point.value) }
    chosen.push(farthest(bucket(i), chosen.at(-1) ?? first, corner))
  }
  return [...chosen, last]
}

function farthest<P extends Point>(candidates: readonly P[], from: P, to: Point): P {
  let best = from
  let largest = -1
  for (const point of candidates) {
    const area = Math.abs(
      (from.at - to.at) * (point.value - from.value) - (from.at - point.at) * (to.value - from.value),
    )
    if (area > largest) [best, largest] = [point, area]
  }
  return best
}

function mean<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item) / items.length, 0)
}
