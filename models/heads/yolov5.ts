import { centred, type HeadFamily } from './head.ts'
import { gridsOf, pyramidOf } from './grid.ts'
import { objectRows } from './object-rows.ts'
import { columnRange, findTable, isRelative, mustBeScores, tableAt } from './table.ts'

/** Rows of centre, size, objectness and classes, decoded; three a cell, or with YOLOv6 one. */
export const yolov5: HeadFamily = {
  overlapping: true,
  bind(trial, model) {
    const width = 5 + model.labels.length
    const { at, table } = findTable(
      trial,
      `rows of ${width} columns, one or three a cell`,
      ({ rows, columns }) =>
        columns === width && (pyramidOf(model, rows / 3) ?? gridsOf(model, rows)) !== undefined,
    )
    mustBeScores(columnRange(table, 4, width))
    const relative = isRelative(columnRange(table, 0, 4))
    const [scaleX, scaleY] = relative ? [model.width, model.height] : [1, 1]

    return (outputs, floor) =>
      objectRows(tableAt(outputs, at), floor, (data, start) => {
        const [x, y, w, h] = data.subarray(start, start + 4) as unknown as [number, number, number, number]
        return centred(x * scaleX, y * scaleY, w * scaleX, h * scaleY)
      })
  },
}
