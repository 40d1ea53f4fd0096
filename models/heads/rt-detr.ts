import { centred, sigmoid, type Candidate, type HeadFamily } from './head.ts'
import { mustFindListed } from './listed.ts'
import { columnRange, findTable, mustBeScores, rangeOf, tableAt } from './table.ts'
import { mismatch } from '../model-error.ts'
import type { Tensor } from '../tensor.ts'

type Four = [number, number, number, number]

/** RT-DETR, D-FINE and DEIM with their post-processing: boxes scaled to the size that they were asked for. */
export const rtDetr: HeadFamily = {
  overlapping: false,
  bind(trial) {
    const listed = mustFindListed(trial)
    mustBeScores(rangeOf((trial[listed.scores] as Tensor).data))

    return (outputs, floor) => {
      const [boxes, scores, classes] = [listed.boxes, listed.scores, listed.classes].map(
        (at) => (outputs[at] as Tensor).data,
      ) as [Float32Array, Float32Array, Float32Array]
      const found: Candidate[] = []
      scores.forEach((score, row) => {
        if (score < floor) return
        const box = boxes.subarray(row * 4, row * 4 + 4) as unknown as Four
        found.push({ box: [...box], score, label: classes[row] as number })
      })
      return found
    }
  },
}

/** RT-DETR as Ultralytics exports it: centre and size as parts of the picture, then classes, in one table. */
export const rtDetrUltralytics: HeadFamily = {
  overlapping: false,
  bind(trial, model) {
    const width = 4 + model.labels.length
    const { at, table } = findTable(trial, `rows of ${width} columns`, ({ columns }) => columns === width)
    mustBeScores(columnRange(table, 4, width))
    mustBeParts(columnRange(table, 0, 4).high)

    return (outputs, floor) => {
      const { data, rows, columns } = tableAt(outputs, at)
      const found: Candidate[] = []
      for (let row = 0; row < rows; row++) {
        const start = row * columns
        const box = relativeBox(data, start, model)
        for (let label = 0; label < columns - 4; label++) {
          const score = data[start + 4 + label] as number
          if (score >= floor) found.push({ box, score, label })
        }
      }
      return found
    }
  },
}

/** RF-DETR: boxes as parts of the picture beside a table of logits; a query may be more than one thing. */
export const rfDetr: HeadFamily = {
  overlapping: false,
  bind(trial, model) {
    const dets = findTable(
      trial,
      'a table of four columns',
      ({ columns }, name) => columns === 4 && name !== 'labels',
    )
    const most = model.labels.length
    const logits = findTable(
      trial,
      `a table of ${most} logits a box`,
      ({ rows, columns }, name) =>
        rows === dets.table.rows &&
        name !== trial[dets.at]?.name &&
        (columns === most || columns === most + 1),
    )
    mustBeParts(columnRange(dets.table, 0, 4).high)

    return (outputs, floor) => {
      const { data: boxes } = tableAt(outputs, dets.at)
      const { data, rows, columns } = tableAt(outputs, logits.at)
      // Compared before the sigmoid: it is taken of the few that are kept.
      const least = Math.log(floor / (1 - floor))
      const found: Candidate[] = []
      for (let row = 0; row < rows; row++) {
        for (let label = 0; label < most; label++) {
          const logit = data[row * columns + label] as number
          if (logit >= least)
            found.push({ box: relativeBox(boxes, row * 4, model), score: sigmoid(logit), label })
        }
      }
      return found
    }
  },
}

function mustBeParts(high: number): void {
  if (high > 2) throw mismatch('head', `its boxes go up to ${high.toFixed(1)}, not from 0 to 1`)
}

function relativeBox(data: Float32Array, at: number, { width, height }: { width: number; height: number }) {
  const [x, y, w, h] = data.subarray(at, at + 4) as unknown as Four
  return centred(x * width, y * height, w * width, h * height)
}
