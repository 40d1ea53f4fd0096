import type { Frame } from '@ganzhi/models/frame'

export const THUMBNAIL = { width: 64, height: 36 } as const

/** Brightness, 0–255, of 64×36 places of the picture; each the mean of up to sixteen of its pixels. */
export type Thumbnail = Float32Array

const SAMPLES = 4

export function thumbnailOf({ width, height, rgb }: Frame): Thumbnail {
  const columns = sampled(width, THUMBNAIL.width * SAMPLES)
  const rows = sampled(height, THUMBNAIL.height * SAMPLES)
  const sums = new Float32Array(THUMBNAIL.width * THUMBNAIL.height)
  rows.forEach((y, row) => {
    const cellRow = Math.floor(row / SAMPLES) * THUMBNAIL.width
    for (let column = 0; column < columns.length; column++) {
      const at = (y * width + (columns[column] ?? 0)) * 3
      // ITU-R BT.601
      const luma = 0.299 * (rgb[at] ?? 0) + 0.587 * (rgb[at + 1] ?? 0) + 0.114 * (rgb[at + 2] ?? 0)
      const cell = cellRow + Math.floor(column / SAMPLES)
      sums[cell] = (sums[cell] ?? 0) + luma
    }
  })
  return sums.map((sum) => sum / (SAMPLES * SAMPLES))
}

/** `count` places spread over `length`, in the middle of their shares. */
function sampled(length: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * length) / count))
}
