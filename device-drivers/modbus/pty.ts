import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync } from 'node:fs'
import { mkdtemp, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ReadStream } from 'node:tty'
import { promisify } from 'node:util'
import nodePty from '@lydell/node-pty'

/** For tests: a serial port without a cable. */
export interface Pty extends AsyncDisposable {
  readonly path: string
  write(bytes: Uint8Array): void
}

/** A path that stays the same when the port is another one. */
export interface StablePath extends AsyncDisposable {
  readonly path: string
  pointTo(target: string): Promise<void>
}

interface Pair {
  readonly _master: ReadStream
  readonly _slave: ReadStream
  readonly _pty: string
}
/** The package can do this, and its types don't say so: a pty with no process on it. */
const { open } = nodePty as unknown as { readonly open: (options: { encoding: null }) => Pair }

export async function openPty(onData: (chunk: Uint8Array) => void): Promise<Pty> {
  const { _master: master, _slave: slave, _pty: path } = open({ encoding: null })
  // Kept open, so that the port stays when a client leaves; its stream must not read what is meant for clients.
  const kept = openSync(path, constants.O_RDWR | constants.O_NOCTTY)
  slave.destroy()
  // A new terminal echoes, and edits lines.
  await promisify(execFile)('stty', ['-F', path, 'raw', '-echo'])
  master.on('data', onData)
  master.on('error', () => master.destroy())
  return {
    path,
    write: (bytes) => void (master.writable && master.write(bytes)),
    async [Symbol.asyncDispose]() {
      if (master.closed) return
      closeSync(kept)
      const closed = once(master, 'close')
      master.destroy()
      await closed
    },
  }
}

export async function stablePath(target: string): Promise<StablePath> {
  const directory = await mkdtemp(join(tmpdir(), 'ganzhi-port-'))
  const path = join(directory, 'port')
  await symlink(target, path)
  return {
    path,
    async pointTo(next) {
      await symlink(next, `${path}.next`)
      await rename(`${path}.next`, path)
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  }
}
