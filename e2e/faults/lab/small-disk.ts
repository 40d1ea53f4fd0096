import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A file system of its own that holds so much and no more. */
export async function mountSmallDisk(directory: string, bytes: number): Promise<AsyncDisposable> {
  await mkdir(directory, { recursive: true })
  await run('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'ganzhi-faults', directory])
  return {
    async [Symbol.asyncDispose]() {
      // Lazily: whoever still works in it keeps it until he ends.
      await run('umount', ['--lazy', directory])
    },
  }
}

/** Why not, where it can't be done. */
export async function withoutSmallDisks(): Promise<string | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'ganzhi-mount-'))
  try {
    await using _disk = await mountSmallDisk(directory, 4096)
    return undefined
  } catch {
    return 'mounting a small tmpfs takes the rights of root'
  } finally {
    await rmdir(directory)
  }
}
