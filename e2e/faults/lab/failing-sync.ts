import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * A command to run a program under, so that its syncs fail with EIO: the first after `healthy` good ones, and every
 * `every`th from then on. The tracer is a grandchild, so that the program's own pid is the one that is started.
 */
export function failingSyncs({ healthy, every }: { healthy: number; every: number }): readonly string[] {
  const when = `when=${healthy + 1}+${every}`
  return ['strace', '-DDD', '-f', '-qq', '-o', '/dev/null', '-e', `inject=fdatasync:error=EIO:${when}`]
}

/** Why not, where it can't be done. */
export async function withoutFailingSyncs(): Promise<string | undefined> {
  const [strace = '', ...args] = failingSyncs({ healthy: 1, every: 1 })
  return await run(strace, [...args, 'true']).then(
    () => undefined,
    () => 'strace is missing, or may not trace',
  )
}
