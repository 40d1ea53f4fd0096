import { readdir, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { StackError } from '../stack/stack-error.ts'
import { runTied } from '../stack/tied-process.ts'

const CONSOLE = fileURLToPath(new URL('../../cloud/console', import.meta.url))
const CONTRACTS = fileURLToPath(new URL('../../contracts', import.meta.url))

/** Builds the console's page when there is none, or one that is older than what it is made of. */
export async function builtConsole(signal: AbortSignal): Promise<string> {
  const dist = join(CONSOLE, 'dist')
  const builtAt = await changedAt(join(dist, 'index.html'))
  if (builtAt > (await newestSource())) return dist

  try {
    // Tests build it, too, and what they leave is served until a source changes.
    const env = { ...process.env, NODE_ENV: 'production' }
    await runTied([process.execPath, viteProgram(), 'build', '--logLevel', 'warn'], {
      cwd: CONSOLE,
      env,
      signal,
    })
    return dist
  } catch (cause) {
    signal.throwIfAborted()
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StackError({ en: `The console can't be built: ${reason}`, zh: '控制台构建失败。' }, { cause })
  }
}

function viteProgram(): string {
  const require = createRequire(join(CONSOLE, 'package.json'))
  try {
    return join(dirname(require.resolve('vite/package.json')), 'bin/vite.js')
  } catch (cause) {
    throw new StackError(
      { en: 'The console is not built and vite is not installed: run npm ci.', zh: '请先运行 npm ci。' },
      { exitCode: 2, cause },
    )
  }
}

async function newestSource(): Promise<number> {
  const times = await Promise.all([CONSOLE, CONTRACTS].map(newestIn))
  return Math.max(...times)
}

async function newestIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true })
  const times = entries.map(async (entry) => {
    if (entry.name === 'dist' || entry.name === 'node_modules') return 0
    const path = join(folder, entry.name)
    return entry.isDirectory() ? await newestIn(path) : await changedAt(path)
  })
  return Math.max(0, ...(await Promise.all(times)))
}

async function changedAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
}
