import { type DrawnObject, Layer, SAMPLES } from './layer.ts'
import type { Light } from './light.ts'
import type { Colour, Label } from './mesh.ts'
import type { Placed } from './placed.ts'
import { Shader } from './shade.ts'
import { Shadows } from './shadows.ts'
import { plus, type Vector } from './vector.ts'
import type { View } from './view.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

/** What a picture shows of one thing. */
export interface Sight {
  readonly id: number
  readonly label: Label
  /** Around what is seen of it: left, top, right, bottom in pixels. */
  readonly box: readonly [number, number, number, number]
  /** Share of it that neither other things nor the picture's edge hide. */
  readonly visible: number
}

export interface StageOptions {
  readonly size: Size
  readonly view: View
  readonly light: Light
  /** What is seen where nothing stands. */
  readonly skyAt: (direction: Vector) => Colour
}

/** What stands still is drawn and lit once; a picture adds what moves, and the shadow that it throws. */
export class Stage {
  readonly #options: StageOptions
  readonly #still: Layer
  readonly #moving: Layer
  readonly #stillShadows: Shadows
  readonly #movingShadows: Shadows
  readonly #shader: Shader
  /** Of each pixel of what stands still: light of the sky and lamps, of the sun, and where it is. */
  readonly #ambient: Float32Array
  readonly #sunlight: Float32Array
  readonly #position: Float32Array
  /** Of each sample of what stands still. */
  readonly #object: Uint16Array
  readonly #picture: Float32Array
  readonly #sum = new Float64Array(9)

  constructor(options: StageOptions, still: readonly Placed[]) {
    const { size, view, light } = options
    const pixels = size.width * size.height
    this.#options = options
    this.#still = new Layer(size.width, size.height)
    this.#moving = new Layer(size.width, size.height)
    const { eye, ahead } = view
    const flat = Math.hypot(ahead[0], ahead[2]) || 1
    const centre: Vector = [eye[0] + (ahead[0] / flat) * 18, 0, eye[2] + (ahead[2] / flat) * 18]
    this.#stillShadows = new Shadows(light.sun, centre)
    this.#movingShadows = new Shadows(light.sun, centre)
    this.#shader = new Shader(view, light, this.#still)
    this.#ambient = new Float32Array(3 * pixels)
    this.#sunlight = new Float32Array(3 * pixels)
    this.#position = new Float32Array(3 * pixels)
    this.#object = new Uint16Array(this.#still.triangle.length)
    this.#picture = new Float32Array(3 * pixels)
    this.#drawStill(still)
  }

  /** Light of each pixel, which the next picture overwrites. */
  pictureOf(moving: readonly Placed[]): { readonly light: Float32Array; readonly sights: readonly Sight[] } {
    const layer = this.#moving
    this.#movingShadows.clear()
    layer.clear(this.#still, 1 + this.#still.objects.length)
    for (const placed of moving) {
      layer.draw(this.#options.view, placed)
      this.#movingShadows.draw(placed)
    }
    this.#shader.begin(layer.geometry)
    const { width, height } = this.#options.size
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) this.#composePixel(x, y, y * width + x)
    }
    return { light: this.#picture, sights: this.#sights() }
  }

  #drawStill(still: readonly Placed[]): void {
    const layer = this.#still
    const { view, size, skyAt } = this.#options
    layer.clear()
    for (const placed of still) {
      layer.draw(view, placed)
      this.#stillShadows.draw(placed)
    }
    const { batch, batches } = layer.geometry
    layer.triangle.forEach((triangle, i) => {
      if (triangle >= 0) this.#object[i] = batches[batch[triangle] as number]?.object ?? 0
    })
    this.#shader.begin(layer.geometry)
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        const at = 3 * (y * size.width + x)
        const lit = this.#shadePixel(layer, x, y, false)
        const sum = this.#sum
        for (let k = 0; k < 3; k++) {
          this.#ambient[at + k] = sum[k] as number
          this.#sunlight[at + k] = sum[3 + k] as number
          this.#position[at + k] = ((sum[6 + k] as number) * SAMPLES ** 2) / (lit || 1)
        }
        if (lit === SAMPLES * SAMPLES) continue
        const sky = skyAt(this.#directionOf(x, y))
        const share = 1 - lit / SAMPLES ** 2
        for (let k = 0; k < 3; k++)
          this.#ambient[at + k] = (this.#ambient[at + k] as number) + share * (sky[k] as number)
      }
    }
  }

  #directionOf(x: number, y: number): Vector {
    const { view, size } = this.#options
    const scale = view.width / size.width
    const across = plus(view.ahead, view.right, (x + 0.5 - size.width / 2) * scale)
    return plus(across, view.up, (size.height / 2 - y - 0.5) * scale)
  }

  #composePixel(x: number, y: number, pixel: number): void {
    const at = 3 * pixel
    const samples = this.#shadePixel(this.#moving, x, y, true)
    const [sum, picture, ambient, sunlight, position] = [
      this.#sum,
      this.#picture,
      this.#ambient,
      this.#sunlight,
      this.#position,
    ]
    const share = 1 - samples / SAMPLES ** 2
    let [sky, sun] = [share, share]
    if (share > 0) {
      const [px, py, pz] = [position[at] as number, position[at + 1] as number, position[at + 2] as number]
      const shadows = this.#movingShadows
      sky *= shadows.skyAt(px, py, pz)
      if ((sunlight[at + 1] as number) > 0) sun *= shadows.sunAt(px, py, pz)
    }
    for (let k = 0; k < 3; k++) {
      picture[at + k] =
        (sum[k] as number) +
        (sum[3 + k] as number) +
        sky * (ambient[at + k] as number) +
        sun * (sunlight[at + k] as number)
    }
  }

  /** Into the sum, each sample a fourth; gives how many samples there were. */
  #shadePixel({ triangle, width }: Layer, x: number, y: number, moving: boolean): number {
    const sum = this.#sum
    sum.fill(0)
    const at = SAMPLES * (y * width + x)
    const [p, q, r, s] = [
      triangle[at] as number,
      triangle[at + 1] as number,
      triangle[at + width] as number,
      triangle[at + width + 1] as number,
    ]
    if (p === q && p === r && p === s) {
      if (p < 0) return 0
      this.#addSample(p, 2 * x + 1, 2 * y + 1, 1, moving)
      return 4
    }
    let samples = 0
    if (p >= 0) samples += this.#addSample(p, 2 * x + 0.5, 2 * y + 0.5, 0.25, moving)
    if (q >= 0) samples += this.#addSample(q, 2 * x + 1.5, 2 * y + 0.5, 0.25, moving)
    if (r >= 0) samples += this.#addSample(r, 2 * x + 0.5, 2 * y + 1.5, 0.25, moving)
    if (s >= 0) samples += this.#addSample(s, 2 * x + 1.5, 2 * y + 1.5, 0.25, moving)
    return samples
  }

  #addSample(triangle: number, sampleX: number, sampleY: number, weight: number, moving: boolean): 1 {
    const { shaded } = this.#shader
    const { haze, horizon } = this.#options.light
    this.#shader.shade(triangle, sampleX, sampleY)
    const { x, y, z } = shaded
    let sky = this.#stillShadows.skyAt(x, y, z)
    const lit = shaded.sunRed + shaded.sunGreen + shaded.sunBlue > 0
    let sun = lit ? this.#stillShadows.sunAt(x, y, z) : 0
    if (moving) {
      sky *= this.#movingShadows.skyAt(x, y, z)
      if (sun > 0) sun *= this.#movingShadows.sunAt(x, y, z)
    }
    const clear = Math.exp(-haze * shaded.distance)
    const [skyShare, sunShare, mist] = [weight * clear * sky, weight * clear * sun, weight * (1 - clear)]
    this.#add(0, shaded.red * skyShare + horizon[0] * mist, shaded.sunRed * sunShare, x * weight)
    this.#add(1, shaded.green * skyShare + horizon[1] * mist, shaded.sunGreen * sunShare, y * weight)
    this.#add(2, shaded.blue * skyShare + horizon[2] * mist, shaded.sunBlue * sunShare, z * weight)
    return 1
  }

  #add(k: number, ambient: number, sunlight: number, position: number): void {
    const sum = this.#sum
    sum[k] = (sum[k] as number) + ambient
    sum[3 + k] = (sum[3 + k] as number) + sunlight
    sum[6 + k] = (sum[6 + k] as number) + position
  }

  /** What is left of each thing's samples where nearer ones hide some. */
  #sights(): Sight[] {
    const { geometry, triangle, width } = this.#moving
    const objects: DrawnObject[] = [...this.#still.objects, ...this.#moving.objects]
    const found = new Int32Array(5 * (objects.length + 1))
    for (let i = 0; i <= objects.length; i++) found.set([0, 1 << 20, 1 << 20, -1, -1], 5 * i)
    const { batch, batches } = geometry
    const numberOf = batches.map(({ object }) => object)
    for (let i = 0; i < triangle.length; i++) {
      const on = triangle[i] as number
      const object = on < 0 ? (this.#object[i] as number) : (numberOf[batch[on] as number] as number)
      if (object === 0) continue
      const x = i % width
      const y = (i - x) / width
      const at = 5 * object
      found[at] = (found[at] as number) + 1
      if (x < (found[at + 1] as number)) found[at + 1] = x
      if (y < (found[at + 2] as number)) found[at + 2] = y
      if (x > (found[at + 3] as number)) found[at + 3] = x
      if (y > (found[at + 4] as number)) found[at + 4] = y
    }
    return objects.flatMap(({ id, label, samples, inside }, i) => {
      const [seen = 0, x1 = 0, y1 = 0, x2 = 0, y2 = 0] = found.subarray(5 * (i + 1), 5 * (i + 2))
      if (seen === 0) return []
      const box = [x1 / SAMPLES, y1 / SAMPLES, (x2 + 1) / SAMPLES, (y2 + 1) / SAMPLES] as const
      return [{ id, label, box, visible: (seen / samples) * inside }]
    })
  }
}
