import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createCanvas } from '@napi-rs/canvas'
import type { CommandContext } from '../../../command-context.ts'
import { keyOf } from '../../../signal.ts'
import { Buffers } from '../engine/buffers.ts'
import { Palette } from '../world/palette.ts'
import { type AnnotatedPicture, annotationsOf } from './coco.ts'
import { takeMoment } from './moment.ts'
import { checkedStreetOptions, STREET_HELP, STREET_OPTIONS } from './options.ts'

/** Writes pictures until there are enough, or the signal aborts. */
export async function paintStreets({ args, print, signal }: CommandContext): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: STREET_OPTIONS })
  if (values.help) return print(STREET_HELP)
  const { pictures, first, seed, size } = checkedStreetOptions(values)
  const palette = new Palette()
  const buffers = new Buffers(size)
  const canvas = createCanvas(size.width, size.height)
  const paper = canvas.getContext('2d')
  const image = paper.createImageData(size.width, size.height)
  image.data.fill(255)
  const annotated: AnnotatedPicture[] = []
  await mkdir(values.out, { recursive: true })
  for (let i = first; i < first + pictures && !signal.aborted; i++) {
    const { rgb, quality, ...seen } = takeMoment(keyOf(seed, 'moment', i), buffers, palette)
    rgb.forEach((value, k) => (image.data[Math.floor(k / 3) * 4 + (k % 3)] = value))
    paper.putImageData(image, 0, 0)
    const file = `${String(i).padStart(6, '0')}.jpg`
    await writeFile(join(values.out, file), await canvas.encode('jpeg', quality))
    annotated.push({ id: i + 1, file, ...size, ...seen })
  }
  await writeFile(join(values.out, 'annotations.json'), JSON.stringify(annotationsOf(annotated)))
  print(`${JSON.stringify({ pictures: annotated.length, out: values.out, seed })}\n`)
}
