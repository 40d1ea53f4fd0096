import type { Box } from './detection.ts'

export function areaOf([x1, y1, x2, y2]: Box): number {
  return Math.max(0, x2 - x1) * Math.max(0, y2 - y1)
}

export function sharedArea(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0])
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1])
  return width > 0 && height > 0 ? width * height : 0
}

/** Intersection over union, 0 to 1. */
export function overlapOf(a: Box, b: Box): number {
  const shared = sharedArea(a, b)
  return shared === 0 ? 0 : shared / (areaOf(a) + areaOf(b) - shared)
}

/** Of boxes of one label that overlap by more than `most`, the one with the best score. */
export function withoutOverlaps<
  T extends { readonly box: Box; readonly score: number; readonly label: unknown },
>(found: readonly T[], most: number): T[] {
  const kept = new Map<unknown, T[]>()
  const best = found.toSorted((a, b) => b.score - a.score)
  return best.filter((each) => {
    const rivals = kept.get(each.label) ?? []
    if (rivals.some((rival) => overlapOf(rival.box, each.box) > most)) return false
    rivals.push(each)
    kept.set(each.label, rivals)
    return true
  })
}
