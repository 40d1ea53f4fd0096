import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { refusal } from './refusal.ts'

/** Of one file; what is larger is no detector for a gateway. */
const MAX_BYTES = 1024 ** 3

/** A package is flat: a name can't lead out of it. */
const SAFE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

export function refuseUnsafeName(name: string, file: string): void {
  if (SAFE_NAME.test(name)) return
  throw refusal(
    'package-unsafe-path',
    `${JSON.stringify(name)} 不是包内文件名 is no name of a file in a package`,
    {
      file,
      remedy: '不要使用这个包，它可能是恶意的。 Do not use this package: its maker may mean harm.',
    },
  )
}

/** The names of its files, in order; refused when there is anything but plain files. */
export async function namesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((cause: unknown) => {
    throw refusal('package-unreadable', '文件夹打不开 the folder can not be opened', {
      file: dir,
      remedy: '请核对路径与权限。 Check the path and its permissions.',
      cause,
    })
  })
  for (const entry of entries) {
    if (entry.isFile()) continue
    throw refusal('package-link', '不是普通文件 is no plain file', {
      file: entry.name,
      remedy:
        '包内只放普通文件：去掉链接与子文件夹。 A package holds plain files only: take out links and folders.',
    })
  }
  return entries.map(({ name }) => name).toSorted()
}

/** One opened file is measured and read, whatever takes its name meanwhile; no link is followed, no pipe waited for. */
export async function readPlainFile(dir: string, name: string): Promise<Buffer> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  await using file = await open(join(dir, name), flags).catch((cause: unknown) => {
    throw unreadable(name, cause)
  })
  const found = await file.stat()
  if (!found.isFile()) throw unreadable(name)
  if (found.size > MAX_BYTES) {
    throw refusal('package-too-large', `${found.size} B`, {
      file: name,
      remedy: `每个文件不超过 no file may have more than ${MAX_BYTES} B`,
    })
  }
  return file.readFile()
}

function unreadable(name: string, cause?: unknown) {
  return refusal('package-unreadable', '读不出 can not be read', {
    file: name,
    remedy: '请核对文件与权限，再复制一次。 Check the file and its permissions, or copy it again.',
    cause,
  })
}
