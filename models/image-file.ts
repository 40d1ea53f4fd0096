import { readFile } from 'node:fs/promises'
import { GanzhiError } from '@ganzhi/contracts/error'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import type { Frame } from './frame.ts'
import { pictureHeader } from './picture-header.ts'

/** 8K and some; decoded it takes four bytes a pixel. */
const MOST_PIXELS = 64_000_000

/** A JPEG, PNG or WebP file as a frame. */
export async function readImageFile(file: string): Promise<Frame> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new GanzhiError(`${file} can't be read`, {
      code: 'no-image',
      blame: 'caller',
      field: file,
      remedy: 'Check its path and that it may be read.',
      cause,
    })
  })
  return decodeImage(bytes, file)
}

/** `name` is how the picture is called in an error. */
export async function decodeImage(bytes: Uint8Array, name = 'the picture'): Promise<Frame> {
  const header = pictureHeader(bytes)
  if (header === undefined) throw bad(name, 'is no JPEG, PNG or WebP', 'not-an-image')
  if (!header.complete) throw bad(name, `is a ${header.format} that ends too soon`, 'image-truncated')
  if (header.width * header.height > MOST_PIXELS) {
    throw bad(name, `has ${header.width} × ${header.height} pixels, more than are taken`, 'image-too-large')
  }
  const image = await loadImage(bytes).catch((cause: unknown) => {
    throw bad(name, `is a ${header.format} that can't be decoded`, 'image-damaged', cause)
  })
  const { width, height } = image
  const context = createCanvas(width, height).getContext('2d')
  context.drawImage(image, 0, 0)
  const rgba = context.getImageData(0, 0, width, height).data
  const rgb = new Uint8Array(width * height * 3)
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = rgba[from] as number
    rgb[to + 1] = rgba[from + 1] as number
    rgb[to + 2] = rgba[from + 2] as number
  }
  return { width, height, rgb, at: Date.now() }
}

function bad(name: string, what: string, code: string, cause?: unknown): GanzhiError {
  return new GanzhiError(`${name} ${what}`, {
    code,
    blame: 'outside',
    field: name,
    remedy: 'Use a whole JPEG, PNG or WebP of at most 64 megapixels.',
    cause,
  })
}
