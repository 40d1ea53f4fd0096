import type { ModelInput } from './card.ts'
import type { Box } from './detection.ts'
import type { Frame } from './frame.ts'
import { shrinker } from './shrink.ts'

/** A part of a frame, in its pixels. */
export interface Region {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** How a tensor holds a picture: plane by plane, or pixel by pixel. */
export type PixelOrder = 'nchw' | 'nhwc'

export type Pixels = Float32Array | Float16Array | Uint8Array

/** The way of regions of one shape into a model's input, and of boxes back. */
export interface Fit {
  /** Fills what no frame reaches; once for an array that only this fit writes to. */
  fillPad(to: Pixels): void
  write(frame: Frame, at: { readonly x: number; readonly y: number }, to: Pixels): void
  /** A box in pixels of the input → in pixels of the region, cut at its edges. */
  toRegion(box: Box): Box
}

type Shape = Pick<Region, 'width' | 'height'>

export function fitFor(input: ModelInput, order: PixelOrder, region: Shape): Fit {
  const [width, height] = input.size as [number, number]
  const place = placeOf(input, region)
  // Beyond this, two neighbours don't tell enough of the pixels that become one; below, they do in a third of the time.
  // What is stretched has lost its shape already and is known by less.
  const most = input.fit === 'stretch' ? 1.2 : 1.6
  const much = region.width > most * place.width || region.height > most * place.height
  const shrinking = much ? shrinker(region, place) : undefined
  const source = much ? place : region
  const { shift } = place
  const columns = samples(source.width, place.width, shift)
  const rows = samples(source.height, place.height, shift)
  const layout = layoutOf(input, order)
  return {
    fillPad(to) {
      const pad = input.pad ?? 114
      const { red, green, blue, pixelStep } = layout
      for (const { offset, gain, bias } of [red, green, blue]) {
        const value = pad * gain + bias
        for (let i = 0, at = offset; i < width * height; i++, at += pixelStep) to[at] = value
      }
    },
    write(frame, at, to) {
      const { bytes, stride } = readable(shrinking ? shrinking.shrink(frame, at) : frame)
      const origin = shrinking ? 0 : at.y * stride + at.x * 3
      for (let y = 0; y < place.height; y++) {
        const above = origin + (rows.from[y] as number) * stride
        const below = rows.single ? above : above + stride
        const start = ((place.y + y) * width + place.x) * layout.pixelStep
        sampleRow(bytes, above, below, rows.weight[y] as number, columns, layout, to, start)
      }
    },
    toRegion: ([x1, y1, x2, y2]) => [
      clamp((x1 - place.x - shift) / place.scaleX, region.width),
      clamp((y1 - place.y - shift) / place.scaleY, region.height),
      clamp((x2 - place.x - shift) / place.scaleX, region.width),
      clamp((y2 - place.y - shift) / place.scaleY, region.height),
    ],
  }
}

function clamp(value: number, most: number): number {
  return value < 0 ? 0 : value > most ? most : value
}

/**
 * Where in the input the region comes to lie. What is enlarged lies half a pixel of the input further right and down, as
 * libvips puts it: models of coarse cells, such as FastestDet, see another cell first where it lies otherwise.
 */
function placeOf({ size, fit }: ModelInput, region: Shape) {
  const [width, height] = size as [number, number]
  if (fit === 'stretch') {
    const shift = region.width < width || region.height < height ? 0.5 : 0
    return { x: 0, y: 0, shift, width, height, scaleX: width / region.width, scaleY: height / region.height }
  }
  const scale = Math.min(width / region.width, height / region.height)
  const used = {
    width: Math.min(width, Math.max(1, Math.round(region.width * scale))),
    height: Math.min(height, Math.max(1, Math.round(region.height * scale))),
  }
  const centred = fit === 'pad-centre'
  return {
    x: centred ? Math.floor((width - used.width) / 2) : 0,
    y: centred ? Math.floor((height - used.height) / 2) : 0,
    shift: scale > 1 ? 0.5 : 0,
    ...used,
    scaleX: used.width / region.width,
    scaleY: used.height / region.height,
  }
}

// Weights are parts of 256, so that a weighted byte fits 16 bits, and two channels are weighed in one word.
const ONE = 256

interface Samples {
  /** The neighbour before each target pixel's centre; the other one follows it, unless there is but one. */
  readonly from: Int32Array
  readonly single: boolean
  /** Of the neighbour that follows. */
  readonly weight: Int32Array
}

function samples(many: number, to: number, shift: number): Samples {
  const from = new Int32Array(to)
  const weight = new Int32Array(to)
  for (let i = 0; i < to; i++) {
    const centre = Math.min(many - 1, Math.max(0, ((i + 0.5 - shift) * many) / to - 0.5))
    const before = Math.max(0, Math.min(many - 2, Math.floor(centre)))
    from[i] = before
    weight[i] = Math.round((centre - before) * ONE)
  }
  return { from, single: many === 1, weight }
}

interface Channel {
  /** Of its first pixel in the tensor. */
  readonly offset: number
  /** Of a byte. */
  readonly gain: number
  readonly bias: number
}

interface Layout {
  readonly pixelStep: number
  readonly red: Channel
  readonly green: Channel
  readonly blue: Channel
}

function layoutOf({ size, color, scale, mean, std }: ModelInput, order: PixelOrder): Layout {
  const [width, height] = size as [number, number]
  const [pixelStep, channelStep] = order === 'nchw' ? [1, width * height] : [3, 1]
  const channel = (at: number): Channel => {
    const deviation = std?.[at] ?? 1
    return { offset: at * channelStep, gain: scale / deviation, bias: -(mean?.[at] ?? 0) / deviation }
  }
  const [first, last] = [channel(0), channel(2)]
  return color === 'rgb'
    ? { pixelStep, red: first, green: channel(1), blue: last }
    : { pixelStep, red: last, green: channel(1), blue: first }
}

/** A picture one pixel wide has no second column to weigh with: it gets one. */
function readable(frame: Omit<Frame, 'at'>): { bytes: DataView; stride: number } {
  if (frame.width > 1) {
    const { buffer, byteOffset, byteLength } = frame.rgb
    return { bytes: new DataView(buffer, byteOffset, byteLength), stride: frame.width * 3 }
  }
  const doubled = new Uint8Array(frame.height * 6)
  for (let i = 0; i < doubled.length; i++) {
    doubled[i] = frame.rgb[Math.floor(i / 6) * 3 + (i % 3)] as number
  }
  return { bytes: new DataView(doubled.buffer), stride: 6 }
}

const RED_AND_BLUE = 0xff00ff
const BYTE = 0xff

/** Words are read two pixels at a time, from their first byte and up to their last: never past a frame's end. */
function sampleRow(
  bytes: DataView,
  above: number,
  below: number,
  downWeight: number,
  columns: Samples,
  { pixelStep, red, green, blue }: Layout,
  to: Pixels,
  start: number,
): void {
  const { from, weight } = columns
  const round = to instanceof Uint8Array ? 0.5 : 0
  const [redGain, greenGain, blueGain] = [red.gain / ONE, green.gain / ONE, blue.gain / ONE]
  const [redBias, greenBias, blueBias] = [red.bias + round, green.bias + round, blue.bias + round]
  let redAt = start + red.offset
  let greenAt = start + green.offset
  let blueAt = start + blue.offset
  for (let i = 0; i < from.length; i++) {
    const across = weight[i] as number
    const both = (Math.imul(across, downWeight) + 128) >> 8
    const left = ONE - across - downWeight + both
    const right = across - both
    const leftBelow = downWeight - both
    const column = Math.imul(from[i] as number, 3)
    const a = bytes.getInt32(above + column, true)
    const b = bytes.getInt32(above + column + 2, true) >> 8
    const c = bytes.getInt32(below + column, true)
    const d = bytes.getInt32(below + column + 2, true) >> 8
    const pair =
      Math.imul(a & RED_AND_BLUE, left) +
      Math.imul(b & RED_AND_BLUE, right) +
      Math.imul(c & RED_AND_BLUE, leftBelow) +
      Math.imul(d & RED_AND_BLUE, both)
    const middle =
      Math.imul((a >> 8) & BYTE, left) +
      Math.imul((b >> 8) & BYTE, right) +
      Math.imul((c >> 8) & BYTE, leftBelow) +
      Math.imul((d >> 8) & BYTE, both)
    to[redAt] = (pair & 0xffff) * redGain + redBias
    to[greenAt] = middle * greenGain + greenBias
    to[blueAt] = (pair >>> 16) * blueGain + blueBias
    redAt += pixelStep
    greenAt += pixelStep
    blueAt += pixelStep
  }
}
