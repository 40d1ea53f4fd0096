import { createWriteStream, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'

/** Everything that a part says over all its lives, in one file. */
export interface PartLog extends AsyncDisposable {
  readonly path: string
  readonly write: (line: string) => void
}

export function openPartLog(directory: string, name: string): PartLog {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, `${name}.log`)
  const file = createWriteStream(path, { flags: 'a' })
  return {
    path,
    write: (line) => void (file.writable && file.write(`${line}\n`)),
    async [Symbol.asyncDispose]() {
      file.end()
      await finished(file)
    },
  }
}
