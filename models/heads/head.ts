import type { Box } from '../detection.ts'
import type { Tensor } from '../tensor.ts'

/** A box in pixels of the model's input, before anything is known of the frame. */
export interface Candidate {
  readonly box: Box
  readonly score: number
  /** Index of its class. */
  readonly label: number
}

/** What a head must know of its model. */
export interface HeadModel {
  /** Of the input, in pixels. */
  readonly width: number
  readonly height: number
  readonly labels: readonly string[]
}

/** The boxes of one run with at least this score; there is no cap on them. */
export type Decode = (outputs: readonly Tensor[], floor: number) => Candidate[]

/** How one family of detectors gives its boxes. */
export interface HeadFamily {
  /** Whether one thing is given several boxes, from which the best must be chosen. */
  readonly overlapping: boolean
  /** Compares what a trial run gave with what the family gives, and throws where it is something else. */
  bind(trial: readonly Tensor[], model: HeadModel): Decode
}

export function centred(x: number, y: number, width: number, height: number): Box {
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2]
}

export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value))
}

/** Index of the highest of `many` values. */
export function bestOf(data: Float32Array, start: number, many: number): number {
  let best = 0
  let most = data[start] as number
  for (let i = 1; i < many; i++) {
    const value = data[start + i] as number
    if (value > most) {
      most = value
      best = i
    }
  }
  return best
}
