import { badDataset, type Size } from './marked-picture.ts'
import type { Truth } from './match.ts'

/** How far beyond the picture's edge a mark may lie before it is a mistake: tools round. */
const SLACK = 0.01

/**
 * Lines of `class cx cy width height` in shares of the picture, or of `class x1 y1 x2 y2 x3 y3 …`, an outline, whose box counts.
 * Resolves the lines at once, so that a bad one is told before anything runs.
 */
export function parseYoloLabels(
  file: string,
  text: string,
  labels: readonly string[],
): (size: Size) => Truth[] {
  const marks = text.split(/\r?\n/).flatMap((line, i) => {
    const words = line.trim().split(/\s+/)
    return words[0] === '' ? [] : [markIn(`${file}:${i + 1}`, words, labels)]
  })
  return ({ width, height }) =>
    marks.map(({ label, shares: [x1, y1, x2, y2] }) => ({
      label,
      box: [x1 * width, y1 * height, x2 * width, y2 * height],
      crowd: false,
    }))
}

interface Mark {
  readonly label: string
  readonly shares: readonly [number, number, number, number]
}

function markIn(place: string, words: readonly string[], labels: readonly string[]): Mark {
  const [number, ...shares] = words.map(Number)
  const label = labels[number ?? -1]
  if (label === undefined) {
    throw badLine(
      place,
      `类别 class ${words[0]}`,
      `names 只有 has only ${labels.length}: 0–${labels.length - 1}`,
    )
  }
  if (shares.length !== 4 && (shares.length < 6 || shares.length % 2 === 1)) {
    throw badLine(
      place,
      `${words.length} 列 columns`,
      '应为 5 列（框）或 7、9、11… 列（轮廓）。 There must be 5 of a box, or 7, 9, 11 … of an outline.',
    )
  }
  const box = shares.length === 4 ? corners(shares) : outlineBox(shares)
  const [x1, y1, x2, y2] = box
  const inside = box.every((share) => share >= -SLACK && share <= 1 + SLACK)
  if (inside && x1 <= x2 && y1 <= y2) return { label, shares: box }
  throw badLine(
    place,
    words.slice(1).join(' '),
    '应为图片宽高的比例，0 到 1，不是像素。 They must be shares of the width and height, 0 to 1, no pixels.',
  )
}

function corners([cx = NaN, cy = NaN, width = NaN, height = NaN]: readonly number[]): Mark['shares'] {
  return [cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2]
}

function outlineBox(points: readonly number[]): Mark['shares'] {
  const xs = points.filter((_, i) => i % 2 === 0)
  const ys = points.filter((_, i) => i % 2 === 1)
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}

function badLine(place: string, what: string, remedy: string) {
  return badDataset(`${place}: ${what} 不对 is wrong`, { field: place, remedy })
}
