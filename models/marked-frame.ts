import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas'
import type { Box } from './detection.ts'
import type { Frame } from './frame.ts'

export interface Mark {
  readonly box: Box
  /** Marks of one kind have one colour. */
  readonly kind: string
  /** Beside the box: `person 7  0.83`. */
  readonly text: string
  /** Dashed: where something is thought to be. */
  readonly unseen?: boolean
}

export interface Markings {
  readonly marks: readonly Mark[]
  /** Below the picture, each on a line of its own. */
  readonly lines: readonly string[]
}

const QUALITY = 80
const FONT = 'sans-serif'
/** Told apart by the colour-blind too, on asphalt as on snow, and bright enough for black words: after Okabe and Ito. */
const COLOURS = ['#e69f00', '#56b4e9', '#009e73', '#f0e442', '#4a9fd8', '#ff7733', '#e79bc5']

/** A copy of a frame with boxes and words on it, as JPEG. */
export async function drawMarked({ width, height, rgb }: Frame, { marks, lines }: Markings): Promise<Buffer> {
  const size = Math.max(10, Math.round(width / 56))
  const lineHeight = Math.round(size * 1.3)
  const canvas = createCanvas(width, height + lines.length * lineHeight)
  const context = canvas.getContext('2d')
  const picture = context.createImageData(width, height)
  for (let from = 0, to = 0; from < 3 * width * height; from += 3, to += 4) {
    picture.data[to] = rgb[from] ?? 0
    picture.data[to + 1] = rgb[from + 1] ?? 0
    picture.data[to + 2] = rgb[from + 2] ?? 0
    picture.data[to + 3] = 255
  }
  context.putImageData(picture, 0, 0)
  context.font = `${size}px ${FONT}`
  context.textBaseline = 'middle'
  context.lineWidth = Math.max(1.5, width / 400)
  for (const mark of marks) drawMark(context, mark, lineHeight)
  context.fillStyle = '#000'
  context.fillRect(0, height, width, canvas.height - height)
  context.fillStyle = '#fff'
  lines.forEach((line, i) => context.fillText(line, size / 2, height + (i + 0.5) * lineHeight))
  return await canvas.encode('jpeg', QUALITY)
}

function drawMark(
  context: SKRSContext2D,
  { box, kind, text, unseen = false }: Mark,
  lineHeight: number,
): void {
  const [x1, y1, x2, y2] = box
  const colour = colourOf(kind)
  context.strokeStyle = colour
  context.setLineDash(unseen ? [4, 4] : [])
  context.strokeRect(x1, y1, x2 - x1, y2 - y1)
  if (text === '') return
  // Above the box, or inside where there is no room above.
  const top = y1 >= lineHeight ? y1 - lineHeight : y1
  context.fillStyle = colour
  context.fillRect(x1, top, context.measureText(text).width + lineHeight / 2, lineHeight)
  context.fillStyle = '#000'
  context.fillText(text, x1 + lineHeight / 4, top + lineHeight / 2)
}

function colourOf(kind: string): string {
  let sum = 0
  for (const character of kind) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0
  return COLOURS[sum % COLOURS.length] as string
}
