import type { Box } from '../detection.ts'

/** Distances of a box's sides, in strides, as weights of 0, 1, 2 … (generalised focal loss): left, top, right, bottom of a point. */
export function boxAround(
  x: number,
  y: number,
  stride: number,
  data: Float32Array,
  at: number,
  bins: number,
): Box {
  const [left, top, right, bottom] = [0, 1, 2, 3].map(
    (side) => expected(data, at + side * bins, bins) * stride,
  ) as [number, number, number, number]
  return [x - left, y - top, x + right, y + bottom]
}

/** The mean of a softmax over the bins. */
function expected(data: Float32Array, at: number, bins: number): number {
  let most = -Infinity
  for (let i = 0; i < bins; i++) most = Math.max(most, data[at + i] as number)
  let sum = 0
  let mean = 0
  for (let i = 0; i < bins; i++) {
    const weight = Math.exp((data[at + i] as number) - most)
    sum += weight
    mean += weight * i
  }
  return mean / sum
}
