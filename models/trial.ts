import { badOutput, refused } from './model-error.ts'
import { fitFor } from './fit.ts'
import type { ModelInput } from './card.ts'
import type { Frame } from './frame.ts'
import type { PictureInput } from './picture-input.ts'
import type { Runtime } from './runtime.ts'
import type { Tensor } from './tensor.ts'

/** Runs a model once on a made-up picture: what it gives then is what is known of it for certain. */
export async function tryOut(runtime: Runtime, picture: PictureInput, input: ModelInput): Promise<Tensor[]> {
  const frame = trialFrame(input.size[0] as number, input.size[1] as number)
  const pixels = picture.newPixels(input.size)
  fitFor(input, picture.order, frame).write(frame, { x: 0, y: 0 }, pixels)
  const outputs = await runtime.run(picture.feeds(pixels, input.size)).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw refused(
      `it fails when it runs: ${reason}`,
      'Export it anew, and try it where it was trained.',
      cause,
    )
  })
  for (const { name, data } of outputs) {
    if (!data.every(Number.isFinite)) {
      throw refused(
        `${name} holds numbers that are none (NaN or infinite)`,
        'Export it anew, perhaps in float32.',
      )
    }
  }
  return outputs
}

/** Squares of many colours and sizes: enough for a model to have something to say. */
function trialFrame(width: number, height: number): Frame {
  const rgb = new Uint8Array(width * height * 3)
  for (let i = 0, y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const square = (x >> 5) * 31 + (y >> 5) * 57
      rgb[i++] = square * 3
      rgb[i++] = square * 7 + x
      rgb[i++] = square * 11 + y
    }
  }
  return { width, height, rgb, at: 0 }
}

/** Some values of every output, so that a model that goes wrong later is found out for next to nothing. */
export function mustBeFinite(outputs: readonly Tensor[]): void {
  for (const { name, data } of outputs) {
    for (let i = 0; i < data.length; i += 61) {
      if (!Number.isFinite(data[i])) throw badOutput(`no number in ${name}`)
    }
  }
}
