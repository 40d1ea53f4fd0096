import type { Size } from '../engine/buffers.ts'
import type { Random } from '../things/making/chance.ts'
import { blur } from './blur.ts'
import { Developer, Grain } from './develop.ts'
import type { Lens } from './lens.ts'

/** Light, through the lens and onto the sensor, as bytes of red, green and blue. Spoils the light. */
export function expose(light: Float32Array, size: Size, lens: Lens, random: Random): Uint8ClampedArray {
  const { width, height } = size
  if (lens.blur > 0.25) blur(light, width, height, lens.blur)
  const gain = gainOf(light, lens.exposure)
  if (lens.bloom > 0) spread(light, width, height, lens.bloom, 1 / gain)
  const rgb = new Uint8ClampedArray(3 * width * height)
  const developer = new Developer(size, lens, gain, new Grain(random))
  for (let y = 0; y < height; y++) developer.develop(light, rgb, y, 0, width)
  return rgb
}

/** What brings the picture's mean brightness, as an eye sees it, to the wanted one. */
export function gainOf(light: Float32Array, wanted: number): number {
  let sum = 0
  let count = 0
  for (let i = 1; i < light.length; i += 3 * 37) {
    sum += Math.sqrt(Math.min(4, light[i] as number))
    count += 1
  }
  const mean = sum / count
  return (wanted / Math.max(0.05, mean)) ** 2
}

/** What is brighter than white shines over its surroundings. */
function spread(light: Float32Array, width: number, height: number, share: number, white: number): void {
  const [w, h] = [Math.ceil(width / 4), Math.ceil(height / 4)]
  const bright = new Float32Array(3 * w * h)
  let any = false
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 3 * (y * width + x)
      const to = 3 * ((y >> 2) * w + (x >> 2))
      for (let k = 0; k < 3; k++) {
        const over = (light[from + k] as number) - white
        if (over <= 0) continue
        any = true
        bright[to + k] = (bright[to + k] as number) + Math.min(over, 8 * white) / 16
      }
    }
  }
  if (!any) return
  blur(bright, w, h, 5)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = 3 * (y * width + x)
      const from = 3 * ((y >> 2) * w + (x >> 2))
      for (let k = 0; k < 3; k++)
        light[to + k] = (light[to + k] as number) + 8 * share * (bright[from + k] as number)
    }
  }
}
