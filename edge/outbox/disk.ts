/** The file operations of the outbox, so that tests can put a disk under it that crashes, fills up and forgets. */
export interface Disk {
  /** Makes the directory where it is missing. */
  makeDir(dir: string): Promise<void>
  list(dir: string): Promise<string[]>
  /** `create` refuses an existing file, `write` opens one for reading and writing, `read` for reading. */
  open(path: string, how: 'create' | 'write' | 'read'): Promise<DiskFile>
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** Makes created, renamed and removed names last. */
  syncDir(dir: string): Promise<void>
  /** Keeps every other outbox out of the directory until disposed of, or until this process is gone. */
  lock(dir: string): Promise<AsyncDisposable>
}

export interface DiskFile {
  size(): Promise<number>
  /** Fills as much of `buffer` as the file has; returns how much that was. */
  read(buffer: Uint8Array, position: number): Promise<number>
  /** All of it, or an error. */
  write(bytes: Uint8Array, position: number): Promise<void>
  truncate(size: number): Promise<void>
  /** fdatasync. After an error the file's bytes are whatever they are: it must never be called again. */
  sync(): Promise<void>
  close(): Promise<void>
}

export function isDiskFull(error: unknown): boolean {
  return codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT'
}

export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT'
}

export function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
