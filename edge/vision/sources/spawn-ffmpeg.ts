import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'

/** What ffmpeg reads: `playlist` through a pipe of its own, since arguments can be seen by everybody on the machine. */
export interface FfmpegInput {
  readonly arguments: readonly string[]
  readonly playlist?: string
}

export interface Ffmpeg {
  readonly process: ChildProcess
  readonly stdin: Writable
  readonly stderr: Readable
}

const SETPRIV = '/usr/bin/setpriv'
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/**
 * It lives no longer than this process: on an exit it is killed, on SIGKILL of this process by the kernel where
 * util-linux can ask it to, else by the first picture for which nobody is left.
 */
export function spawnFfmpeg(
  ffmpeg: string,
  input: FfmpegInput,
  args: { readonly before: readonly string[]; readonly after: readonly string[] },
  stdout: Socket | 'pipe' = 'pipe',
): Ffmpeg {
  const tied = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', ffmpeg] : [ffmpeg]
  const [program = '', ...words] = [...tied, ...args.before, ...input.arguments, ...args.after]
  const child = spawn(program, words, {
    // Not in the terminal's group: its Ctrl-C is the agent's.
    detached: true,
    stdio: ['pipe', stdout, 'pipe', 'pipe'],
  })
  running.add(child)
  child.once('close', () => running.delete(child))
  const stdin = child.stdin as Writable
  const stderr = child.stderr as Readable
  const playlist = child.stdio[3] as Writable
  // A child that ends closes its pipes; that it ended is told by `close`.
  for (const pipe of [stdin, playlist]) pipe.on('error', () => {})
  playlist.end(input.playlist ?? '')
  return { process: child, stdin, stderr }
}
