import { fork } from 'node:child_process'
import { once } from 'node:events'
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { Clock } from '@ganzhi/device-drivers/clock'
import type { ModelCard } from '@ganzhi/models/card'
import type { Frame } from '@ganzhi/models/frame'
import { errorOf } from '@ganzhi/models/fault'
import { FrameMemory } from './frame-memory.ts'
import type { Answer, LookOptions, ModelOrder, Order, Ready, Seen } from './messages.ts'

/** A model that is loaded and warm; looks at one frame at a time. */
export interface OpenDetector extends AsyncDisposable {
  readonly card: ModelCard
  readonly digest?: string
  look(frame: Frame, options: LookOptions): Promise<Seen>
  /** Resolves with the reason when it is gone without having been disposed of. */
  readonly gone: Promise<GanzhiError>
}

export interface ChildOptions {
  readonly clock: Clock
  readonly model: ModelOrder
  readonly threads: number
  readonly signal: AbortSignal
  /** The script that the child runs. */
  readonly script?: URL
}

const SCRIPT = new URL('./detector-process.ts', import.meta.url)
const OPENS_WITHIN_MS = 120_000
/** The largest detectors take a second on a small core; whole frame and tiles are up to 26 runs. */
const ANSWERS_WITHIN_MS = 30_000

/**
 * MB. A frame leaves little behind, but V8 doubles this space whenever a process was held up and much of it survives, and never
 * gives it back: 30 MB a model, on a gateway that runs for months.
 */
const SMALL_YOUNG_SPACE = '--max-semi-space-size=1'

/** Loads a model in a process of its own, which can crash, hang and leak alone. */
export async function openDetectorChild(options: ChildOptions): Promise<OpenDetector> {
  const { clock, model, threads, signal, script = SCRIPT } = options
  signal.throwIfAborted()
  const memory = new FrameMemory()
  const child = fork(script, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', memory.fd],
    execArgv: [SMALL_YOUNG_SPACE],
    env: { ...process.env, ...compileCache() },
  })
  const ended = once(child, 'exit').catch(() => {})
  /** In the order in which they were asked, which is that of the answers. */
  const asked: PromiseWithResolvers<Answer>[] = []
  let leaving = false
  const gone = Promise.withResolvers<GanzhiError>()

  const fail = (error: GanzhiError) => {
    if (!leaving) gone.resolve(error)
    for (const { reject } of asked) reject(error)
    child.kill('SIGKILL')
  }
  child.on('error', (cause) => fail(died('could not be started', cause)))
  child.on('exit', (code, killedBy) => fail(died(`ended (${killedBy ?? `code ${code}`})`)))
  child.on('message', (answer: Answer) => asked.shift()?.resolve(answer))

  async function ask(order: Order, withinMs: number): Promise<Ready | Seen> {
    if (!child.connected) throw died('has gone')
    const ahead = asked.at(-1)?.promise
    const answering = Promise.withResolvers<Answer>()
    asked.push(answering)
    child.send(order, () => {})
    // Its time begins when it is its turn.
    await ahead?.catch(() => {})
    const cancel = clock.after(withinMs, () => fail(hung(withinMs)))
    try {
      const answer = await answering.promise
      if (answer.kind === 'failed') throw errorOf(answer.fault)
      return answer
    } finally {
      cancel()
    }
  }

  async function dispose(): Promise<void> {
    leaving = true
    child.kill('SIGKILL')
    await ended
    memory[Symbol.dispose]()
  }

  const stop = () =>
    fail(new GanzhiError('opening the model was stopped', { code: 'stopped', blame: 'caller' }))
  signal.addEventListener('abort', stop, { once: true })
  try {
    const ready = await ask({ kind: 'open', model, threads }, OPENS_WITHIN_MS)
    if (ready.kind !== 'ready') throw died('did not answer as a detector does')
    const { card, digest } = ready
    return {
      card,
      ...(digest !== undefined && { digest }),
      gone: gone.promise,
      async look(frame, { score, tiles }) {
        using room = memory.put(frame)
        const told = { place: room.place, width: frame.width, height: frame.height, at: frame.at }
        const options = { ...(score !== undefined && { score }), ...(tiles && { tiles }) }
        const seen = await ask({ kind: 'look', ...told, ...options }, ANSWERS_WITHIN_MS)
        if (seen.kind !== 'seen') throw died('did not answer as a detector does')
        return seen
      },
      [Symbol.asyncDispose]: dispose,
    }
  } catch (error) {
    await dispose()
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** The agent's own, so that a new version is read, not compiled: 0.2 s sooner there, and 30 MB less. */
function compileCache(): { NODE_COMPILE_CACHE?: string } {
  const dir = getCompileCacheDir()
  return dir === undefined ? {} : { NODE_COMPILE_CACHE: dirname(dir) }
}

function died(how: string, cause?: unknown): GanzhiError {
  return new GanzhiError(`the detector's process ${how}`, {
    code: 'detector-died',
    blame: 'outside',
    retryable: true,
    cause,
  })
}

function hung(ms: number): GanzhiError {
  return new GanzhiError(`the detector did not answer for ${ms / 1_000} s`, {
    code: 'detector-hung',
    blame: 'outside',
    retryable: true,
  })
}
