import { refused } from './model-error.ts'
import type { PixelOrder, Pixels } from './fit.ts'
import { shapeText, type Feed, type TensorSpec } from './tensor.ts'

/** How a model wants its picture, and what else it asks for. */
export interface PictureInput {
  readonly order: PixelOrder
  readonly type: 'float32' | 'float16' | 'uint8'
  /** Undefined where any will do. */
  readonly width: number | undefined
  readonly height: number | undefined
  newPixels(size: readonly number[]): Pixels
  feeds(pixels: Pixels, size: readonly number[]): Feed[]
}

export function pictureInputOf(inputs: readonly TensorSpec[]): PictureInput {
  const picture = inputs.find(({ dims }) => dims.length === 4)
  if (picture === undefined) {
    const given = inputs.map(({ name, dims }) => `${name} ${shapeText(dims)}`).join(', ')
    throw refused(`it takes no picture, but ${given || 'nothing'}`, 'Use a detector.')
  }
  const { type, dims } = picture
  if (type !== 'float32' && type !== 'float16' && type !== 'uint8') {
    throw refused(
      `its picture is neither floats nor bytes`,
      'Export it with a float32, float16 or uint8 input.',
    )
  }
  if ((dims[0] ?? 1) !== 1) {
    throw refused(`it takes ${dims[0]} pictures at once`, 'Export it with a batch of 1, or a dynamic one.')
  }
  const order = orderOf(dims)
  const others = inputs.filter((each) => each !== picture)
  for (const each of others) companion(each, [1, 1])
  const [height, width] = order === 'nchw' ? dims.slice(2) : dims.slice(1, 3)
  return {
    order,
    type,
    width,
    height,
    newPixels([w = 0, h = 0]) {
      const length = w * h * 3
      switch (type) {
        case 'float32':
          return new Float32Array(length)
        case 'float16':
          return new Float16Array(length)
        case 'uint8':
          return new Uint8Array(length)
      }
    },
    feeds(pixels, size) {
      const [w = 0, h = 0] = size
      const shape = order === 'nchw' ? [1, 3, h, w] : [1, h, w, 3]
      return [
        { name: picture.name, dims: shape, data: pixels },
        ...others.map((each) => companion(each, size)),
      ]
    },
  }
}

function orderOf(dims: TensorSpec['dims']): PixelOrder {
  if (dims[1] === 3) return 'nchw'
  if (dims[3] === 3) return 'nhwc'
  throw refused(`its picture is ${shapeText(dims)}: not three colours`, 'Use a detector for colour pictures.')
}

/** DETRs ask to what size boxes are to be scaled: the input's own, so that they are pixels of it as from any other head. */
function companion({ name, type }: TensorSpec, [width = 0, height = 0]: readonly number[]): Feed {
  if (name !== 'orig_target_sizes') {
    throw refused(
      `it asks for ${name} beside the picture`,
      'Export it without post-processing that asks for more.',
    )
  }
  const sides = [width, height]
  const data =
    type === 'int64'
      ? BigInt64Array.from(sides, BigInt)
      : type === 'int32'
        ? Int32Array.from(sides)
        : Float32Array.from(sides)
  return { name, dims: [1, 2], data }
}
