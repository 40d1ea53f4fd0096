import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises'
import type { Disk, DiskFile } from './disk.ts'
import { lockDirectory } from './directory-lock.ts'

const FLAGS = { create: 'wx+', write: 'r+', read: 'r' } as const

export const nodeDisk: Disk = {
  async makeDir(dir) {
    await mkdir(dir, { recursive: true })
  },
  list: (dir) => readdir(dir),
  async open(path, how) {
    return nodeFile(await open(path, FLAGS[how]))
  },
  rename,
  remove: (path) => rm(path),
  async syncDir(dir) {
    await using handle = await open(dir, 'r')
    await handle.sync()
  },
  lock: lockDirectory,
}

function nodeFile(handle: FileHandle): DiskFile {
  return {
    async size() {
      return (await handle.stat()).size
    },
    async read(buffer, position) {
      let done = 0
      while (done < buffer.length) {
        const { bytesRead } = await handle.read(buffer, done, buffer.length - done, position + done)
        if (bytesRead === 0) break
        done += bytesRead
      }
      return done
    },
    async write(bytes, position) {
      let done = 0
      while (done < bytes.length) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
        done += bytesWritten
      }
    },
    truncate: (size) => handle.truncate(size),
    sync: () => handle.datasync(),
    close: () => handle.close(),
  }
}
