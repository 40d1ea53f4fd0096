import { mismatch } from '../model-error.ts'
import { shapeText } from '../tensor.ts'
import { gridsOf } from './grid.ts'
import { centred, type Candidate, type HeadFamily } from './head.ts'
import { columnRange, findTable, isRelative, mustBeScores, tableAt, type Table } from './table.ts'

/** A column a cell: centre, size, then classes; no objectness. */
export const yolov8: HeadFamily = {
  overlapping: true,
  bind(trial, model) {
    const width = 4 + model.labels.length
    const { at, table } = findTable(
      trial,
      `${width} rows with a column a cell`,
      ({ rows, columns }) => rows === width && gridsOf(model, columns) !== undefined,
    )
    if (trial.some(({ dims }) => dims.length > 3)) {
      const shapes = trial.map(({ dims }) => shapeText(dims)).join(', ')
      throw mismatch('head', `a detector gives one table, this gives ${shapes}`)
    }
    mustBeScores(rowRange(table, 4, width))
    const [scaleX, scaleY] = isRelative(rowRange(table, 0, 4)) ? [model.width, model.height] : [1, 1]

    return (outputs, floor) => {
      const { data, rows, columns: cells } = tableAt(outputs, at)
      // Class by class, so that memory is read in the order it lies.
      const best = new Float32Array(cells)
      const labels = new Int32Array(cells)
      for (let row = 4; row < rows; row++) {
        const start = row * cells
        for (let cell = 0; cell < cells; cell++) {
          const score = data[start + cell] as number
          if (score > (best[cell] as number)) {
            best[cell] = score
            labels[cell] = row - 4
          }
        }
      }
      const found: Candidate[] = []
      for (let cell = 0; cell < cells; cell++) {
        const score = best[cell] as number
        if (score < floor || score === 0) continue
        const box = centred(
          (data[cell] as number) * scaleX,
          (data[cells + cell] as number) * scaleY,
          (data[2 * cells + cell] as number) * scaleX,
          (data[3 * cells + cell] as number) * scaleY,
        )
        found.push({ box, score, label: labels[cell] as number })
      }
      return found
    }
  },
}

function rowRange({ data, columns }: Table, from: number, to: number) {
  const part = data.subarray(from * columns, to * columns)
  return columnRange({ data: part, rows: 1, columns: part.length }, 0, part.length)
}
