import type { Box, Detection } from './detection.ts'
import type { Detector } from './detector.ts'
import type { Region } from './fit.ts'
import type { Frame } from './frame.ts'
import { areaOf, sharedArea, withoutOverlaps } from './overlap.ts'

export interface TileOptions {
  readonly columns: number
  readonly rows: number
  /** Share of a tile that its neighbour sees too; 0.2 unless told. */
  readonly overlap?: number
  readonly score?: number
}

/** Looks at the whole frame and at its parts, where what is far away or in a crowd is larger; a thing counts once. */
export async function detectTiled(
  detector: Detector,
  frame: Frame,
  { columns, rows, overlap = 0.2, score }: TileOptions,
): Promise<Detection[]> {
  const options = score === undefined ? {} : { score }
  const whole: Detection[] = await detector.detect(frame, options)
  const parts: Part[] = []
  for (const region of tilesOf(frame, { columns, rows, overlap })) {
    for (const found of await detector.detect(frame, { ...options, region })) {
      const cut = cutSides(found.box, region, frame)
      if (cut.includes(true)) parts.push({ ...found, cut })
      else whole.push(found)
    }
  }
  return merged(whole, parts, detector.card.thresholds?.overlap ?? MOST_OVERLAP)
}

const MOST_OVERLAP = 0.5

/** Tiles of one size that cover the frame. */
function tilesOf(frame: Frame, { columns, rows, overlap }: Required<Omit<TileOptions, 'score'>>): Region[] {
  const across = spans(frame.width, columns, overlap)
  return spans(frame.height, rows, overlap).flatMap((down) =>
    across.map(({ from, length }) => ({ x: from, y: down.from, width: length, height: down.length })),
  )
}

function spans(total: number, many: number, overlap: number): { from: number; length: number }[] {
  const length = Math.min(total, Math.max(2, Math.ceil(total / (many - (many - 1) * overlap))))
  const step = many > 1 ? (total - length) / (many - 1) : 0
  return Array.from({ length: many }, (_, i) => ({ from: Math.round(i * step), length }))
}

/** What a tile shows of a thing that goes on in the next one. */
interface Part extends Detection {
  readonly cut: CutSides
}

/** Left, top, right, bottom: where a box ends at a side of its tile behind which the frame goes on. */
type CutSides = readonly [boolean, boolean, boolean, boolean]

function cutSides([x1, y1, x2, y2]: Box, { x, y, width, height }: Region, frame: Frame): CutSides {
  const near = 0.01 * Math.max(width, height)
  return [
    x > 0 && x1 - x < near,
    y > 0 && y1 - y < near,
    x + width < frame.width && x + width - x2 < near,
    y + height < frame.height && y + height - y2 < near,
  ]
}

function merged(whole: readonly Detection[], parts: readonly Part[], most: number): Detection[] {
  const kept = withoutOverlaps(whole, most)
  const alone: Part[] = []
  for (const part of parts.toSorted((a, b) => b.score - a.score)) {
    const ofItsLabel = (each: Detection) => each.label === part.label
    if ([...kept, ...alone].some((each) => ofItsLabel(each) && shareWithin(part.box, each.box) > 0.5))
      continue
    const other = alone.findIndex((each) => ofItsLabel(each) && (meet(each, part, 0) || meet(each, part, 1)))
    if (other < 0) alone.push(part)
    else alone[other] = joined(alone[other] as Part, part)
  }
  return [...kept, ...alone.map(({ label, score, box }) => ({ label, score, box }))].toSorted(
    (a, b) => b.score - a.score,
  )
}

/** How much of a box lies within another. */
function shareWithin(box: Box, outer: Box): number {
  return sharedArea(box, outer) / Math.max(1e-6, areaOf(box))
}

/** Whether two parts are cut where they face each other along an axis, and are as one across it. */
function meet(a: Part, b: Part, axis: 0 | 1): boolean {
  const facing = (a.cut[axis + 2] && b.cut[axis]) || (a.cut[axis] && b.cut[axis + 2])
  if (!facing || sharedArea(a.box, b.box) === 0) return false
  const [from, to] = axis === 0 ? [1, 3] : [0, 2]
  const shared =
    Math.min(a.box[to] as number, b.box[to] as number) -
    Math.max(a.box[from] as number, b.box[from] as number)
  const all =
    Math.max(a.box[to] as number, b.box[to] as number) -
    Math.min(a.box[from] as number, b.box[from] as number)
  return shared / all > 0.7
}

function joined(a: Part, b: Part): Part {
  const box: Box = [
    Math.min(a.box[0], b.box[0]),
    Math.min(a.box[1], b.box[1]),
    Math.max(a.box[2], b.box[2]),
    Math.max(a.box[3], b.box[3]),
  ]
  return { label: a.label, score: Math.max(a.score, b.score), box, cut: a.cut }
}
