import { mismatch } from '../model-error.ts'
import type { Box } from '../detection.ts'
import { shapeText, type Tensor } from '../tensor.ts'
import type { Candidate, Decode, HeadFamily, HeadModel } from './head.ts'
import { findListed, type Listed } from './listed.ts'
import { asTable, columnRange, isRelative, mustBeScores, rangeOf, tableAt } from './table.ts'

/** SSD: its own choice of boxes as lists, or every prior with a score a class; class 0 is the background. */
export const ssd: HeadFamily = {
  overlapping: true,
  bind(trial, model) {
    const listed = findListed(trial)
    if (listed) {
      mustBeScores(rangeOf((trial[listed.scores] as Tensor).data))
      return listDecoder(listed, (trial[listed.boxes] as Tensor).name, model)
    }
    const priors = findPriors(trial, model)
    if (priors) return priorsDecoder(priors, model)
    const given = trial.map(({ name, dims }) => `${name} ${shapeText(dims)}`).join(', ')
    throw mismatch(
      'head',
      `it gives no boxes with scores and classes, nor ${model.labels.length} scores a prior, but ${given}`,
    )
  },
}

/** Labels may name the background, as the first; scores and ids always count it. */
function firstLabel({ labels }: HeadModel): 0 | 1 {
  return labels[0] === 'background' ? 0 : 1
}

/** TensorFlow's object detection API puts y before x. */
function cornersOf(data: Float32Array, row: number, swapped: boolean): Box {
  const [a, b, c, d] = data.subarray(row * 4, row * 4 + 4) as unknown as [number, number, number, number]
  return swapped ? [b, a, d, c] : [a, b, c, d]
}

function scaled([x1, y1, x2, y2]: Box, relative: boolean, { width, height }: HeadModel): Box {
  return relative ? [x1 * width, y1 * height, x2 * width, y2 * height] : [x1, y1, x2, y2]
}

function listDecoder(listed: Listed, boxesName: string, model: HeadModel): Decode {
  const swapped = boxesName.startsWith('detection_')
  const offset = firstLabel(model)
  return (outputs, floor) => {
    const [boxes, scores, classes] = [listed.boxes, listed.scores, listed.classes].map(
      (at) => (outputs[at] as Tensor).data,
    ) as [Float32Array, Float32Array, Float32Array]
    const relative = isRelative(rangeOf(boxes))
    const found: Candidate[] = []
    scores.forEach((score, row) => {
      if (score < floor || score === 0) return
      const box = scaled(cornersOf(boxes, row, swapped), relative, model)
      found.push({ box, score, label: (classes[row] as number) - offset })
    })
    return found
  }
}

interface Priors {
  readonly boxes: number
  readonly scores: number
}

function findPriors(trial: readonly Tensor[], model: HeadModel): Priors | undefined {
  const width = model.labels.length + firstLabel(model)
  const isScores = (output: Tensor) => {
    const table = asTable(output)
    return table?.columns === width && !(width === 4 && /box|loc/i.test(output.name))
  }
  const scores = trial.findIndex(isScores)
  const boxes = trial.findIndex((output, at) => at !== scores && asTable(output)?.columns === 4)
  if (
    scores < 0 ||
    boxes < 0 ||
    asTable(trial[boxes] as Tensor)?.rows !== asTable(trial[scores] as Tensor)?.rows
  ) {
    return undefined
  }
  mustBeScores(columnRange(tableAt(trial, scores), 0, width))
  return { boxes, scores }
}

function priorsDecoder({ boxes, scores }: Priors, model: HeadModel): Decode {
  const offset = firstLabel(model)
  return (outputs, floor) => {
    const corners = tableAt(outputs, boxes)
    const relative = isRelative(columnRange(corners, 0, 4))
    const { data, rows, columns } = tableAt(outputs, scores)
    const found: Candidate[] = []
    for (let row = 0; row < rows; row++) {
      // From 1: the background is no thing.
      for (let column = 1; column < columns; column++) {
        const score = data[row * columns + column] as number
        if (!(score >= floor)) continue
        const box = scaled(cornersOf(corners.data, row, false), relative, model)
        found.push({ box, score, label: column - offset })
      }
    }
    return found
  }
}
