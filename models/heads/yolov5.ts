import { bestOf, centred, type Candidate, type HeadFamily } from './head.ts'
import { gridsOf, pyramidOf } from './grid.ts'
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
        const box = centred(
          (data[start] as number) * scaleX,
          (data[start + 1] as number) * scaleY,
          (data[start + 2] as number) * scaleX,
          (data[start + 3] as number) * scaleY,
        )
        found.push({ box, score, label })
      }
      return found
    }
  },
}
