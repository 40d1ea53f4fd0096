import { badOutput, mismatch, refused } from '../model-error.ts'
import { filesAt, type WeightFiles } from '../weight-files.ts'
import { GRAPH_INPUT } from './graph-model.ts'
import { cellCount, inputLength, type WindowShape } from './window.ts'

/** Windows at a time. */
const BATCH = 256

/** A loaded model; one call at a time. */
export interface Restorer extends AsyncDisposable {
  /** Each window as the model would expect it. */
  restore(windows: readonly Float32Array[]): Promise<Float32Array[]>
}

/** Proved on a trial run to be what its card says. `weights` may be a path. */
export async function openRestorer(weights: string | WeightFiles, shape: WindowShape): Promise<Restorer> {
  const { openTfjsSession } = await import('../tfjs-session.ts')
  const runtime = await openTfjsSession(typeof weights === 'string' ? filesAt(weights) : weights)
  const [length, cells] = [inputLength(shape), cellCount(shape)]
  const run = async (windows: readonly Float32Array[]) => {
    const data = new Float32Array(windows.length * length)
    windows.forEach((window, row) => data.set(window, row * length))
    return runtime.run([{ name: GRAPH_INPUT, dims: [windows.length, length], data }])
  }
  const trial = await run([new Float32Array(length)]).catch(async (cause: unknown) => {
    await runtime[Symbol.asyncDispose]()
    throw refused('it does not run', `Its windows must have ${length} numbers: train it again.`, cause)
  })
  if (trial.length !== 1 || trial[0]?.data.length !== cells) {
    await runtime[Symbol.asyncDispose]()
    throw mismatch('window', `it must give ${cells} numbers for a window`)
  }
  return {
    async restore(windows) {
      const restored: Float32Array[] = []
      for (let from = 0; from < windows.length; from += BATCH) {
        const batch = windows.slice(from, from + BATCH)
        const [output] = await run(batch)
        if (!output?.data.every(Number.isFinite)) throw badOutput('what is no number')
        for (let row = 0; row < batch.length; row++)
          restored.push(output.data.subarray(row * cells, (row + 1) * cells))
      }
      return restored
    },
    [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose](),
  }
}
