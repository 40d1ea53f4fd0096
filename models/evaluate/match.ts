import type { Box, Detection } from '../detection.ts'

/** What a person has marked in a picture. */
export interface Truth {
  readonly label: string
  readonly box: Box
  /** So many that nobody told them apart: whatever is found inside is neither right nor wrong. */
  readonly crowd: boolean
}

/** COCO's: 0.5, 0.55 … 0.95. */
export const OVERLAPS: readonly number[] = Array.from({ length: 10 }, (_, i) => (50 + 5 * i) / 100)

export type Verdict = 'right' | 'wrong' | 'ignored'

/** One detection, judged at each of the overlaps. */
export interface Judged {
  readonly score: number
  readonly verdicts: readonly Verdict[]
}

/**
 * Detections and truths of one label in one picture. As in COCO's evaluation the best scored choose first, each the truth that
 * it overlaps most among those left, and a crowd only when no single truth is left to it.
 */
export function judge(detections: readonly Detection[], truths: readonly Truth[]): Judged[] {
  const best = detections.toSorted((a, b) => b.score - a.score)
  const overlaps = best.map(({ box }) =>
    truths.map((truth) => (truth.crowd ? shareInside(box, truth.box) : overlapOf(box, truth.box))),
  )
  const verdicts = OVERLAPS.map((enough) => verdictsAt(enough, overlaps, truths))
  return best.map(({ score }, i) => ({ score, verdicts: verdicts.map((all) => all[i] ?? 'wrong') }))
}

function verdictsAt(
  enough: number,
  overlaps: readonly (readonly number[])[],
  truths: readonly Truth[],
): Verdict[] {
  const taken = new Set<number>()
  return overlaps.map((row) => {
    const single = bestOf(row, enough, (i) => truths[i]?.crowd === false && !taken.has(i))
    if (single !== undefined) {
      taken.add(single)
      return 'right'
    }
    return bestOf(row, enough, (i) => truths[i]?.crowd === true) === undefined ? 'wrong' : 'ignored'
  })
}

/** Of equal ones the last, as COCO's evaluation has it. */
function bestOf(row: readonly number[], enough: number, allowed: (i: number) => boolean): number | undefined {
  let best: number | undefined
  let most = enough
  for (const [i, overlap] of row.entries()) {
    if (overlap < most || !allowed(i)) continue
    best = i
    most = overlap
  }
  return best
}

function overlapOf(a: Box, b: Box): number {
  const common = commonArea(a, b)
  return common === 0 ? 0 : common / (areaOf(a) + areaOf(b) - common)
}

/** A crowd is larger than anything in it: how much of the found one lies in it tells. */
function shareInside(found: Box, crowd: Box): number {
  const area = areaOf(found)
  return area === 0 ? 0 : commonArea(found, crowd) / area
}

function commonArea(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0])
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1])
  return width > 0 && height > 0 ? width * height : 0
}

function areaOf([x1, y1, x2, y2]: Box): number {
  return Math.max(0, x2 - x1) * Math.max(0, y2 - y1)
}
