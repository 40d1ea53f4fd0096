import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import type { EvidencePart } from '@ganzhi/contracts/evidence'
import type { EvidenceStore, PutResult } from './evidence-store.ts'

/**
 * `<dir>/ab/abcd…` for objects, `<dir>/parts/abcd…/<n>` for what waits for the rest. Everything is written beside its
 * place, synced and renamed, so what bears a name is whole.
 */
export async function openDirectoryStore(dir: string): Promise<EvidenceStore> {
  await mkdir(join(dir, 'parts'), { recursive: true })
  const objectPath = (sha256: string): string => join(dir, sha256.slice(0, 2), sha256)
  const partPath = ({ object }: EvidencePart, n: number): string => join(dir, 'parts', object, String(n))

  /** Undefined while parts are missing. */
  const assemble = async (part: EvidencePart): Promise<PutResult> => {
    const names = Array.from({ length: part.parts }, (_, n) => partPath(part, n))
    const there = await Promise.all(names.map(exists))
    if (!there.every(Boolean)) return 'partial'
    const hash = createHash('sha256')
    const pieces = async function* () {
      for (const name of names) {
        const bytes = await readFile(name)
        hash.update(bytes)
        yield bytes
      }
    }
    await writeSynced(objectPath(part.object), pieces(), () => hash.digest('hex') === part.object)
    const stored = await exists(objectPath(part.object))
    await rm(dirname(partPath(part, 0)), { recursive: true, force: true })
    return stored ? 'stored' : 'corrupt'
  }

  return {
    async put(part, bytes) {
      if (await exists(objectPath(part.object))) return 'stored'
      if (part.parts === 1) {
        if (sha256Of(bytes) !== part.object) return 'corrupt'
        await writeSynced(objectPath(part.object), [bytes])
        return 'stored'
      }
      await writeSynced(partPath(part, part.part), [bytes])
      try {
        return await assemble(part)
      } catch (error) {
        // Another process put the object together and took the parts away meanwhile.
        if (await exists(objectPath(part.object))) return 'stored'
        throw error
      }
    },
    async get(sha256) {
      const path = objectPath(sha256)
      if (!(await exists(path))) return undefined
      return Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>
    },
  }
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** The file appears under its name only when it is whole, synced, and `accept` has nothing against it. */
async function writeSynced(
  path: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  accept: () => boolean = () => true,
): Promise<void> {
  const folder = dirname(path)
  const made = await mkdir(folder, { recursive: true })
  const beside = `${path}.${randomUUID()}`
  try {
    const file = await open(beside, 'wx')
    try {
      for await (const piece of pieces) await file.writeFile(piece)
      await file.sync()
    } finally {
      await file.close()
    }
    if (!accept()) return
    await rename(beside, path)
    await syncFolder(folder)
    if (made !== undefined) await syncFolder(dirname(made))
  } finally {
    await rm(beside, { force: true })
  }
}

/** A name is as durable as the folder it stands in. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
