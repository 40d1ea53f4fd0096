import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 500

/**
 * Resolves when npm, which started us through a shell, is gone: neither of the two passes a signal on, so that
 * `kill` of `npm start` would leave us running where nobody sees us.
 */
export async function npmGone(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const shell = process.ppid
  const npm = env['npm_lifecycle_event'] === undefined ? undefined : await parentOf(shell)
  if (npm === undefined) return await new Promise(() => {})
  while (process.ppid === shell && (await parentOf(shell)) === npm)
    await delay(POLL_MS, undefined, { signal, ref: false }).catch(() => {})
}

async function parentOf(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The program's name stands in brackets and may itself hold some.
  const parent = /^.*\) \S+ (\d+)/s.exec(status)?.[1]
  return parent === undefined ? undefined : Number(parent)
}
