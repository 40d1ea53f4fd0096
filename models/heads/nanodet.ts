import { mismatch } from '../model-error.ts'
import { shapeText, type Tensor } from '../tensor.ts'
import { boxAround } from './distribution.ts'
import { cellsOf, gridOf, gridsOf, type Cell } from './grid.ts'
import { bestOf, sigmoid, type Candidate, type HeadFamily, type HeadModel } from './head.ts'
import { asTable, columnRange, findTable, isProbable, mustBeScores, tableAt, type Table } from './table.ts'

/** Scores and distances of one stride. */
export interface Level {
  readonly scores: number
  readonly distances: number
  readonly stride: number
}

const STRIDES = [4, 8, 16, 32, 64, 128]

/** Exports give these in any order: a stride is known by its number of cells, scores by having a column a class. */
export function findLevels(
  outputs: readonly Tensor[],
  size: HeadModel,
  classes?: number,
): Level[] | undefined {
  const tables = outputs.map((output) => asTable(output))
  if (tables.length < 2 || tables.length % 2 > 0) return undefined
  const levels = STRIDES.map((stride) => {
    const { cells } = gridOf(size, stride)
    const [a, b, ...more] = tables.keys().filter((at) => tables[at]?.rows === cells)
    if (a === undefined || b === undefined || more.length > 0) return undefined
    const [scores, distances] = isDistances(tables[a], tables[b], classes) ? [b, a] : [a, b]
    return (tables[distances]?.columns ?? 1) % 4 > 0 ? undefined : { scores, distances, stride }
  }).filter((level) => level !== undefined)
  return levels.length * 2 === outputs.length ? levels : undefined
}

function isDistances(table?: Table, other?: Table, classes?: number): boolean {
  if (!table || !other) return false
  if (table.columns !== other.columns)
    return classes === undefined ? table.columns === 32 : table.columns !== classes
  return !isProbable(columnRange(table, 0, table.columns))
}

/** NanoDet and PicoDet: a pair of outputs a stride, measured from the middle of each cell. */
export const nanodet: HeadFamily = {
  overlapping: true,
  bind(trial, model) {
    const levels = findLevels(trial, model, model.labels.length)
    if (!levels || levels.some(({ scores }) => trial[scores]?.dims.at(-1) !== model.labels.length)) {
      const given = trial.map(({ dims }) => shapeText(dims)).join(', ')
      throw mismatch(
        'head',
        `it gives no pair of ${model.labels.length} scores and distances a stride but ${given}`,
      )
    }
    const grids = levels.map(({ stride }) => cellsOf([gridOf(model, stride)]))
    const ranges = levels.map(({ scores }) => columnRange(tableAt(trial, scores), 0, model.labels.length))
    const toScore = ranges.every(isProbable) ? (value: number) => value : sigmoid

    return (outputs, floor) => {
      const found: Candidate[] = []
      for (const [i, level] of levels.entries()) {
        const { data, rows, columns } = tableAt(outputs, level.scores)
        const distances = tableAt(outputs, level.distances)
        for (let row = 0; row < rows; row++) {
          const label = bestOf(data, row * columns, columns)
          const score = toScore(data[row * columns + label] as number)
          if (!(score >= floor)) continue
          const { x, y, stride } = (grids[i] as Cell[])[row] as Cell
          const at = row * distances.columns
          const bins = distances.columns / 4
          const box = boxAround((x + 0.5) * stride, (y + 0.5) * stride, stride, distances.data, at, bins)
          found.push({ box, score, label })
        }
      }
      return found
    }
  },
}

const BINS = 8

/** NanoDet-Plus: classes and distances in one table, measured from each cell's corner. */
export const nanodetPlus: HeadFamily = {
  overlapping: true,
  bind(trial, model) {
    const classes = model.labels.length
    const width = classes + 4 * BINS
    const { at, table } = findTable(
      trial,
      `rows of ${width} columns, one a cell`,
      ({ rows, columns }) => columns === width && gridsOf(model, rows) !== undefined,
    )
    mustBeScores(columnRange(table, 0, classes))
    const cells = cellsOf(gridsOf(model, table.rows) ?? [])

    return (outputs, floor) => {
      const { data, rows, columns } = tableAt(outputs, at)
      const found: Candidate[] = []
      for (let row = 0; row < rows; row++) {
        const label = bestOf(data, row * columns, classes)
        const score = data[row * columns + label] as number
        if (!(score >= floor)) continue
        const { x, y, stride } = cells[row] as Cell
        const box = boxAround(x * stride, y * stride, stride, data, row * columns + classes, BINS)
        found.push({ box, score, label })
      }
      return found
    }
  },
}
