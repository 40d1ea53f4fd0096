import type { Size } from '../engine/buffers.ts'
import type { Random } from '../things/making/chance.ts'
import type { Lens } from './lens.ts'

/** Sixteenths of a byte for light of 0 to 1 (sRGB), in steps fine enough for dark colours. */
const STEPS = 4_096
const SIXTEENTHS_OF_LIGHT = Int16Array.from({ length: STEPS + 1 }, (_, i) => {
  const light = i / STEPS
  return 16 * 255 * (light <= 0.003_130_8 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055)
})
const GRAINS = 8_192

/** What a sensor adds of its own: the same grains over and over, from another place on in each line. */
export class Grain {
  readonly #grains: Float32Array
  readonly #random: Random
  #at = 0

  constructor(random: Random) {
    this.#random = random
    this.#grains = Float32Array.from({ length: GRAINS }, () => (random() + random() + random() - 1.5) * 2)
  }

  newLine(): void {
    this.#at = Math.floor(this.#random() * GRAINS)
  }

  next(): number {
    this.#at = (this.#at + 1) % GRAINS
    return this.#grains[this.#at] as number
  }
}

/** Part of a line of light becomes bytes of red, green and blue. */
export class Developer {
  readonly #size: Size
  readonly #lens: Lens
  readonly #gain: number
  readonly #grain: Grain | undefined

  constructor(size: Size, lens: Lens, gain: number, grain?: Grain) {
    this.#size = size
    this.#lens = lens
    this.#gain = gain
    this.#grain = grain
  }

  develop(light: Float32Array, rgb: Uint8ClampedArray, y: number, left: number, right: number): void {
    const { width, height } = this.#size
    const { whiteBalance: balance, saturation, contrast, vignette, noise } = this.#lens
    const grain = this.#grain
    const corner = 4 / (width * width + height * height)
    const dy = y - height / 2
    grain?.newLine()
    for (let x = left; x < right; x++) {
      const at = 3 * (y * width + x)
      const dx = x - width / 2
      const share = this.#gain * (1 - vignette * (dx * dx + dy * dy) * corner)
      const red = toned((light[at] as number) * share * balance[0]) / 16
      const green = toned((light[at + 1] as number) * share * balance[1]) / 16
      const blue = toned((light[at + 2] as number) * share * balance[2]) / 16
      const grey = 0.3 * red + 0.59 * green + 0.11 * blue
      let lifted = (grey - 118) * contrast + 118
      let [redder, bluer] = [0, 0]
      if (grain) {
        // Dark parts of a picture show more noise.
        const spot = noise * (1.3 - grey / 320)
        lifted += grain.next() * spot
        redder = 0.5 * spot * grain.next()
        bluer = 0.5 * spot * grain.next()
      }
      rgb[at] = lifted + (red - grey) * saturation * contrast + redder
      rgb[at + 1] = lifted + (green - grey) * saturation * contrast
      rgb[at + 2] = lifted + (blue - grey) * saturation * contrast + bluer
    }
  }
}

/** In sixteenths of a byte; bright light is pressed together before it is cut off. */
function toned(light: number): number {
  const pressed = light < 0.6 ? light : 0.6 + 0.4 * (1 - 1 / (1 + (light - 0.6) / 0.4))
  return SIXTEENTHS_OF_LIGHT[(Math.min(1, pressed) * STEPS) | 0] as number
}
