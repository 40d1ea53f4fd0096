import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface TiedProcess {
  readonly pid: number
  readonly exited: Promise<Exit>
  running(): boolean
  kill(signal: NodeJS.Signals): void
  /** Sends the signals one after the other, each with its time to work, and SIGKILL at last. */
  stop(...steps: readonly { signal: NodeJS.Signals; withinMs: number }[]): Promise<Exit>
}

export interface TiedProcessOptions {
  /** What the kernel sends the child when this process ends, however it ends. */
  readonly deathSignal: 'SIGKILL' | 'SIGTERM' | 'SIGQUIT'
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** Command and arguments that stand before: `unshare …`. They must exec, not fork. */
  readonly under?: readonly string[]
  readonly onStdout?: (line: string) => void
  readonly onStderr?: (line: string) => void
}

// A parent that is gone before the kernel was asked for its death signal would leave an orphan, so the
// child looks who its parent is afterwards. The death signal survives exec; changes of user come before it.
const LOOK_BACK = '[ "$PPID" = "$0" ] && exec "$@"'

const SAID_LINES = 5

/** Starts a process that can't outlive this one and doesn't hear the terminal's Ctrl-C, which is ours to pass on. */
export async function spawnTied(
  command: readonly string[],
  options: TiedProcessOptions,
): Promise<TiedProcess> {
  const [file = '', ...args] = [
    ...(options.under ?? []),
    'setpriv',
    '--pdeathsig',
    options.deathSignal.slice(3),
    'sh',
    '-c',
    LOOK_BACK,
    String(process.pid),
    ...command,
  ]
  const child = spawn(file, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.env && { env: options.env }),
    ...(options.cwd && { cwd: options.cwd }),
  })
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject))
  const { pid } = child
  if (pid === undefined) throw new Error(`${file} has no process id`)

  readLines(child.stdout, options.onStdout)
  readLines(child.stderr, options.onStderr)

  child.once('exit', () => killGroup(pid))
  const exited = new Promise<Exit>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  )
  const running = () => child.exitCode === null && child.signalCode === null

  return {
    pid,
    exited,
    running,
    kill: (signal) => void child.kill(signal),
    async stop(...steps) {
      for (const { signal, withinMs } of steps) {
        if (!running()) break
        child.kill(signal)
        const waiting = new AbortController()
        await Promise.race([exited, delay(withinMs, undefined, { signal: waiting.signal }).catch(() => {})])
        waiting.abort()
      }
      if (running()) child.kill('SIGKILL')
      return exited
    },
  }
}

/** Runs a command to its end; what it said last on stderr, in one line, is the reason when it fails. */
export async function runTied(
  command: readonly string[],
  {
    signal,
    ...options
  }: Omit<TiedProcessOptions, 'deathSignal' | 'onStderr'> & { readonly signal?: AbortSignal },
): Promise<void> {
  signal?.throwIfAborted()
  const said: string[] = []
  const child = await spawnTied(command, {
    ...options,
    deathSignal: 'SIGKILL',
    onStderr(line) {
      if (line.trim()) said.push(line.trim())
      if (said.length > SAID_LINES) said.shift()
    },
  })
  const abort = () => child.kill('SIGKILL')
  signal?.addEventListener('abort', abort)
  const { code, signal: killedBy } = await child.exited
  signal?.removeEventListener('abort', abort)
  signal?.throwIfAborted()
  if (code === 0) return
  throw new Error(stripVTControlCharacters(said.join(' ')) || `${command[0]} ended with ${killedBy ?? code}`)
}

function readLines(stream: Readable, onLine: ((line: string) => void) | undefined): void {
  if (onLine) createInterface({ input: stream, crlfDelay: Infinity }).on('line', onLine)
  else stream.resume()
}

/** Whatever the child has left behind goes with it. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group is empty, as it should be.
  }
}
