import { Worker } from 'node:worker_threads'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { WorkerMessage, WorkerTask } from './stored-worker.ts'
import { type Backtest, mergedBacktests } from './trial.ts'

/** Above so many devices a second core pays. */
const DEVICES_OF_ONE_WORKER = 20
const WORKERS = 2
/** For a worker that does not stop by itself. */
const STOP_WITHIN_MS = 10_000
const HEAP_MB = 1_024

export interface StoredOptions {
  readonly signal: AbortSignal
  readonly onProgress?: (progress: { readonly share: number; readonly inputs: number }) => void
}

/** What rules would have told of what is stored: of each its backtest. It is read and judged beside this thread, on two cores where it pays. */
export async function storedBacktest(
  task: WorkerTask,
  { signal, onProgress }: StoredOptions,
): Promise<Backtest[]> {
  signal.throwIfAborted()
  const { devices, rules } = task
  const workers = devices.length > DEVICES_OF_ONE_WORKER ? WORKERS : 1
  const told = Array.from({ length: workers }, () => ({ share: 0, inputs: 0 }))
  const stopping = new AbortController()
  const either = AbortSignal.any([signal, stopping.signal])
  const working = told.map((progress, n) =>
    atWork({ ...task, devices: devices.filter((_, i) => i % workers === n) }, either, (share, inputs) => {
      Object.assign(progress, { share, inputs })
      onProgress?.({
        share: told.reduce((sum, each) => sum + each.share, 0) / workers,
        inputs: told.reduce((sum, each) => sum + each.inputs, 0),
      })
    }),
  )
  try {
    const parts = await Promise.all(working)
    return rules.map((_, rule) => mergedBacktests(parts.map((part) => part[rule] as Backtest)))
  } finally {
    // Where one has failed the others work in vain.
    stopping.abort()
    await Promise.allSettled(working)
    signal.throwIfAborted()
  }
}

function atWork(
  task: WorkerTask,
  signal: AbortSignal,
  onProgress: (share: number, inputs: number) => void,
): Promise<readonly Backtest[]> {
  const worker = new Worker(new URL('./stored-worker.ts', import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  })
  let results: readonly Backtest[] | undefined
  let failure: unknown
  let cut: NodeJS.Timeout | undefined
  const stop = () => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
    worker.postMessage('stop')
    cut = setTimeout(() => void worker.terminate(), STOP_WITHIN_MS)
  }
  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'progress') onProgress(message.share, message.inputs)
    else if (message.kind === 'done') ({ results } = message)
    else failure = errorOf(message.error)
  })
  worker.on('error', (error) => {
    failure ??= error
  })
  signal.addEventListener('abort', stop, { once: true })
  return new Promise((resolve, reject) => {
    worker.once('exit', () => {
      signal.removeEventListener('abort', stop)
      clearTimeout(cut)
      if (results) resolve(results)
      else reject((failure ?? signal.reason ?? new Error('a worker has ended without a result')) as Error)
    })
  })
}

function errorOf({
  message,
  code,
  blame,
  field,
  remedy,
}: Extract<WorkerMessage, { kind: 'refused' }>['error']) {
  return new GanzhiError(message, {
    code,
    blame,
    ...(field !== undefined && { field }),
    ...(remedy !== undefined && { remedy }),
  })
}
