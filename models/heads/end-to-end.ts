import { mismatch } from '../model-error.ts'
import type { Candidate, HeadFamily } from './head.ts'
import { columnRange, findTable, isRelative, mustBeScores, tableAt } from './table.ts'

/** The model's own choice: x1, y1, x2, y2, score, class; YOLOv10, YOLO26 and exports with NMS inside, which fill up with zeros. */
export const endToEnd: HeadFamily = {
  overlapping: false,
  bind(trial, model) {
    const { at, table } = findTable(trial, 'rows of 6 columns', ({ columns }) => columns === 6)
    mustBeScores(columnRange(table, 4, 5))
    for (let row = 0; row < table.rows; row++) {
      const label = table.data[row * 6 + 5] as number
      if (!Number.isInteger(label))
        throw mismatch('head', `its sixth column holds ${label}, which is no class`)
    }

    return (outputs, floor) => {
      const now = tableAt(outputs, at)
      const { data, rows } = now
      const [scaleX, scaleY] = isRelative(columnRange(now, 0, 4)) ? [model.width, model.height] : [1, 1]
      const found: Candidate[] = []
      for (let row = 0; row < rows; row++) {
        const [x1, y1, x2, y2, score, label] = data.subarray(row * 6, row * 6 + 6) as unknown as Six
        if (!(score >= floor) || score === 0) continue
        found.push({ box: [x1 * scaleX, y1 * scaleY, x2 * scaleX, y2 * scaleY], score, label })
      }
      return found
    }
  },
}

type Six = [number, number, number, number, number, number]
