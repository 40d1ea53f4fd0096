import { mismatch } from '../model-error.ts'
import { shapeText, type Tensor } from '../tensor.ts'
import { centred, sigmoid, type Candidate, type HeadFamily } from './head.ts'
import { mustBeScores, rangeOf } from './table.ts'

/** FastestDet: one map of cells; objectness, offset, size and classes as its planes. */
export const fastestdet: HeadFamily = {
  overlapping: true,
  bind(trial, model) {
    const planes = 5 + model.labels.length
    const at = trial.findIndex(({ dims }) => dims.length === 4 && dims[0] === 1 && dims[1] === planes)
    const map = trial[at]
    if (!map) {
      const given = trial.map(({ dims }) => shapeText(dims)).join(', ')
      throw mismatch('head', `it gives no map of ${planes} planes but ${given}`)
    }
    const [, , rows = 0, columns = 0] = map.dims
    const cells = rows * columns
    mustBeScores(rangeOf(map.data.subarray(0, cells)))
    mustBeScores(rangeOf(map.data.subarray(5 * cells)))

    return (outputs, floor) => {
      const { data } = outputs[at] as Tensor
      const found: Candidate[] = []
      for (let cell = 0; cell < cells; cell++) {
        const plane = (index: number) => data[index * cells + cell] as number
        // A score is no higher than its objectness allows.
        const objectness = plane(0) ** 0.6
        if (!(objectness >= floor)) continue
        let label = 0
        for (let other = 1; other < planes - 5; other++) {
          if (plane(5 + other) > plane(5 + label)) label = other
        }
        const score = objectness * plane(5 + label) ** 0.4
        if (!(score >= floor)) continue
        const x = ((cell % columns) + Math.tanh(plane(1))) / columns
        const y = (Math.floor(cell / columns) + Math.tanh(plane(2))) / rows
        const box = centred(
          x * model.width,
          y * model.height,
          sigmoid(plane(3)) * model.width,
          sigmoid(plane(4)) * model.height,
        )
        found.push({ box, score, label })
      }
      return found
    }
  },
}
