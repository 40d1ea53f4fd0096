import type { Geometry } from './geometry.ts'
import type { Light } from './light.ts'
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
  x: number
  y: number
  z: number
  distance: number
  normalY: number
  gloss: number
}

interface Size {
  readonly width: number
  readonly height: number
}

/** Gives the samples of a picture their light, triangle by triangle. */
export class Shader {
  readonly shaded: Shaded = {
    red: 0,
    green: 0,
    blue: 0,
    sunRed: 0,
    sunGreen: 0,
    sunBlue: 0,
    x: 0,
    y: 0,
    z: 0,
    distance: 0,
    normalY: 0,
    gloss: 0,
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
    const [planes, out, light] = [this.#planes, this.shaded, this.#light]
    const share = (i: number) =>
      (planes[i] as number) * sampleX + (planes[i + 1] as number) * sampleY + (planes[i + 2] as number)
    let [a, b, c] = [share(0), share(3), share(6)]
    const distance = 1 / (a + b + c)
    a *= distance
    b *= distance
    c *= distance
    const [ia, ib, ic] = [
      geometry.corners[3 * triangle] as number,
      geometry.corners[3 * triangle + 1] as number,
      geometry.corners[3 * triangle + 2] as number,
    ]
    const mixed = (values: Float32Array, stride: number, k: number) =>
      a * (values[stride * ia + k] as number) +
      b * (values[stride * ib + k] as number) +
      c * (values[stride * ic + k] as number)
    const { positions, normals, uvs } = geometry
    const [x, y, z] = [mixed(positions, 3, 0), mixed(positions, 3, 1), mixed(positions, 3, 2)]
    let [nx, ny, nz] = [mixed(normals, 3, 0), mixed(normals, 3, 1), mixed(normals, 3, 2)]
    const length = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1
    nx /= length
    ny /= length
    nz /= length
    const { eye } = this.#view
    let [ex, ey, ez] = [eye[0] - x, eye[1] - y, eye[2] - z]
    const away = Math.sqrt(ex * ex + ey * ey + ez * ez) || 1
    ex /= away
    ey /= away
    ez /= away
    const facing = nx * ex + ny * ey + nz * ez

    let [red, green, blue] = material.colour as [number, number, number]
    if (material.texture && this.#texels > 0) {
      const metresAPixel = (distance * this.#view.width) / this.#size.width
      const texels = (this.#texels * metresAPixel * 2) / Math.sqrt(Math.max(0.08, Math.abs(facing)))
      this.#sample(material, texels, mixed(uvs, 2, 0), mixed(uvs, 2, 1))
      red *= this.#texel[0] as number
      green *= this.#texel[1] as number
      blue *= this.#texel[2] as number
    }
    const gloss = material.gloss ?? 0

    const { sky, ground, horizon, sun, sunColour, lamps } = light
    const up = 0.5 + 0.5 * ny
    let [lr, lg, lb] = [
      ground[0] + (sky[0] - ground[0]) * up,
      ground[1] + (sky[1] - ground[1]) * up,
      ground[2] + (sky[2] - ground[2]) * up,
    ]
    for (const { at, colour, down } of lamps) {
      const [dx, dy, dz] = [at[0] - x, at[1] - y, at[2] - z]
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
      const mirrored = (2 * facing * nx - ex) * sun[0] + mirroredY * sun[1] + (2 * facing * nz - ez) * sun[2]
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
    out.x = x
    out.y = y
    out.z = z
    out.distance = away
    out.normalY = ny
    out.gloss = gloss
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
    const [left, top] = [Math.floor(x), Math.floor(y)]
    const [dx, dy] = [x - left, y - top]
    const [x1, x2] = [left < 0 ? width - 1 : left, left + 1 >= width ? 0 : left + 1]
    const [y1, y2] = [(top < 0 ? height - 1 : top) * width, (top + 1 >= height ? 0 : top + 1) * width]
    const [p, q, r, s] = [3 * (y1 + x1), 3 * (y1 + x2), 3 * (y2 + x1), 3 * (y2 + x2)]
    const [wp, wq, wr, ws] = [(1 - dx) * (1 - dy), dx * (1 - dy), (1 - dx) * dy, dx * dy]
    for (let k = 0; k < 3; k++) {
      this.#texel[k] =
        wp * (rgb[p + k] as number) +
        wq * (rgb[q + k] as number) +
        wr * (rgb[r + k] as number) +
        ws * (rgb[s + k] as number)
    }
  }
}

function texelsAMetre(
  { positions, uvs, corners }: Geometry,
  triangle: number,
  { width, height }: Size,
): number {
  const [a, b, c] = [0, 1, 2].map((i) => corners[3 * triangle + i] ?? 0) as [number, number, number]
  const edge = (to: number, k: number) => (positions[3 * to + k] ?? 0) - (positions[3 * a + k] ?? 0)
  const [ux, uy, uz] = [edge(b, 0), edge(b, 1), edge(b, 2)]
  const [vx, vy, vz] = [edge(c, 0), edge(c, 1), edge(c, 2)]
  const world = Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx)
  const uvEdge = (to: number, k: number) => (uvs[2 * to + k] ?? 0) - (uvs[2 * a + k] ?? 0)
  const area = Math.abs(uvEdge(b, 0) * uvEdge(c, 1) - uvEdge(c, 0) * uvEdge(b, 1)) * width * height
  return world > 0 ? Math.sqrt(area / world) : 0
}
