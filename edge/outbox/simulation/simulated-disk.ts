import type { Disk, DiskFile } from '../disk.ts'
import { applied, tear, type FileChange } from './simulated-file.ts'

export type DiskOperation =
  | 'list'
  | 'open'
  | 'create'
  | 'read'
  | 'write'
  | 'truncate'
  | 'sync'
  | 'rename'
  | 'remove'
  | 'syncDir'

export interface SimulatedDisk extends Disk {
  /** Called before each operation, which are counted from 1: the error to fail it with, or nothing. */
  onOperation: (operation: DiskOperation, count: number, path: string) => 'EIO' | 'ENOSPC' | undefined
  /** What all files may occupy together. */
  capacityBytes: number
  /** Ends the machine: every later operation of those who still hold the disk fails. */
  cutPower(): void
  /** The disk of the next boot: what was synced, and any part of what was not. `chance` gives numbers in [0, 1). */
  afterPowerCut(chance: () => number): SimulatedDisk
  /** The disk as the next process finds it: nothing is lost, and what the last one still does no longer counts. */
  afterKill(): SimulatedDisk
  /** The file's bytes as they now read, to be damaged at will. */
  bytesOf(path: string): Uint8Array
  files(): string[]
  operations(): number
}

interface Inode {
  durable: Uint8Array
  volatile: Uint8Array
  /** Made since the last sync, in order. */
  changes: FileChange[]
}

type Names = Map<string, Inode>
type NameChange = (names: Names) => void

interface Platter {
  readonly names: Names
  readonly durableNames: Names
  nameChanges: NameChange[]
}

/** A disk that keeps apart what is synced and what only seems to be there, and may fail at any operation. */
export function simulatedDisk(): SimulatedDisk {
  return mounted({ names: new Map(), durableNames: new Map(), nameChanges: [] })
}

function mounted(platter: Platter): SimulatedDisk {
  const { names, durableNames } = platter
  let count = 0
  let powered = true

  function step(operation: DiskOperation, path: string): void {
    if (!powered) throw failure('EPOWER', operation, path)
    const code = disk.onOperation(operation, ++count, path)
    if (!powered) throw failure('EPOWER', operation, path)
    if (code) throw failure(code, operation, path)
  }

  function change(apply: NameChange): void {
    apply(names)
    platter.nameChanges.push(apply)
  }

  function usedBytes(): number {
    return [...names.values()].reduce((sum, { volatile }) => sum + volatile.length, 0)
  }

  const inodeAt = (operation: DiskOperation, path: string): Inode => {
    const inode = names.get(path)
    if (!inode) throw failure('ENOENT', operation, path)
    return inode
  }

  function fileOf(inode: Inode, path: string): DiskFile {
    function make(made: FileChange): void {
      inode.volatile = applied(inode.volatile, made)
      inode.changes.push(made)
    }
    return {
      async size() {
        return inode.volatile.length
      },
      async read(buffer, position) {
        step('read', path)
        const piece = inode.volatile.subarray(position, position + buffer.length)
        buffer.set(piece)
        return piece.length
      },
      async write(bytes, position) {
        const room = disk.capacityBytes - usedBytes() + inode.volatile.length - position
        const fitting = Math.max(0, Math.min(bytes.length, room))
        try {
          step('write', path)
        } catch (error) {
          make({ bytes: new Uint8Array(bytes.subarray(0, Math.floor(fitting / 2))), position })
          throw error
        }
        make({ bytes: new Uint8Array(bytes.subarray(0, fitting)), position })
        if (fitting < bytes.length) throw failure('ENOSPC', 'write', path)
      },
      async truncate(size) {
        step('truncate', path)
        make({ size })
      },
      async sync() {
        try {
          step('sync', path)
        } catch (error) {
          // fsyncgate: pages that could not be written count as clean from now on, and read as if they had been.
          if (powered) inode.changes = []
          throw error
        }
        inode.durable = inode.changes.reduce(applied, inode.durable)
        inode.changes = []
      },
      async close() {},
    }
  }

  const disk: SimulatedDisk = {
    onOperation: () => undefined,
    capacityBytes: Number.POSITIVE_INFINITY,
    async makeDir() {},
    async list(dir) {
      step('list', dir)
      return disk.files().map((path) => path.slice(dir.length + 1))
    },
    async open(path, how) {
      step(how === 'create' ? 'create' : 'open', path)
      if (how !== 'create') return fileOf(inodeAt('open', path), path)
      if (names.has(path)) throw failure('EEXIST', 'create', path)
      const inode: Inode = { durable: new Uint8Array(0), volatile: new Uint8Array(0), changes: [] }
      change((map) => map.set(path, inode))
      return fileOf(inode, path)
    },
    async rename(from, to) {
      step('rename', from)
      const inode = inodeAt('rename', from)
      change((map) => {
        if (map.delete(from)) map.set(to, inode)
      })
    },
    async remove(path) {
      step('remove', path)
      inodeAt('remove', path)
      change((map) => map.delete(path))
    },
    async syncDir(dir) {
      step('syncDir', dir)
      for (const apply of platter.nameChanges) apply(durableNames)
      platter.nameChanges = []
    },
    async lock() {
      return { async [Symbol.asyncDispose]() {} }
    },
    cutPower() {
      powered = false
    },
    afterPowerCut(chance) {
      powered = false
      for (const apply of platter.nameChanges) if (chance() < 0.5) apply(durableNames)
      const survivors: Names = new Map()
      for (const [path, { durable, changes }] of durableNames) {
        const content = changes.flatMap((made) => tear(made, chance)).reduce(applied, durable)
        survivors.set(path, { durable: content, volatile: new Uint8Array(content), changes: [] })
      }
      return mounted({ names: survivors, durableNames: new Map(survivors), nameChanges: [] })
    },
    afterKill() {
      powered = false
      return mounted(platter)
    },
    bytesOf: (path) => inodeAt('read', path).volatile,
    files: () => [...names.keys()],
    operations: () => count,
  }
  return disk
}

function failure(code: string, operation: DiskOperation, path: string): Error {
  return Object.assign(new Error(`${code}: simulated, ${operation} ${path}`), { code })
}
