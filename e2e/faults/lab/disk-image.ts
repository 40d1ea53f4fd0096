import { execFile } from 'node:child_process'
import { appendFile, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import type { Random } from '../random.ts'

const run = promisify(execFile)

/** `to` becomes what `from` is, with everything else in it gone. */
export async function copyImage(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  // The directory itself stays: it may be a mount point.
  for (const name of await readdir(to)) await rm(join(to, name), { recursive: true, force: true })
  await run('cp', ['-a', '--reflink=auto', `${from}/.`, to])
}

export async function bytesOfSegments(directory: string): Promise<number> {
  const files = await segmentsIn(directory)
  return files.reduce((sum, { size }) => sum + size, 0)
}

/** A write that a power cut stopped: half a record, or anything, behind what was synced. */
export async function tearTail(directory: string, random: Random): Promise<string> {
  const file = newest(await segmentsIn(directory))
  await appendFile(file, random.bytes(random.integer(1, 3_000)))
  return file
}

/** One bit, anywhere in the segments. */
export async function flipBit(directory: string, random: Random): Promise<string> {
  const files = await segmentsIn(directory)
  let offset = Math.floor(random.fraction() * (await bytesOfSegments(directory)))
  for (const { path, size } of files) {
    if (offset < size) {
      await flipAt(path, offset, random.integer(0, 7))
      return `${path} at ${offset}`
    }
    offset -= size
  }
  throw new Error(`${directory} holds nothing`)
}

async function flipAt(path: string, offset: number, bit: number): Promise<void> {
  await using file = await open(path, 'r+')
  const byte = Buffer.alloc(1)
  await file.read(byte, 0, 1, offset)
  byte.writeUInt8(byte.readUInt8() ^ (1 << bit))
  await file.write(byte, 0, 1, offset)
  await file.datasync()
}

interface FileFacts {
  readonly path: string
  readonly size: number
  readonly changedAt: number
}

async function segmentsIn(directory: string): Promise<FileFacts[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.seg'))
    .map(({ parentPath, name }) => join(parentPath, name))
  return await Promise.all(
    paths.sort().map(async (path) => {
      const { size, mtimeMs } = await stat(path)
      return { path, size, changedAt: mtimeMs }
    }),
  )
}

function newest(files: readonly FileFacts[]): string {
  const [last] = [...files].sort((a, b) => b.changedAt - a.changedAt)
  if (last) return last.path
  throw new Error('There is no file')
}
