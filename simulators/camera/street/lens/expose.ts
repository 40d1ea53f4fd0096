import type { Size } from '../engine/buffers.ts'
import type { Random } from '../things/making/chance.ts'
import { blur } from './blur.ts'
import type { Lens } from './lens.ts'

/** Sixteenths of a byte for light of 0 to 1 (sRGB), in steps fine enough for dark colours. */
const STEPS = 4_096
const SIXTEENTHS_OF_LIGHT = Int16Array.from({ length: STEPS + 1 }, (_, i) => {
  const light = i / STEPS
  return 16 * 255 * (light <= 0.003_130_8 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055)
})
const NOISE = 8_192

/** Light, through the lens and onto the sensor, as bytes of red, green and blue with a fourth of 255. Spoils the light. */
export function expose(
  light: Float32Array,
  { width, height }: Size,
  lens: Lens,
  random: Random,
): Uint8ClampedArray {
  if (lens.blur > 0.25) blur(light, width, height, lens.blur)
  const gain = gainOf(light, lens.exposure)
  if (lens.bloom > 0) spread(light, width, height, lens.bloom, 1 / gain)
  const rgba = new Uint8ClampedArray(4 * width * height)
  const grain = grainOf(random)
  let grainAt = Math.floor(random() * NOISE)
  const { whiteBalance: balance, saturation, contrast, vignette, noise } = lens
  const far = 4 / (width * width + height * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x
      const [dx, dy] = [x - width / 2, y - height / 2]
      const share = gain * (1 - vignette * (dx * dx + dy * dy) * far)
      let red = toned((light[3 * pixel] as number) * share * balance[0]) / 16
      let green = toned((light[3 * pixel + 1] as number) * share * balance[1]) / 16
      let blue = toned((light[3 * pixel + 2] as number) * share * balance[2]) / 16
      const grey = 0.3 * red + 0.59 * green + 0.11 * blue
      const lifted = (grey - 118) * contrast + 118
      red = lifted + (red - grey) * saturation * contrast
      green = lifted + (green - grey) * saturation * contrast
      blue = lifted + (blue - grey) * saturation * contrast
      // Dark parts of a picture show more noise.
      const spot = noise * (1.3 - grey / 320)
      grainAt = grainAt + 3 >= NOISE ? Math.floor(random() * 64) : grainAt + 3
      const common = (grain[grainAt] as number) * spot
      rgba[4 * pixel] = red + common + 0.5 * spot * (grain[grainAt + 1] as number)
      rgba[4 * pixel + 1] = green + common
      rgba[4 * pixel + 2] = blue + common + 0.5 * spot * (grain[grainAt + 2] as number)
      rgba[4 * pixel + 3] = 255
    }
  }
  return rgba
}

/** In sixteenths of a byte; bright light is pressed together before it is cut off. */
function toned(light: number): number {
  const pressed = light < 0.6 ? light : 0.6 + 0.4 * (1 - 1 / (1 + (light - 0.6) / 0.4))
  return SIXTEENTHS_OF_LIGHT[(Math.min(1, pressed) * STEPS) | 0] as number
}

/** What brings the picture's mean brightness, as an eye sees it, to the wanted one. */
function gainOf(light: Float32Array, wanted: number): number {
  let sum = 0
  let count = 0
  for (let i = 1; i < light.length; i += 3 * 37) {
    sum += Math.sqrt(Math.min(4, light[i] as number))
    count += 1
  }
  const mean = sum / count
  return (wanted / Math.max(0.05, mean)) ** 2
}

function grainOf(random: Random): Float32Array {
  return Float32Array.from({ length: NOISE + 3 }, () => (random() + random() + random() - 1.5) * 2)
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
