import { type Random } from './random.ts'

/** One layer: `inputs × outputs` weights, row by row, and a bias for each output. */
export interface Layer {
  readonly inputs: number
  readonly outputs: number
  readonly weights: Float32Array
  readonly biases: Float32Array
}

const HIDDEN = 96
/** What a window must be told in: less than it holds, so that only what usually goes together comes through. */
const CODE = 32

/** Dense layers with rectifiers between them, as He et al. have them begin. */
export function freshNetwork(inputs: number, outputs: number, random: Random): Layer[] {
  const widths = [inputs, HIDDEN, CODE, HIDDEN, outputs]
  return widths.slice(1).map((width, i) => {
    const from = widths[i] ?? 0
    return {
      inputs: from,
      outputs: width,
      weights: Float32Array.from({ length: from * width }, () => gaussian(random) * Math.sqrt(2 / from)),
      biases: new Float32Array(width),
    }
  })
}

/** Box and Muller. */
function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
