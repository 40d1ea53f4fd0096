import type { Texture } from './mesh.ts'

/** Light as a byte of a picture tells it (sRGB, IEC 61966-2-1). */
const LIGHT_OF_BYTE = Float32Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255
  return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
})

export interface Mipmap {
  readonly width: number
  readonly height: number
  /** Red, green, blue as light. */
  readonly rgb: Float32Array
}

export interface Mipmaps {
  /** From the largest to a single pixel. */
  readonly levels: readonly Mipmap[]
  readonly hasHoles: boolean
}

const made = new WeakMap<Texture, Mipmaps>()

/** Each half as wide as the one before: what is far away is seen as a mean. */
export function mipmapsOf(texture: Texture): Mipmaps {
  const known = made.get(texture)
  if (known) return known
  const levels = [largest(texture)]
  for (let level = levels[0]; level && level.width * level.height > 1; levels.push(level))
    level = halved(level)
  const mipmaps = { levels, hasHoles: anyHole(texture.rgba) }
  made.set(texture, mipmaps)
  return mipmaps
}

/** Holes have the colour of what is around them, or edges of leaves would turn black far away. */
function largest({ width, height, rgba }: Texture): Mipmap {
  const rgb = new Float32Array(3 * width * height)
  const mean = new Float64Array(3)
  let solid = 0
  for (let i = 0; i < width * height; i++) {
    if ((rgba[4 * i + 3] as number) < 128) continue
    solid += 1
    for (let c = 0; c < 3; c++) {
      const light = LIGHT_OF_BYTE[rgba[4 * i + c] as number] as number
      rgb[3 * i + c] = light
      mean[c] = (mean[c] as number) + light
    }
  }
  if (solid === width * height) return { width, height, rgb }
  for (let i = 0; i < width * height; i++) {
    if ((rgba[4 * i + 3] as number) >= 128) continue
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = (mean[c] as number) / (solid || 1)
  }
  return { width, height, rgb }
}

function halved(from: Mipmap): Mipmap {
  const width = Math.max(1, from.width >> 1)
  const height = Math.max(1, from.height >> 1)
  const rgb = new Float32Array(3 * width * height)
  const dx = from.width > 1 ? 3 : 0
  const dy = from.height > 1 ? 3 * from.width : 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 3 * ((from.height > 1 ? 2 * y : 0) * from.width + (from.width > 1 ? 2 * x : 0))
      const to = 3 * (y * width + x)
      for (let c = 0; c < 3; c++) rgb[to + c] = meanOf(from.rgb, at + c, dx, dy)
    }
  }
  return { width, height, rgb }
}

function meanOf(values: Float32Array, at: number, dx: number, dy: number): number {
  const above = (values[at] as number) + (values[at + dx] as number)
  return (above + (values[at + dy] as number) + (values[at + dx + dy] as number)) / 4
}

function anyHole(rgba: Uint8ClampedArray): boolean {
  for (let i = 3; i < rgba.length; i += 4) if ((rgba[i] as number) < 128) return true
  return false
}
