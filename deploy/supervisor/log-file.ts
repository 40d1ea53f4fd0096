import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

export interface LogFile extends Disposable {
  readonly path: string
  /** Never throws: a full disk costs lines of the log, not the platform. */
  write(line: string): void
  /** The line that was written last, for those who must say why something ended. */
  last(): string
}

export interface LogLimits {
  readonly maxBytes: number
  /** How many full files are kept beside the one in use: `name.log.1` is the youngest. */
  readonly keep: number
}

const LIMITS: LogLimits = { maxBytes: 10_000_000, keep: 3 }

export function openLog(path: string, { maxBytes, keep }: LogLimits = LIMITS): LogFile {
  let file = openSync(path, 'a', 0o640)
  let size = fstatSync(file).size
  let last = ''

  function rotate(): void {
    closeSync(file)
    rmSync(`${path}.${keep}`, { force: true })
    for (let age = keep - 1; age >= 0; age--)
      moveIfThere(age === 0 ? path : `${path}.${age}`, `${path}.${age + 1}`)
    file = openSync(path, 'a', 0o640)
    size = 0
  }

  return {
    path,
    last: () => last,
    write(line) {
      if (line) last = line
      const bytes = Buffer.from(`${line}\n`)
      try {
        if (size > 0 && size + bytes.length > maxBytes) rotate()
        size += writeSync(file, bytes)
      } catch {
        // Nowhere to say it.
      }
    },
    [Symbol.dispose]() {
      closeSync(file)
    },
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
