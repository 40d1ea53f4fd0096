import { dirname } from 'node:path'
import { type Disk, isMissing } from './disk.ts'

/** Undefined where there is none. */
export async function readWhole(disk: Disk, path: string): Promise<Buffer | undefined> {
  const file = await disk.open(path, 'read').catch(unlessMissing)
  if (!file) return undefined
  try {
    const bytes = Buffer.alloc(await file.size())
    await file.read(bytes, 0)
    return bytes
  } finally {
    await file.close()
  }
}

/** What stands under this name is the old or the new, over any crash, and lasts when this resolves. */
export async function replaceWhole(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  const next = `${path}.next`
  await removeIfThere(disk, next)
  const file = await disk.open(next, 'create')
  try {
    await file.write(bytes, 0)
    await file.sync()
  } finally {
    await file.close()
  }
  await disk.rename(next, path)
  await disk.syncDir(dirname(path))
}

export async function removeIfThere(disk: Disk, path: string): Promise<void> {
  await disk.remove(path).catch(unlessMissing)
}

function unlessMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error
}
