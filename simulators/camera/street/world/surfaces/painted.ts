import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas'
import type { Texture } from '../../engine/mesh.ts'

/** Each pixel by its own, as red, green, blue of 0 to 255. */
export function paintedBy(size: number, paint: (x: number, y: number, rgb: Float32Array) => void): Texture {
  const rgba = new Uint8ClampedArray(4 * size * size).fill(255)
  const rgb = new Float32Array(3)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      paint(x, y, rgb)
      rgba.set(rgb, 4 * (y * size + x))
    }
  }
  return { width: size, height: size, rgba }
}

/** Drawn as on paper. */
export function drawnBy(width: number, height: number, draw: (context: SKRSContext2D) => void): Texture {
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  draw(context)
  return { width, height, rgba: context.getImageData(0, 0, width, height).data }
}
