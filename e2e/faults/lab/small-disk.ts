import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const MOUNT_NAME = 'ganzhi-faults'

/** A file system that holds so much and no more: a write into it is refused at once. */
export async function mountSmallDisk(directory: string, bytes: number): Promise<AsyncDisposable> {
  await mkdir(directory, { recursive: true })
  await run('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, MOUNT_NAME, directory])
  return { [Symbol.asyncDispose]: () => unmount(directory) }
}

/** Why not, where it can't be done. */
export async function withoutSmallDisks(): Promise<string | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'ganzhi-mount-'))
  try {
    await using _disk = await mountSmallDisk(join(directory, 'disk'), 65_536)
    return undefined
  } catch (error) {
    return `a disk of its own can't be mounted: ${String(error).split('\n')[0]}`
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Lazily: whoever still works in it keeps it until it ends. */
async function unmount(directory: string): Promise<void> {
  await run('umount', ['--lazy', directory])
}
