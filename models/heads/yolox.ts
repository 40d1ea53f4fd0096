import { centred, type HeadFamily } from './head.ts'
import { cellsOf, gridsOf, type Cell } from './grid.ts'
import { objectRows } from './object-rows.ts'
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

    return (outputs, floor) =>
      objectRows(tableAt(outputs, at), floor, (data, start, row) => {
        const [x, y, w, h] = data.subarray(start, start + 4) as unknown as [number, number, number, number]
        if (decoded) return centred(x, y, w, h)
        const { stride, ...cell } = cells[row] as Cell
        return centred(
          (x + cell.x) * stride,
          (y + cell.y) * stride,
          Math.exp(w) * stride,
          Math.exp(h) * stride,
        )
      })
  },
}
