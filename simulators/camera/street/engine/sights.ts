import type { Buffers } from './buffers.ts'
import { SAMPLES } from './layer.ts'
import type { Label } from './mesh.ts'

/** What a picture shows of one thing. */
export interface Sight {
  readonly id: number
  readonly label: Label
  /** Around what is seen of it: left, top, right, bottom in pixels. */
  readonly box: readonly [number, number, number, number]
  /** Share of it that neither other things nor the picture's edge hide. */
  readonly visible: number
}

/** Counts what is left of each thing's samples where nearer ones hide some. */
export function sightsIn({ still, moving, object }: Buffers): Sight[] {
  const { geometry, triangle, width, height } = moving
  const objects = [...still.objects, ...moving.objects]
  const count = new Int32Array(objects.length + 1)
  const left = new Int32Array(objects.length + 1).fill(width)
  const top = new Int32Array(objects.length + 1).fill(height)
  const right = new Int32Array(objects.length + 1)
  const bottom = new Int32Array(objects.length + 1)
  const numbers = Uint16Array.from(geometry.batches, (each) => each.object)
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const on = triangle[i] as number
      const number = on < 0 ? (object[i] as number) : (numbers[geometry.batch[on] as number] as number)
      if (number === 0) continue
      count[number] = (count[number] as number) + 1
      if (x < (left[number] as number)) left[number] = x
      if (y < (top[number] as number)) top[number] = y
      if (x >= (right[number] as number)) right[number] = x + 1
      if (y >= (bottom[number] as number)) bottom[number] = y + 1
    }
  }
  return objects.flatMap(({ id, label, samples, inside }, i) => {
    const seen = count[i + 1] ?? 0
    if (seen === 0) return []
    const pixels = (edges: Int32Array) => (edges[i + 1] ?? 0) / SAMPLES
    const box = [pixels(left), pixels(top), pixels(right), pixels(bottom)] as const
    return [{ id, label, box, visible: (seen / samples) * inside }]
  })
}
