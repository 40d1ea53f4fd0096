import type { Box } from '@ganzhi/models/detection'
import { overlapOf } from '@ganzhi/models/overlap'

/** 0 for the same box, up to 2 for boxes far apart: overlap, and where there is none, how far (Zheng et al. 2020, DIoU). */
export function distanceOf(a: Box, b: Box): number {
  const apart = ((a[0] + a[2] - b[0] - b[2]) / 2) ** 2 + ((a[1] + a[3] - b[1] - b[3]) / 2) ** 2
  const across =
    (Math.max(a[2], b[2]) - Math.min(a[0], b[0])) ** 2 + (Math.max(a[3], b[3]) - Math.min(a[1], b[1])) ** 2
  return 1 - overlapOf(a, b) + (across > 0 ? apart / across : 0)
}
