import { spawnTied } from '@ganzhi/deploy/stack/tied-process'
import { join } from 'node:path'

import type { Running } from './part.ts'
import type { PartLog } from './part-log.ts'

const ROOT = join(import.meta.dirname, '../../..')
const STOP_MS = 10_000

/** Starts one of our own programs the way everybody does: as a process, by its main.ts. */
export async function startProgram(
  [main = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
  log: PartLog,
  /** A command that runs it, and execs or becomes it. */
  under: readonly string[] = [],
): Promise<Running> {
  const child = await spawnTied([...under, process.execPath, join(ROOT, main), ...args], {
    deathSignal: 'SIGKILL',
    env: { ...process.env, GANZHI_FAULT_LAB: '1', ...env },
    onStdout: log.write,
    onStderr: log.write,
  })
  const exited = child.exited.then((exit) => log.write(JSON.stringify({ lab: 'ended', ...exit })))
  log.write(JSON.stringify({ lab: 'started', pid: child.pid, at: Date.now() }))
  return { pid: child.pid, exited, stop: () => child.stop({ signal: 'SIGTERM', withinMs: STOP_MS }) }
}
