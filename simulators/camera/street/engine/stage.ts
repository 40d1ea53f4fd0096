import type { Buffers } from './buffers.ts'
import { type Layer, SAMPLES } from './layer.ts'
import type { Light } from './light.ts'
import type { Colour } from './mesh.ts'
import type { Placed } from './placed.ts'
import { markReach } from './reach.ts'
import { Shader } from './shade.ts'
import { type Sight, sightsIn } from './sights.ts'
import { Tiles } from './tiles.ts'
import { plus, type Vector } from './vector.ts'
import type { View } from './view.ts'

export interface StageOptions {
  readonly view: View
  readonly light: Light
  /** What is seen where nothing stands. */
  readonly skyAt: (direction: Vector) => Colour
  readonly still: readonly Placed[]
}

export interface StagePicture {
  /** Of each pixel: red, green, blue. */
  readonly light: Float32Array
  /** Where it differs from the picture before. */
  readonly changed: Tiles
  sights(): readonly Sight[]
}

/** Some light comes from the sides even where the sky is hidden. */
const OPENNESS = [0.4, 0.55, 0.7, 0.85, 1] as const
const ALL_SAMPLES = SAMPLES * SAMPLES
/** Shadows are seen about a place so far before the eye. */
const SHADOWS_AHEAD_M = 18

/** What stands still is drawn and lit once; a picture adds what moves, and the shadow that it throws. */
export class Stage {
  readonly #buffers: Buffers
  readonly #options: StageOptions
  readonly #shader: Shader
  /** Of one pixel: light of the sky and of lamps, of the sun, and where it is. */
  readonly #sum = new Float64Array(9)

  /** Since the picture before. */
  #changed: Tiles

  /** The buffers are its own until another stage is made of them. */
  constructor(buffers: Buffers, options: StageOptions) {
    this.#buffers = buffers
    this.#options = options
    this.#shader = new Shader(options.view, options.light, buffers.still)
    this.#changed = new Tiles(buffers.size)
    this.#changed.markAll()
    this.#drawStill()
  }

  /** The next picture overwrites it. Only what moves, or has moved away, is drawn anew. */
  pictureOf(moving: readonly Placed[]): StagePicture {
    const { still, moving: layer, movingShadows, size, picture } = this.#buffers
    const { view, light } = this.#options
    const changed = new Tiles(size)
    for (const placed of moving) markReach(changed, placed, view, light, size)
    this.#changed.add(changed)
    layer.begin(still, this.#changed)
    movingShadows.clear()
    for (const placed of moving) {
      layer.draw(view, placed)
      movingShadows.draw(placed)
    }
    this.#shader.begin(layer.geometry)
    this.#changed.forEachRun(size, (y, left, right) => {
      for (let x = left; x < right; x++) this.#composePixel(x, y)
    })
    const shown = this.#changed
    this.#changed = changed
    return { light: picture, changed: shown, sights: () => sightsIn(this.#buffers) }
  }

  #drawStill(): void {
    const { still: layer, stillShadows, movingShadows, size, object } = this.#buffers
    const { view, light, still } = this.#options
    const flat = Math.hypot(view.ahead[0], view.ahead[2]) || 1
    const ahead = plus(view.eye, view.ahead, SHADOWS_AHEAD_M / flat)
    const centre: Vector = [ahead[0], 0, ahead[2]]
    const sunny = light.sunColour[0] > 0
    stillShadows.aim(light.sun, centre, sunny)
    movingShadows.aim(light.sun, centre, sunny)
    layer.begin()
    for (const placed of still) {
      layer.draw(view, placed)
      if (!placed.flat) stillShadows.draw(placed)
    }
    const { batch, batches } = layer.geometry
    for (let i = 0; i < object.length; i++) {
      const triangle = layer.triangle[i] as number
      object[i] = triangle < 0 ? 0 : (batches[batch[triangle] as number]?.object ?? 0)
    }
    this.#shader.begin(layer.geometry)
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) this.#keepPixel(x, y)
    }
  }

  #keepPixel(x: number, y: number): void {
    const { still, ambient, sunlight, position, size } = this.#buffers
    const samples = this.#shadePixel(still, x, y, false)
    const at = 3 * (y * size.width + x)
    const sum = this.#sum
    const share = samples / ALL_SAMPLES
    for (let k = 0; k < 3; k++) {
      ambient[at + k] = sum[k] as number
      sunlight[at + k] = sum[3 + k] as number
      position[at + k] = (sum[6 + k] as number) / (share || 1)
    }
    if (share === 1) return
    const sky = this.#options.skyAt(this.#directionOf(x, y))
    ambient[at] = (ambient[at] as number) + (1 - share) * sky[0]
    ambient[at + 1] = (ambient[at + 1] as number) + (1 - share) * sky[1]
    ambient[at + 2] = (ambient[at + 2] as number) + (1 - share) * sky[2]
  }

  #directionOf(x: number, y: number): Vector {
    const { view } = this.#options
    const { width, height } = this.#buffers.size
    const scale = view.width / width
    const across = plus(view.ahead, view.right, (x + 0.5 - width / 2) * scale)
    return plus(across, view.up, (height / 2 - y - 0.5) * scale)
  }

  #composePixel(x: number, y: number): void {
    const { moving, movingShadows, ambient, sunlight, position, picture, size } = this.#buffers
    const samples = this.#shadePixel(moving, x, y, true)
    const at = 3 * (y * size.width + x)
    let sky = 1 - samples / ALL_SAMPLES
    let sun = sky
    if (sky > 0) {
      sky *= OPENNESS[movingShadows.skyAt(position, at)] as number
      if ((sunlight[at] as number) > 0) sun *= movingShadows.sunAt(position, at) / 256
    }
    const sum = this.#sum
    for (let k = 0; k < 3; k++) {
      picture[at + k] =
        (sum[k] as number) +
        (sum[3 + k] as number) +
        sky * (ambient[at + k] as number) +
        sun * (sunlight[at + k] as number)
    }
  }

  /** Into the sum; gives how many samples there were. */
  #shadePixel({ triangle, width }: Layer, x: number, y: number, moving: boolean): number {
    this.#sum.fill(0)
    const at = SAMPLES * (y * width + x)
    const p = triangle[at] as number
    const q = triangle[at + 1] as number
    const r = triangle[at + width] as number
    const s = triangle[at + width + 1] as number
    if (p === q && p === r && p === s) {
      if (p < 0) return 0
      this.#addSample(p, 2 * x + 1, 2 * y + 1, 1, moving)
      return ALL_SAMPLES
    }
    let samples = 0
    if (p >= 0) samples += this.#addSample(p, 2 * x + 0.5, 2 * y + 0.5, 0.25, moving)
    if (q >= 0) samples += this.#addSample(q, 2 * x + 1.5, 2 * y + 0.5, 0.25, moving)
    if (r >= 0) samples += this.#addSample(r, 2 * x + 0.5, 2 * y + 1.5, 0.25, moving)
    if (s >= 0) samples += this.#addSample(s, 2 * x + 1.5, 2 * y + 1.5, 0.25, moving)
    return samples
  }

  #addSample(triangle: number, sampleX: number, sampleY: number, weight: number, moving: boolean): 1 {
    const { stillShadows, movingShadows } = this.#buffers
    const { haze, horizon } = this.#options.light
    const { shaded } = this.#shader
    this.#shader.shade(triangle, sampleX, sampleY)
    const { place } = shaded
    let sky = OPENNESS[stillShadows.skyAt(place, 0)] as number
    let sun = shaded.sunRed > 0 ? stillShadows.sunAt(place, 0) / 256 : 0
    if (moving) {
      sky *= OPENNESS[movingShadows.skyAt(place, 0)] as number
      if (sun > 0) sun *= movingShadows.sunAt(place, 0) / 256
    }
    const clear = weight * Math.exp(-haze * shaded.distance)
    const mist = weight - clear
    sky *= clear
    sun *= clear
    this.#add(0, shaded.red * sky + horizon[0] * mist, shaded.sunRed * sun, (place[0] as number) * weight)
    this.#add(1, shaded.green * sky + horizon[1] * mist, shaded.sunGreen * sun, (place[1] as number) * weight)
    this.#add(2, shaded.blue * sky + horizon[2] * mist, shaded.sunBlue * sun, (place[2] as number) * weight)
    return 1
  }

  #add(k: number, ambient: number, sunlight: number, position: number): void {
    const sum = this.#sum
    sum[k] = (sum[k] as number) + ambient
    sum[3 + k] = (sum[3 + k] as number) + sunlight
    sum[6 + k] = (sum[6 + k] as number) + position
  }
}
