import type { Box } from '@ganzhi/models/detection'

/** Shared area by joint area, 0 to 1. */
export function overlapOf(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0])
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1])
  if (width <= 0 || height <= 0) return 0
  const shared = width * height
  return shared / (areaOf(a) + areaOf(b) - shared)
}

/** 0 for the same box, up to 2 for boxes far apart: overlap, and where there is none, how far (Zheng et al. 2020, DIoU). */
export function distanceOf(a: Box, b: Box): number {
  const apart = ((a[0] + a[2] - b[0] - b[2]) / 2) ** 2 + ((a[1] + a[3] - b[1] - b[3]) / 2) ** 2
  const across =
    (Math.max(a[2], b[2]) - Math.min(a[0], b[0])) ** 2 + (Math.max(a[3], b[3]) - Math.min(a[1], b[1])) ** 2
  return 1 - overlapOf(a, b) + (across > 0 ? apart / across : 0)
}

function areaOf([x1, y1, x2, y2]: Box): number {
  return Math.max(0, x2 - x1) * Math.max(0, y2 - y1)
}
