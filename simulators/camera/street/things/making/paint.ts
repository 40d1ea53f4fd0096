import type { Colour, Material, Texture } from '../../engine/mesh.ts'

/** `#rrggbb` as it looks on a screen, as the light that it is. */
export function paint(hex: string): Colour {
  const value = Number.parseInt(hex.slice(1), 16)
  const light = (byte: number) => (byte / 255) ** 2.2
  return [light((value >> 16) & 255), light((value >> 8) & 255), light(value & 255)]
}

export function shaded(colour: Colour, factor: number): Colour {
  return [colour[0] * factor, colour[1] * factor, colour[2] * factor]
}

export function blended(a: Colour, b: Colour, share: number): Colour {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share]
}

/** A material whose colour is different at each place (u and v from 0 to 1, from the top left); none is a hole. */
export function painted(
  width: number,
  height: number,
  colourAt: (u: number, v: number) => Colour | undefined,
  gloss = 0.05,
): Material {
  const colours: (Colour | undefined)[] = []
  // Eight bits of a dark colour would be few: the material has the brightest, the texture the share of it.
  const most = [1e-4, 1e-4, 1e-4]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = colourAt((x + 0.5) / width, (y + 0.5) / height)
      colours.push(colour)
      if (colour) for (let k = 0; k < 3; k++) most[k] = Math.max(most[k] ?? 0, colour[k] ?? 0)
    }
  }
  const texture: Texture = { width, height, rgba: new Uint8ClampedArray(width * height * 4) }
  for (let i = 0; i < colours.length; i++) {
    const colour = colours[i]
    if (!colour) continue
    for (let k = 0; k < 3; k++) texture.rgba[i * 4 + k] = byteOf((colour[k] as number) / (most[k] as number))
    texture.rgba[i * 4 + 3] = 255
  }
  return { colour: [most[0] ?? 0, most[1] ?? 0, most[2] ?? 0], texture, gloss }
}

const SHADES = 4095
/** A texture's bytes are those of a picture, not of light; a table, since a power a pixel is slow. */
const BYTES = Uint8Array.from({ length: SHADES + 1 }, (_, i) => Math.round((i / SHADES) ** (1 / 2.2) * 255))

function byteOf(light: number): number {
  return BYTES[Math.round(Math.max(0, light) * SHADES)] ?? 255
}
