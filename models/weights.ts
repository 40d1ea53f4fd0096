import { admit } from './admission.ts'
import { openOnnxSession, type SessionOptions } from './onnx-session.ts'
import { readOnnxFile, type OnnxFile } from './onnx-file.ts'
import type { Runtime } from './runtime.ts'
import { filesAt, type WeightFiles } from './weight-files.ts'

export interface Weights {
  readonly runtime: Runtime
  /** What the file says of itself; a TensorFlow.js model says nothing. */
  readonly file?: OnnxFile
}

/** Loads a model of any kind that is known; what must not run is refused before it is loaded. */
export async function openWeights(from: string | WeightFiles, options: SessionOptions): Promise<Weights> {
  const files = typeof from === 'string' ? filesAt(from) : from
  if (files.name.endsWith('.json')) {
    const { openTfjsSession } = await import('./tfjs-session.ts')
    return { runtime: await openTfjsSession(files) }
  }
  const bytes = await files.read(files.name)
  const file = readOnnxFile(bytes)
  admit(file)
  return { runtime: await openOnnxSession(bytes, options), file }
}
