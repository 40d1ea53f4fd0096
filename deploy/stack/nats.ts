import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { findProgram } from '../../tools/bin/programs.mjs'
import { StackError, diskFull, portTaken } from './stack-error.ts'
import { type Exit, spawnTied } from './tied-process.ts'

export interface NatsOptions {
  /** JetStream's files, and the configuration that was used. */
  readonly storeDir: string
  readonly port: number
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal
  /** More lines for the configuration file; `http: "127.0.0.1:8222"` opens the monitoring port. */
  readonly config?: string
  readonly onLog?: (line: string) => void
}

export interface Nats extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  readonly exited: Promise<Exit>
  stop(withinMs?: number): Promise<void>
}

const STOP_MS = 10_000

/** `NATS_SERVER` where it is set, else nats-server on the PATH or where Debian has it. */
export function findNatsServer(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return findProgram('nats-server', env)
}

/** Starts nats-server with JetStream on 127.0.0.1 and resolves once it takes clients. It ends with this process. */
export async function startNats(options: NatsOptions): Promise<Nats> {
  const { port, signal } = options
  const storeDir = resolve(options.storeDir)
  const program = findNatsServer()
  if (!program) {
    throw new StackError(
      {
        en: 'nats-server is missing: install it (apt-get install nats-server), or name it in NATS_SERVER.',
        zh: '缺少 nats-server。',
      },
      { exitCode: 2 },
    )
  }

  const configFile = join(storeDir, 'nats.conf')
  await mkdir(storeDir, { recursive: true })
  await writeFile(configFile, configuration(storeDir, port, options.config))

  const tail: string[] = []
  const ready = Promise.withResolvers<'ready'>()
  const server = await spawnTied([program, '-c', configFile], {
    deathSignal: 'SIGKILL',
    onStderr(line) {
      if (line) tail.push(line)
      if (tail.length > 20) tail.shift()
      if (line.includes('Server is ready')) ready.resolve('ready')
      options.onLog?.(line)
    },
  })

  const stop = async (withinMs = STOP_MS) => {
    await server.stop({ signal: 'SIGINT', withinMs })
  }
  const abort = () => server.kill('SIGKILL')
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  const first = await Promise.race([ready.promise, server.exited])
  signal?.removeEventListener('abort', abort)
  if (first !== 'ready') {
    signal?.throwIfAborted()
    throw explain(tail, storeDir, port)
  }
  return {
    url: `nats://127.0.0.1:${port}`,
    pid: server.pid,
    exited: server.exited,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function configuration(storeDir: string, port: number, more = ''): string {
  return [
    `listen: "127.0.0.1:${port}"`,
    'max_payload: 2MB',
    'max_pending: 64MB',
    // Each stream has its own limit; a share of the free disk, the default, would refuse them on a small one.
    `jetstream { store_dir: ${JSON.stringify(storeDir)}, max_file: 64GB }`,
    more,
    '',
  ].join('\n')
}

function explain(tail: readonly string[], storeDir: string, port: number): StackError {
  const text = tail.join('\n')
  if (text.includes('address already in use')) {
    return portTaken(port, { en: 'stop what uses it, then start again.', zh: '请停止占用它的程序后重试' })
  }
  if (text.includes('no space left on device')) return diskFull(storeDir)
  const reason = (
    tail.findLast((line) => /\[(FTL|ERR)\]/.test(line)) ??
    tail.at(-1) ??
    'it said nothing'
  ).replace(/^.*?\[(FTL|ERR)\]\s*/, '')
  return new StackError({
    en: `nats-server does not start on ${storeDir} (${reason}): delete that folder, gateways send again what it held.`,
    zh: `nats-server 无法启动，可删除其数据目录，网关会补发。`,
  })
}
