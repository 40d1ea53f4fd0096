import type { DetectorCard } from '@ganzhi/models/detector'
import { fitFor } from '@ganzhi/models/fit'

const WARM_UP = 20
const RUNS = 41

/** ms from a picture of this size to the numbers that the model takes; half of the times took at most so long. */
export function timeToPrepare(
  { input }: Pick<DetectorCard, 'input'>,
  { width, height }: { readonly width: number; readonly height: number },
): number {
  const fit = fitFor(input, 'nchw', { width, height })
  const [across = 0, down = 0] = input.size
  const pixels = new Float32Array(3 * across * down)
  const frame = { width, height, at: 0, rgb: new Uint8Array(3 * width * height) }
  const times: number[] = []
  for (let i = 0; i < WARM_UP + RUNS; i++) {
    const beganAt = performance.now()
    fit.write(frame, { x: 0, y: 0 }, pixels)
    if (i >= WARM_UP) times.push(performance.now() - beganAt)
  }
  return times.sort((a, b) => a - b)[RUNS >> 1] ?? 0
}
