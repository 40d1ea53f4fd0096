import { StackError } from '../stack/stack-error.ts'
import type { Exit } from '../stack/tied-process.ts'

export interface Running {
  readonly pid: number
  readonly exited: Promise<Exit>
  stop(withinMs: number): Promise<void>
}

export interface Service<R extends Running> {
  readonly name: string
  /** Resolves once it is ready. */
  start(signal: AbortSignal): Promise<R>
  /** Why it ended, and where to read on. */
  describe(exit: Exit): string
  readonly logFile: string
}

export interface Supervised<R extends Running> {
  readonly name: string
  current(): R
  /** Resolves with the reason when it is not started again any more. */
  readonly failed: Promise<StackError>
  stop(withinMs: number): Promise<void>
}

export interface Clock {
  /** Milliseconds of a clock that only goes forward. */
  now(): number
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export interface SuperviseOptions {
  readonly clock: Clock
  /** Ends the first start; later ones end with `stop`. */
  readonly signal: AbortSignal
  readonly onRestart: (name: string, why: string, inMs: number) => void
}

const WINDOW_MS = 60_000
const RESTARTS = 3
const FIRST_BACKOFF_MS = 250

/** Keeps a service running: it is started again with backoff, three times a minute at most. */
export async function supervise<R extends Running>(
  service: Service<R>,
  { clock, signal, onRestart }: SuperviseOptions,
): Promise<Supervised<R>> {
  const { name } = service
  const stopping = new AbortController()
  const untilStopped = AbortSignal.any([signal, stopping.signal])
  const failed = Promise.withResolvers<StackError>()
  const deaths: number[] = []

  async function backOff(why: string): Promise<void> {
    const now = clock.now()
    while (deaths[0] !== undefined && deaths[0] <= now - WINDOW_MS) deaths.shift()
    deaths.push(now)
    if (deaths.length > RESTARTS) {
      throw new StackError({
        en: `${name} ended ${deaths.length} times within a minute (${why}), see ${service.logFile}`,
        zh: `${name} 反复退出，平台已停止。`,
      })
    }
    const inMs = FIRST_BACKOFF_MS * 2 ** (deaths.length - 1)
    onRestart(name, why, inMs)
    await clock.sleep(inMs, untilStopped)
  }

  async function start(): Promise<R> {
    for (;;) {
      try {
        return await service.start(untilStopped)
      } catch (error) {
        untilStopped.throwIfAborted()
        if (error instanceof StackError) throw error
        await backOff(error instanceof Error ? error.message : String(error))
      }
    }
  }

  let current = await start()

  async function watch(): Promise<void> {
    for (;;) {
      const exit = await current.exited
      if (stopping.signal.aborted) return
      await backOff(service.describe(exit))
      current = await start()
    }
  }

  const watching = watch().catch((error: unknown) => {
    if (untilStopped.aborted) return
    failed.resolve(error instanceof StackError ? error : unexpected(name, error))
  })

  return {
    name,
    current: () => current,
    failed: failed.promise,
    async stop(withinMs) {
      stopping.abort()
      await current.stop(withinMs)
      await watching
      // A restart may have been completed in the same moment.
      await current.stop(withinMs)
    },
  }
}

function unexpected(name: string, cause: unknown): StackError {
  return new StackError({ en: `${name}: ${String(cause)}`, zh: `${name} 出现意外错误。` }, { cause })
}
