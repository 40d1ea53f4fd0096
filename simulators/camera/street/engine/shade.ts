import type { Size } from './buffers.ts'
import type { Geometry } from './geometry.ts'
import type { Lamp, Light } from './light.ts'
import type { Material } from './mesh.ts'
import { type Mipmap, mipmapsOf } from './mipmaps.ts'
import { cornerPlanes } from './planes.ts'
import type { View } from './view.ts'

/** Light of one sample, and what was found on the way. */
export interface Shaded {
  red: number
  green: number
  blue: number
  /** What the sun adds where no shadow falls. */
  sunRed: number
  sunGreen: number
  sunBlue: number
  /** Where it is. */
  readonly place: Float64Array
  distance: number
}

/** Shadows are looked up so far before a surface, or a slanting one would shade itself in rings. */
const OFF_SURFACE_M = 0.06

/** Gives the samples of a picture their light, triangle by triangle. */
export class Shader {
  readonly shaded: Shaded = {
    red: 0,
    green: 0,
    blue: 0,
    sunRed: 0,
    sunGreen: 0,
    sunBlue: 0,
    place: new Float64Array(3),
    distance: 0,
  }
  readonly #view: View
  readonly #light: Light
  readonly #size: Size
  readonly #planes = new Float64Array(9)
  readonly #texel = new Float64Array(3)
  #geometry: Geometry | undefined
  #triangle = -1
  #material: Material | undefined
  /** Texels a metre, and 0 without a texture. */
  #texels = 0

  constructor(view: View, light: Light, size: Size) {
    this.#view = view
    this.#light = light
    this.#size = size
  }

  begin(geometry: Geometry): void {
    this.#geometry = geometry
    this.#triangle = -1
  }

  /** Into `shaded`. */
  shade(triangle: number, sampleX: number, sampleY: number): void {
    const geometry = this.#geometry as Geometry
    if (triangle !== this.#triangle) this.#take(geometry, triangle)
    const material = this.#material as Material
    const planes = this.#planes
    const out = this.shaded
    const light = this.#light
    let a = planeAt(planes, 0, sampleX, sampleY)
    let b = planeAt(planes, 3, sampleX, sampleY)
    let c = planeAt(planes, 6, sampleX, sampleY)
    const distance = 1 / (a + b + c)
    a *= distance
    b *= distance
    c *= distance
    const { positions, normals, uvs, corners } = geometry
    const ia = corners[3 * triangle] as number
    const ib = corners[3 * triangle + 1] as number
    const ic = corners[3 * triangle + 2] as number
    const x = mixed(positions, 3 * ia, 3 * ib, 3 * ic, a, b, c)
    const y = mixed(positions, 3 * ia + 1, 3 * ib + 1, 3 * ic + 1, a, b, c)
    const z = mixed(positions, 3 * ia + 2, 3 * ib + 2, 3 * ic + 2, a, b, c)
    let nx = mixed(normals, 3 * ia, 3 * ib, 3 * ic, a, b, c)
    let ny = mixed(normals, 3 * ia + 1, 3 * ib + 1, 3 * ic + 1, a, b, c)
    let nz = mixed(normals, 3 * ia + 2, 3 * ib + 2, 3 * ic + 2, a, b, c)
    const length = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1
    nx /= length
    ny /= length
    nz /= length
    const { eye } = this.#view
    let ex = eye[0] - x
    let ey = eye[1] - y
    let ez = eye[2] - z
    const away = Math.sqrt(ex * ex + ey * ey + ez * ez) || 1
    ex /= away
    ey /= away
    ez /= away
    const facing = nx * ex + ny * ey + nz * ez

    let red = material.colour[0]
    let green = material.colour[1]
    let blue = material.colour[2]
    if (material.texture && this.#texels > 0) {
      const metresAPixel = (distance * this.#view.width) / this.#size.width
      const texels = (this.#texels * metresAPixel * 2) / Math.sqrt(Math.max(0.08, Math.abs(facing)))
      this.#sample(
        material,
        texels,
        mixed(uvs, 2 * ia, 2 * ib, 2 * ic, a, b, c),
        mixed(uvs, 2 * ia + 1, 2 * ib + 1, 2 * ic + 1, a, b, c),
      )
      red *= this.#texel[0] as number
      green *= this.#texel[1] as number
      blue *= this.#texel[2] as number
    }
    // Rain lies on what is level: darker, and a mirror.
    const wet = ny > 0.9 && light.wetness > 0 ? light.wetness * puddleAt(x, z) : 0
    const gloss = Math.max(material.gloss ?? 0, 0.9 * wet)
    red *= 1 - 0.4 * wet
    green *= 1 - 0.4 * wet
    blue *= 1 - 0.4 * wet

    const { sky, ground, horizon, sun, sunColour, lamps } = light
    const up = 0.5 + 0.5 * ny
    let lr = ground[0] + (sky[0] - ground[0]) * up
    let lg = ground[1] + (sky[1] - ground[1]) * up
    let lb = ground[2] + (sky[2] - ground[2]) * up
    for (let i = 0; i < lamps.length; i++) {
      const { at: lamp, colour, down } = lamps[i] as Lamp
      const dx = lamp[0] - x
      const dy = lamp[1] - y
      const dz = lamp[2] - z
      const far2 = dx * dx + dy * dy + dz * dz + 0.5
      const far = Math.sqrt(far2)
      let falls = Math.max(0, (nx * dx + ny * dy + nz * dz) / far) / far2
      if (down) falls *= Math.max(0, dy / far)
      lr += colour[0] * falls
      lg += colour[1] * falls
      lb += colour[2] * falls
    }
    const sunFalls = Math.max(0, nx * sun[0] + ny * sun[1] + nz * sun[2])
    out.red = red * lr
    out.green = green * lg
    out.blue = blue * lb
    out.sunRed = red * sunColour[0] * sunFalls
    out.sunGreen = green * sunColour[1] * sunFalls
    out.sunBlue = blue * sunColour[2] * sunFalls
    if (gloss > 0) {
      // The sky mirrored, more of it at a grazing angle; and the sun as a spot.
      const fresnel = gloss * (0.05 + 0.6 * (1 - Math.max(0, facing)) ** 4)
      const mirroredY = 2 * facing * ny - ey
      const open = Math.min(1, Math.max(0, 0.35 + 1.5 * mirroredY))
      out.red += fresnel * (ground[0] + (horizon[0] - ground[0]) * open)
      out.green += fresnel * (ground[1] + (horizon[1] - ground[1]) * open)
      out.blue += fresnel * (ground[2] + (horizon[2] - ground[2]) * open)
      const mirroredX = 2 * facing * nx - ex
      const mirroredZ = 2 * facing * nz - ez
      for (let i = gloss > 0.3 ? 0 : lamps.length; i < lamps.length; i++) {
        const { at: lamp, colour } = lamps[i] as Lamp
        const dx = lamp[0] - x
        const dy = lamp[1] - y
        const dz = lamp[2] - z
        const towards =
          (mirroredX * dx + mirroredY * dy + mirroredZ * dz) / Math.sqrt(dx * dx + dy * dy + dz * dz)
        if (towards < 0.9) continue
        const spot = 0.12 * gloss * towards ** 120
        out.red += colour[0] * spot
        out.green += colour[1] * spot
        out.blue += colour[2] * spot
      }
      const mirrored = mirroredX * sun[0] + mirroredY * sun[1] + mirroredZ * sun[2]
      if (mirrored > 0 && sunFalls > 0) {
        const spot = gloss * 1.5 * mirrored ** 40
        out.sunRed += sunColour[0] * spot
        out.sunGreen += sunColour[1] * spot
        out.sunBlue += sunColour[2] * spot
      }
    }
    const { glow } = material
    if (glow) {
      out.red += glow[0] * (material.texture ? red : 1)
      out.green += glow[1] * (material.texture ? green : 1)
      out.blue += glow[2] * (material.texture ? blue : 1)
    }
    out.place[0] = x + nx * OFF_SURFACE_M
    out.place[1] = y + ny * OFF_SURFACE_M
    out.place[2] = z + nz * OFF_SURFACE_M
    out.distance = away
  }

  #take(geometry: Geometry, triangle: number): void {
    this.#triangle = triangle
    cornerPlanes(this.#view, geometry, triangle, this.#size, this.#planes)
    this.#material = geometry.batches[geometry.batch[triangle] as number]?.material
    const { texture } = this.#material ?? {}
    this.#texels = texture ? texelsAMetre(geometry, triangle, texture) : 0
  }

  #sample({ texture }: Material, texels: number, u: number, v: number): void {
    if (!texture) return
    const { levels } = mipmapsOf(texture)
    const level = texels <= 1.4 ? 0 : Math.min(levels.length - 1, Math.round(Math.log2(texels)))
    const { width, height, rgb } = levels[level] as Mipmap
    const x = (u - Math.floor(u)) * width - 0.5
    const y = (v - Math.floor(v)) * height - 0.5
    const left = Math.floor(x)
    const top = Math.floor(y)
    const dx = x - left
    const dy = y - top
    const x1 = left < 0 ? width - 1 : left
    const x2 = left + 1 >= width ? 0 : left + 1
    const y1 = (top < 0 ? height - 1 : top) * width
    const y2 = (top + 1 >= height ? 0 : top + 1) * width
    const p = 3 * (y1 + x1)
    const q = 3 * (y1 + x2)
    const r = 3 * (y2 + x1)
    const s = 3 * (y2 + x2)
    const wp = (1 - dx) * (1 - dy)
    const wq = dx * (1 - dy)
    const wr = (1 - dx) * dy
    const ws = dx * dy
    for (let k = 0; k < 3; k++) {
      this.#texel[k] =
        wp * (rgb[p + k] as number) +
        wq * (rgb[q + k] as number) +
        wr * (rgb[r + k] as number) +
        ws * (rgb[s + k] as number)
    }
  }
}

/** Where water stands rather than only lies, from 0.5 to 1. */
function puddleAt(x: number, z: number): number {
  const wave = Math.sin(1.7 * x + 2 * Math.sin(1.3 * z)) * Math.sin(1.1 * z + 2 * Math.sin(0.7 * x))
  return 0.5 + 0.5 * Math.max(0, wave)
}

// Inner loops pass numbers, not closures: what a closure holds lies on the heap.

function planeAt(planes: Float64Array, i: number, x: number, y: number): number {
  return (planes[i] as number) * x + (planes[i + 1] as number) * y + (planes[i + 2] as number)
}

// oxlint-disable-next-line max-params
function mixed(
  values: Float32Array,
  ia: number,
  ib: number,
  ic: number,
  a: number,
  b: number,
  c: number,
): number {
  return a * (values[ia] as number) + b * (values[ib] as number) + c * (values[ic] as number)
}

function texelsAMetre(
  { positions, uvs, corners }: Geometry,
  triangle: number,
  { width, height }: Size,
): number {
  const a = corners[3 * triangle] as number
  const b = corners[3 * triangle + 1] as number
  const c = corners[3 * triangle + 2] as number
  const ux = difference(positions, 3 * b, 3 * a)
  const uy = difference(positions, 3 * b + 1, 3 * a + 1)
  const uz = difference(positions, 3 * b + 2, 3 * a + 2)
  const vx = difference(positions, 3 * c, 3 * a)
  const vy = difference(positions, 3 * c + 1, 3 * a + 1)
  const vz = difference(positions, 3 * c + 2, 3 * a + 2)
  const nx = uy * vz - uz * vy
  const ny = uz * vx - ux * vz
  const nz = ux * vy - uy * vx
  const world = Math.sqrt(nx * nx + ny * ny + nz * nz)
  const one = difference(uvs, 2 * b, 2 * a) * difference(uvs, 2 * c + 1, 2 * a + 1)
  const other = difference(uvs, 2 * c, 2 * a) * difference(uvs, 2 * b + 1, 2 * a + 1)
  return world > 0 ? Math.sqrt((Math.abs(one - other) * width * height) / world) : 0
}

function difference(values: Float32Array, of: number, from: number): number {
  return (values[of] as number) - (values[from] as number)
}
