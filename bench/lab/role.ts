import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** One of the platform's processes, started by the command that users start it by. */
export interface Role extends AsyncDisposable {
  readonly process: ChildProcess
  readonly pid: number
  /** What it said when it was ready. */
  readonly facts: Readonly<Record<string, unknown>>
}

export interface RoleOptions {
  readonly env: Record<string, string>
  readonly log: string
}

/** `args` as in `node <args>`. */
export async function startRole(args: readonly string[], options: RoleOptions): Promise<Role> {
  return startProgram(process.execPath, args, options)
}

/** Resolves when the process says that it is ready, by a line of JSON. */
export async function startProgram(
  program: string,
  args: readonly string[],
  { env, log }: RoleOptions,
): Promise<Role> {
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stderr.pipe(createWriteStream(log, { flags: 'a' }))
  const ended = once(child, 'exit')
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout }))
      if (line.includes('"ready"')) return JSON.parse(line) as Role['facts']
    return undefined
  })()
  const facts = await ready
  if (!facts) throw new Error(`${program} ${args.join(' ')} ended before it was ready; see ${log}`)
  child.stdout.resume()
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    const killer = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await ended
    clearTimeout(killer)
  }
  return { process: child, pid: child.pid ?? 0, facts, [Symbol.asyncDispose]: stop }
}
