import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A process that prints `{"ready":true, …}` once it serves, and a line of JSON for each line it is asked. */
export interface Server extends AsyncDisposable {
  readonly ready: Readonly<Record<string, unknown>>
  tell(line: string): void
  ask(line: string): Promise<Readonly<Record<string, unknown>>>
}

export async function startServer(command: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Server> {
  const [file = '', ...args] = command
  const child = spawn(file, args, { env: { ...process.env, ...env } })
  let said = ''
  child.stderr.on('data', (chunk) => (said += String(chunk)))
  const exited = once(child, 'close')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => {
    const { value, done } = (await lines.next()) as { value: string; done?: boolean }
    if (done) throw new Error(`${command.join(' ')} ended: ${said}`)
    return JSON.parse(value) as Record<string, unknown>
  }
  return {
    ready: await next(),
    tell: (line) => void child.stdin.write(`${line}\n`),
    async ask(line) {
      child.stdin.write(`${line}\n`)
      return next()
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
