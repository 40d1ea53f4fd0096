import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync } from 'node:fs'
import { lstat, symlink, unlink } from 'node:fs/promises'
import type { ReadStream } from 'node:tty'
import { promisify } from 'node:util'
import { GanzhiError } from '@ganzhi/contracts/error'
import nodePty from '@lydell/node-pty'

const run = promisify(execFile)

interface Pair {
  readonly _master: ReadStream
  readonly _slave: ReadStream
  readonly _pty: string
}
/** node-pty can do this, and its types don't say so: a pty with no process on it. */
const { open } = nodePty as unknown as { readonly open: (options: { encoding: null }) => Pair }

/** A serial port without a cable: what is written to `path` comes out here, and the other way round. */
export interface Pty extends AsyncDisposable {
  /** What a client opens. */
  readonly path: string
  write(bytes: Buffer): void
  /** As the client has set it. */
  baudRate(): Promise<number>
}

export async function openPty(onData: (chunk: Buffer) => void): Promise<Pty> {
  const { _master: master, _slave: slave, _pty: path } = open({ encoding: null })
  // Kept open, so that the port stays when a client leaves; its stream must not read what is meant for clients.
  const kept = openSync(path, constants.O_RDWR | constants.O_NOCTTY)
  slave.destroy()
  // A new terminal echoes, and edits lines.
  await run('stty', ['-F', path, 'raw', '-echo'])
  master.on('data', onData)
  master.on('error', () => master.destroy())
  return {
    path,
    write: (bytes) => void (master.writable && master.write(bytes)),
    async baudRate() {
      const { stdout } = await run('stty', ['-F', path, 'speed'])
      return Number(stdout)
    },
    async [Symbol.asyncDispose]() {
      closeSync(kept)
      if (master.closed) return
      const closed = once(master, 'close')
      master.destroy()
      await closed
    },
  }
}

/** Puts a symbolic link in the place of an older one, but of nothing else. */
export async function link(from: string, to: string): Promise<AsyncDisposable> {
  const there = await lstat(from).catch(() => undefined)
  if (there && !there.isSymbolicLink()) {
    throw new GanzhiError(`options: link ${from} is there already, and is no link`, {
      code: 'bad-input',
      blame: 'caller',
      field: 'link',
      remedy: 'Choose another path.',
    })
  }
  if (there) await unlink(from)
  await symlink(to, from)
  return { [Symbol.asyncDispose]: () => unlink(from).catch(() => undefined) }
}
