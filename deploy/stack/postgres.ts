import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { postgresAccount } from './postgres-account.ts'
import { postgresBinaries } from './postgres-binaries.ts'
import { prepareData, readPassword } from './postgres-data.ts'
import { StackError, diskFull, portTaken } from './stack-error.ts'
import { type Exit, type TiedProcess, spawnTied } from './tied-process.ts'

export interface PostgresOptions {
  /** Made by initdb when it is absent or empty. */
  readonly dataDir: string
  readonly port: number
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal
  /** Server settings, as on `postgres -c name=value`. */
  readonly settings?: Readonly<Record<string, string | number>>
  readonly onLog?: (line: string) => void
}

export interface Postgres extends AsyncDisposable {
  /** Superuser on the database `postgres`, by TCP on 127.0.0.1. */
  readonly url: string
  readonly pid: number
  readonly exited: Promise<Exit>
  /** Fast stop: clients are cut off, nothing is lost. After `withinMs` it is cut short, and recovered at the next start. */
  stop(withinMs?: number): Promise<void>
}

const POLL_MS = 20
const FAST_STOP_MS = 30_000
const LONGEST_SOCKET_PATH = 107

/** Starts PostgreSQL 18 and resolves once it takes connections. It ends with this process. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { port, signal } = options
  const dataDir = resolve(options.dataDir)
  const [binaries, account] = await Promise.all([postgresBinaries(), postgresAccount()])
  await mkdir(dirname(dataDir), { recursive: true })
  await prepareData(dataDir, binaries, account, signal)
  const password = await readPassword(dataDir)

  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: `${dataDir}/.s.PGSQL.${port}`.length <= LONGEST_SOCKET_PATH ? dataDir : '',
    ...options.settings,
  }
  const tail: string[] = []
  const server = await spawnTied(
    [
      binaries.postgres,
      '-D',
      dataDir,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    {
      under: account.under,
      deathSignal: 'SIGQUIT',
      onStderr(line) {
        tail.push(line)
        if (tail.length > 20) tail.shift()
        options.onLog?.(line)
      },
    },
  )

  try {
    await untilReady(server, dataDir, signal)
  } catch (error) {
    await server.stop({ signal: 'SIGQUIT', withinMs: 5_000 })
    signal?.throwIfAborted()
    throw explain(tail, dataDir, port, error)
  }

  const stop = async (withinMs = FAST_STOP_MS) => {
    await server.stop({ signal: 'SIGINT', withinMs }, { signal: 'SIGQUIT', withinMs: 1_000 })
  }
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    pid: server.pid,
    exited: server.exited,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** The postmaster writes its state into the eighth line of postmaster.pid, for pg_ctl and for us. */
async function untilReady(server: TiedProcess, dataDir: string, signal?: AbortSignal): Promise<void> {
  while (server.running()) {
    const lines = (await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
    if (lines[0] === String(server.pid) && lines[7]?.trim() === 'ready') return
    await delay(POLL_MS, undefined, { ...(signal && { signal }) })
  }
  await server.exited
  throw new Error('PostgreSQL ended before it was ready')
}

function explain(tail: readonly string[], dataDir: string, port: number, cause: unknown): StackError {
  const text = tail.join('\n')
  if (text.includes('Address already in use')) {
    return portTaken(port, { en: 'stop what uses it, then start again.', zh: '请停止占用它的程序后重试' })
  }
  if (text.includes('No space left on device')) return diskFull(dataDir, cause)
  const reason = tail.findLast((line) => /\b(PANIC|FATAL|ERROR):/.test(line)) ?? tail.at(-1) ?? String(cause)
  return new StackError(
    {
      en: `PostgreSQL does not start on ${dataDir} (${reason.replace(/^.*?(PANIC|FATAL|ERROR):\s*/, '')}): put it back from a backup, or run npm run reset.`,
      zh: `数据库无法启动，请从备份恢复或运行 npm run reset。`,
    },
    { cause },
  )
}
