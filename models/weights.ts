import { readFile } from 'node:fs/promises'
import { admit } from './admission.ts'
import { refused } from './model-error.ts'
import { openOnnxSession, type SessionOptions } from './onnx-session.ts'
import { readOnnxFile, type OnnxFile } from './onnx-file.ts'
import type { Runtime } from './runtime.ts'

export interface Weights {
  readonly runtime: Runtime
  /** What the file says of itself; a TensorFlow.js model says nothing. */
  readonly file?: OnnxFile
}

/** Loads a model of any kind that is known; what must not run is refused before it is loaded. */
export async function openWeights(path: string, options: SessionOptions): Promise<Weights> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw refused(`${path} can't be read`, 'Check its path and that it may be read.', cause)
  })
  if (path.endsWith('.json')) {
    const { openTfjsSession } = await import('./tfjs-session.ts')
    return { runtime: await openTfjsSession(path, bytes) }
  }
  const file = readOnnxFile(bytes)
  admit(file)
  return { runtime: await openOnnxSession(bytes, options), file }
}
