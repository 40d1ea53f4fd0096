import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmod,
  chown,
  mkdir,
  readFile,
  readdir,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

import type { PostgresAccount } from './postgres-account.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { StackError, diskFull } from './stack-error.ts'
import { runTied } from './tied-process.ts'

const run = promisify(execFile)

const MAJOR_VERSION = '18'
const PASSWORD_FILE = 'ganzhi.password'
const LEAVE_MS = 15_000

export async function readPassword(dataDir: string): Promise<string> {
  try {
    return await readFile(join(dataDir, PASSWORD_FILE), 'utf8')
  } catch (cause) {
    throw broken(dataDir, `${PASSWORD_FILE} is missing`, cause)
  }
}

/** A data directory that PostgreSQL can be started on: made when there is none, never touched when it is not one. */
export async function prepareData(
  dataDir: string,
  binaries: PostgresBinaries,
  account: PostgresAccount,
  signal?: AbortSignal,
): Promise<void> {
  const entries = await readdir(dataDir).catch(() => [])
  if (entries.length === 0) return await createData(dataDir, binaries, account, signal)

  const version = await readFile(join(dataDir, 'PG_VERSION'), 'utf8').catch(() => undefined)
  if (version === undefined) throw broken(dataDir, 'PG_VERSION is missing')
  if (version.trim() !== MAJOR_VERSION) {
    throw broken(dataDir, `it is of PostgreSQL ${version.trim()}, not ${MAJOR_VERSION}`)
  }
  await giveTo(account, dataDir)
  await removeStalePid(dataDir, signal)
}

/** initdb works beside the directory, so that one killed half-way leaves nothing that looks like data. */
async function createData(
  dataDir: string,
  { initdb }: PostgresBinaries,
  account: PostgresAccount,
  signal?: AbortSignal,
): Promise<void> {
  const draft = `${dataDir}.new`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true, mode: 0o700 })
  await chown(draft, account.uid, account.gid)

  const passwordFile = `${draft}.password`
  const password = randomBytes(18).toString('base64url')
  await writeFile(passwordFile, password, { mode: 0o600 })
  await chown(passwordFile, account.uid, account.gid)

  const command = [
    initdb,
    `--pgdata=${draft}`,
    '--username=postgres',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
  ]
  try {
    await runTied(command, { under: account.under, ...(signal && { signal }) })
    await rename(passwordFile, join(draft, PASSWORD_FILE))
    await rm(dataDir, { recursive: true, force: true })
    await rename(draft, dataDir)
  } catch (cause) {
    signal?.throwIfAborted()
    if (/No space left on device|ENOSPC/.test(String(cause))) throw diskFull(dataDir, cause)
    throw new StackError(
      {
        en: `initdb could not make ${dataDir}: ${cause instanceof Error ? cause.message : String(cause)}`,
        zh: `无法初始化数据库 ${dataDir}。`,
      },
      { cause },
    )
  } finally {
    await rm(draft, { recursive: true, force: true })
    await rm(passwordFile, { force: true })
  }
}

/** Another account may have run it before: root with a namespace yesterday, the user postgres today. */
async function giveTo({ uid, gid }: PostgresAccount, dataDir: string): Promise<void> {
  if (process.getuid?.() !== 0) return
  if ((await stat(dataDir)).uid !== uid) await run('chown', ['-R', `${uid}:${gid}`, dataDir])
  await chmod(dataDir, 0o700)
}

/**
 * PostgreSQL believes any living process of the number in postmaster.pid to be its predecessor. Its processes all work
 * in the data directory: while there is one, it is on its way out and waited for; when there is none, the file is stale.
 */
async function removeStalePid(dataDir: string, signal?: AbortSignal): Promise<void> {
  const deadline = performance.now() + LEAVE_MS
  for (;;) {
    const [pid] = await processesIn(dataDir)
    if (pid === undefined) break
    if (performance.now() > deadline) {
      throw new StackError({
        en: `Process ${pid} already serves ${dataDir}: stop it (kill ${pid}), then start again.`,
        zh: `另一个 PostgreSQL（进程 ${pid}）正在使用该数据目录。`,
      })
    }
    await delay(50, undefined, { ...(signal && { signal }) })
  }
  await rm(join(dataDir, 'postmaster.pid'), { force: true })
}

async function processesIn(directory: string): Promise<number[]> {
  const path = await realpath(directory)
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const working = await Promise.all(
    pids.map(async (pid) => (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === path),
  )
  return pids.filter((_, index) => working[index]).map(Number)
}

function broken(dataDir: string, why: string, cause?: unknown): StackError {
  return new StackError(
    {
      en: `${dataDir} is not a data directory of ours (${why}): put it back from a backup, or run npm run reset.`,
      zh: `数据目录 ${dataDir} 已损坏。`,
    },
    { cause },
  )
}
