import { bestOf, centred, type Candidate, type HeadFamily } from './head.ts'
import { cellsOf, gridsOf, type Cell } from './grid.ts'
import { columnRange, findTable, mustBeScores, tableAt } from './table.ts'

/** One row a cell: offset and logarithm of the size in strides, or with `--decode_in_inference` pixels; objectness; classes. */
export const yolox: HeadFamily = {
  overlapping: true,
  bind(trial, model) {
    const width = 5 + model.labels.length
    const { at, table } = findTable(
      trial,
      `rows of ${width} columns, one a cell`,
      ({ rows, columns }) => columns === width && gridsOf(model, rows) !== undefined,
    )
    mustBeScores(columnRange(table, 4, width))
    const cells = cellsOf(gridsOf(model, table.rows) ?? [])
    // An offset stays within a few strides, a decoded centre goes as far as the picture.
    const decoded = columnRange(table, 0, 2).high > Math.min(model.width, model.height) / 4

    return (outputs, floor) => {
      const { data, rows, columns } = tableAt(outputs, at)
      const found: Candidate[] = []
      for (let row = 0; row < rows; row++) {
        const start = row * columns
        const objectness = data[start + 4] as number
        if (!(objectness >= floor)) continue
        const label = bestOf(data, start + 5, columns - 5)
        const score = objectness * (data[start + 5 + label] as number)
        if (!(score >= floor)) continue
        const [x, y, w, h] = data.subarray(start, start + 4) as unknown as [number, number, number, number]
        const cell = cells[row] as Cell
        const box = decoded
          ? centred(x, y, w, h)
          : centred(
              (x + cell.x) * cell.stride,
              (y + cell.y) * cell.stride,
              Math.exp(w) * cell.stride,
              Math.exp(h) * cell.stride,
            )
        found.push({ box, score, label })
      }
      return found
    }
  },
}
