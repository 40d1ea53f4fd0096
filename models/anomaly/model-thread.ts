import { Worker } from 'node:worker_threads'
import { GanzhiError } from '@ganzhi/contracts/error'
import { errorOf, type Fault } from '../fault.ts'
import type { ReadWeights } from '../weight-files.ts'
import type { Restorer } from './restorer.ts'
import type { WindowShape } from './window.ts'

/** What a thread is asked, one thing at a time. */
export type ThreadOrder =
  | {
      readonly kind: 'open'
      readonly model: number
      readonly name: string
      readonly files: ReadonlyMap<string, Uint8Array>
      readonly shape: WindowShape
    }
  | { readonly kind: 'restore'; readonly model: number; readonly windows: readonly Float32Array[] }
  | { readonly kind: 'close'; readonly model: number }

export type ThreadAnswer =
  | { readonly kind: 'done'; readonly windows: Float32Array[] }
  | { readonly kind: 'failed'; readonly fault: Fault }

export interface ThreadOptions {
  /** For one order. */
  readonly withinMs?: number
  /** What the thread runs. */
  readonly script?: URL
}

const SCRIPT = new URL('./model-thread-script.ts', import.meta.url)
/** The first order waits for TensorFlow to be loaded, on a small gateway. */
const WITHIN_MS = 30_000

/**
 * Models run here one after the other, away from all else that the process does. One that does not come to an end, or
 * ends the thread, is never asked again; the others go on in a new thread.
 */
export class ModelThread implements AsyncDisposable {
  readonly #withinMs: number
  readonly #script: URL
  #worker: Worker | undefined
  /** Models that the worker has loaded. */
  readonly #loaded = new Set<number>()
  #models = 0
  #closed = false
  #turn: Promise<unknown> = Promise.resolve()

  constructor({ withinMs = WITHIN_MS, script = SCRIPT }: ThreadOptions = {}) {
    this.#withinMs = withinMs
    this.#script = script
  }

  /** Proved on a trial run to be what its card says. */
  async open(
    { name, files }: ReadWeights,
    { window, stepSeconds, properties }: WindowShape,
  ): Promise<Restorer> {
    const model = ++this.#models
    const open: ThreadOrder = { kind: 'open', model, name, files, shape: { window, stepSeconds, properties } }
    let ended: unknown
    const inTurn = (work: () => Promise<Float32Array[]>) =>
      this.#inTurn(async () => {
        if (ended !== undefined) throw ended
        try {
          if (!this.#loaded.has(model)) await this.#ask(open)
          this.#loaded.add(model)
          return await work()
        } catch (error) {
          if (!this.#worker) ended = error
          throw error
        }
      })
    await inTurn(() => Promise.resolve([]))
    return {
      restore: async (windows) =>
        windows.length === 0 ? [] : inTurn(() => this.#ask({ kind: 'restore', model, windows })),
      [Symbol.asyncDispose]: () =>
        this.#inTurn(async () => {
          if (this.#loaded.delete(model)) await this.#ask({ kind: 'close', model })
        }),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await this.#end()
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch(() => {})
    return mine
  }

  async #ask(order: ThreadOrder): Promise<Float32Array[]> {
    if (this.#closed) throw died('it was closed')
    const worker = (this.#worker ??= this.#start())
    const answering = Promise.withResolvers<ThreadAnswer>()
    const onError = (error: unknown) => answering.reject(died(String(error)))
    const onExit = (code: number) => answering.reject(died(`code ${code}`))
    worker.once('message', answering.resolve).once('error', onError).once('exit', onExit)
    const late = setTimeout(() => answering.reject(tooSlow(this.#withinMs)), this.#withinMs)
    try {
      worker.postMessage(order, [])
      const answer = await answering.promise.catch(async (error: unknown) => {
        await this.#end()
        throw error
      })
      if (answer.kind === 'done') return answer.windows
      throw errorOf(answer.fault)
    } finally {
      clearTimeout(late)
      worker.off('message', answering.resolve).off('error', onError).off('exit', onExit)
    }
  }

  #start(): Worker {
    const worker = new Worker(this.#script, { execArgv: [] })
    // Also where it ends while nothing is asked of it.
    worker.on('error', () => {})
    worker.on('exit', () => {
      if (this.#worker === worker) this.#forget()
    })
    return worker
  }

  async #end(): Promise<void> {
    const worker = this.#worker
    this.#forget()
    await worker?.terminate()
  }

  #forget(): void {
    this.#worker = undefined
    this.#loaded.clear()
  }
}

function tooSlow(ms: number): GanzhiError {
  return threadEnded('model-slow', `${ms} ms 内没有算完 it did not come to an end within ${ms} ms`)
}

function died(why: string): GanzhiError {
  return threadEnded('model-died', `线程结束 its thread ended: ${why}`)
}

function threadEnded(code: string, message: string): GanzhiError {
  return new GanzhiError(message, {
    code,
    blame: 'outside',
    field: 'weights',
    remedy: '换回上一个好的版本，再重启。 Take the model back to its last good version, and start again.',
  })
}
