import { StackError } from '../stack/stack-error.ts'
import { type Exit, spawnTied } from '../stack/tied-process.ts'
import type { LogFile } from './log-file.ts'
import type { Running } from './supervise.ts'

/** The one line a child prints on stdout once it serves: `{"ready":true, …}`. */
export type ReadyLine = Readonly<Record<string, unknown>> & { readonly ready: true }

export interface NodeChild extends Running {
  readonly ready: ReadyLine
}

export interface NodeChildOptions {
  readonly name: string
  /** Program and arguments, run by this process's own Node. */
  readonly command: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly log: LogFile
  readonly signal?: AbortSignal
  readonly readyWithinMs?: number
}

const READY_WITHIN_MS = 120_000
const BAD_USE = 2

/** Starts one of our own programs and resolves once it says that it is ready. */
export async function startNodeChild(options: NodeChildOptions): Promise<NodeChild> {
  const { name, log, signal } = options
  const readyLine = Promise.withResolvers<ReadyLine>()
  const child = await spawnTied([process.execPath, ...options.command], {
    deathSignal: 'SIGKILL',
    env: options.env,
    onStderr: (line) => log.write(line),
    onStdout(line) {
      const ready = parseReady(line)
      if (ready) readyLine.resolve(ready)
      else log.write(line)
    },
  })

  const late = AbortSignal.timeout(options.readyWithinMs ?? READY_WITHIN_MS)
  const given = signal ? AbortSignal.any([signal, late]) : late
  const abort = () => child.kill('SIGKILL')
  given.addEventListener('abort', abort)
  if (given.aborted) abort()
  const first = await Promise.race([readyLine.promise, child.exited])
  given.removeEventListener('abort', abort)

  if ('ready' in first) {
    return {
      pid: child.pid,
      exited: child.exited,
      ready: first,
      async stop(withinMs) {
        await child.stop({ signal: 'SIGTERM', withinMs })
      },
    }
  }
  signal?.throwIfAborted()
  if (late.aborted) throw new Error(`${name} was not ready in time`)
  if (first.code === BAD_USE) {
    throw new StackError(
      { en: `${name} does not start: ${lastWords(log)} (${log.path})`, zh: `${name} 无法启动。` },
      { exitCode: 2 },
    )
  }
  throw new Error(describeExit(first, log))
}

export function describeExit({ code, signal }: Exit, log: LogFile): string {
  const how = signal ?? `code ${code}`
  const words = lastWords(log)
  return words ? `${how}: ${words}` : how
}

/** What the log ends with, for a person: of a JSON line only its message. */
function lastWords(log: LogFile): string {
  const line = log.last()
  try {
    const { msg, err }: { msg?: string; err?: { message?: string } } = JSON.parse(line)
    const why = err?.message ?? ''
    return msg && !why.startsWith(msg) ? [msg, why].filter(Boolean).join(': ') : why
  } catch {
    return line.slice(0, 300)
  }
}

function parseReady(line: string): ReadyLine | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const value: ReadyLine | { ready?: unknown } = JSON.parse(line)
    return value.ready === true ? { ...value, ready: true } : undefined
  } catch {
    return undefined
  }
}
