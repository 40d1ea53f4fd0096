import { setTimeout as delay } from 'node:timers/promises'

/** One process, from its start to its end. */
export interface Running {
  readonly pid: number
  readonly exited: Promise<unknown>
  stop(): Promise<unknown>
}

/** A process of the platform that can be broken and put back as often as one likes. */
export interface Part extends AsyncDisposable {
  readonly name: string
  /** `env` is for this one start: when the process dies of it, its successor is a normal one. */
  start(env?: NodeJS.ProcessEnv): Promise<void>
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>
  /** An orderly end. */
  stop(): Promise<void>
  freeze(): void
  thaw(): void
  isRunning(): boolean
  /** Runs, and is not frozen by us. */
  isAnswering(): boolean
  pid(): number | undefined
  /** How often it ended without being asked to. */
  readonly deaths: number
}

const RESTART_MS = 300

interface State {
  running?: Running | undefined
  starting?: Promise<void> | undefined
  wanted: boolean
  frozen: boolean
  deaths: number
}

/** Keeps the process alive as a supervisor does: an end that nobody asked for is followed by another start. */
export function part(name: string, launch: (env: NodeJS.ProcessEnv) => Promise<Running>): Part {
  const state: State = {
    wanted: false,
    frozen: false,
    deaths: 0,
  }

  async function launchOnce(env: NodeJS.ProcessEnv): Promise<void> {
    const mine = await launch(env)
    state.running = mine
    state.frozen = false
    void outlive(mine)
  }

  async function outlive(mine: Running): Promise<void> {
    await mine.exited
    if (state.running === mine) state.running = undefined
    if (!state.wanted) return
    state.deaths++
    while (state.wanted && !state.running) {
      await delay(RESTART_MS)
      if (state.wanted) await start().catch(() => {})
    }
  }

  async function start(env: NodeJS.ProcessEnv = {}): Promise<void> {
    state.wanted = true
    while (state.starting) await state.starting.catch(() => {})
    if (state.running) return
    state.starting = launchOnce(env).finally(() => (state.starting = undefined))
    await state.starting
  }

  async function end(how: (process: Running) => unknown): Promise<void> {
    state.wanted = false
    await state.starting?.catch(() => {})
    const mine = state.running
    if (!mine) return
    await how(mine)
    await mine.exited
    if (state.running === mine) state.running = undefined
  }

  const signal = (process: Running | undefined, name: NodeJS.Signals) => {
    try {
      if (process) globalThis.process.kill(process.pid, name)
    } catch {
      // It has just ended by itself.
    }
  }
  const stop = () =>
    end(async (mine) => {
      signal(mine, 'SIGCONT')
      await mine.stop()
    })

  return {
    name,
    start,
    stop,
    kill: () => end((mine) => signal(mine, 'SIGKILL')),
    freeze() {
      state.frozen = true
      signal(state.running, 'SIGSTOP')
    },
    thaw() {
      state.frozen = false
      signal(state.running, 'SIGCONT')
    },
    isRunning: () => state.running !== undefined,
    isAnswering: () => state.running !== undefined && !state.frozen,
    pid: () => state.running?.pid,
    get deaths() {
      return state.deaths
    },
    [Symbol.asyncDispose]: stop,
  }
}
