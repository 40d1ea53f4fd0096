import { Layer } from './layer.ts'
import { Shadows } from './shadows.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

/** The memory that pictures of one size are made in, 50 MB at 640 × 360: taken once, whatever is then shown. */
export class Buffers {
  readonly size: Size
  readonly still: Layer
  readonly moving: Layer
  readonly stillShadows = new Shadows()
  readonly movingShadows = new Shadows()
  /** Of each pixel of what stands still: light of the sky and of lamps, of the sun, and where it is. */
  readonly ambient: Float32Array
  readonly sunlight: Float32Array
  readonly position: Float32Array
  /** Of each sample of what stands still. */
  readonly object: Uint16Array
  readonly picture: Float32Array

  constructor(size: Size) {
    const values = 3 * size.width * size.height
    this.size = size
    this.still = new Layer(size)
    this.moving = new Layer(size)
    this.ambient = new Float32Array(values)
    this.sunlight = new Float32Array(values)
    this.position = new Float32Array(values)
    this.object = new Uint16Array(this.still.triangle.length)
    this.picture = new Float32Array(values)
  }
}
