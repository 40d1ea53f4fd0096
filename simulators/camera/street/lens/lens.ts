import { between, chance, type Random } from '../things/making/chance.ts'

/** What one camera makes of light: every one is a little different, and most are cheap. */
export interface Lens {
  /** Of the mean of a picture, how bright it is shown; an automatic exposure never meets it. */
  readonly exposure: number
  readonly whiteBalance: readonly [red: number, green: number, blue: number]
  readonly saturation: number
  readonly contrast: number
  /** Share of light that the corners lack. */
  readonly vignette: number
  /** Pixels. */
  readonly blur: number
  /** Of 255, in the middle greys. */
  readonly noise: number
  /** Share of light that bright spots spread about. */
  readonly bloom: number
  /** Of the JPEG that the camera makes, 1 to 100. */
  readonly quality: number
}

export function makeLens(random: Random, dark: boolean): Lens {
  const warm = between(random, -0.07, 0.07)
  return {
    exposure: between(random, 0.42, 0.58) * (dark ? between(random, 0.5, 0.9) : 1),
    whiteBalance: [1 + warm, 1 + between(random, -0.025, 0.025), 1 - warm],
    saturation: between(random, 0.65, 1.15),
    contrast: between(random, 0.85, 1.2),
    vignette: chance(random, 0.6) ? between(random, 0, 0.35) : 0,
    blur: chance(random, 0.6) ? between(random, 0.2, 1) : 0,
    noise: dark ? between(random, 3, 12) : between(random, 0.5, 5),
    bloom: dark ? between(random, 0.02, 0.08) : between(random, 0, 0.02),
    quality: Math.round(between(random, 55, 93)),
  }
}
