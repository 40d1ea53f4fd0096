import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { refused } from './model-error.ts'

/** Weights and the files that lie beside them. */
export interface WeightFiles {
  /** Of the file that a card calls `weights`. */
  readonly name: string
  read(name: string): Promise<Uint8Array>
}

/** Held in memory, and so to be handed on. */
export interface ReadWeights extends WeightFiles {
  readonly files: ReadonlyMap<string, Uint8Array>
}

/** As they are on disk when they are read. */
export function filesAt(path: string): WeightFiles {
  const dir = dirname(path)
  return {
    name: basename(path),
    read: (name) =>
      readFile(join(dir, name)).catch((cause: unknown) => {
        throw refused(`${join(dir, name)} can't be read`, 'Check its path and that it may be read.', cause)
      }),
  }
}

/** As they were read and judged: whatever takes their place on disk afterwards is not seen. */
export function filesRead(name: string, files: ReadonlyMap<string, Uint8Array>): ReadWeights {
  return {
    name,
    files,
    async read(part) {
      const bytes = files.get(part)
      if (bytes === undefined) throw refused(`${part} is missing`, 'Put it beside the others.')
      return bytes
    },
  }
}
