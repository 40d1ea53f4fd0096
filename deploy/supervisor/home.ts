import { mkdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'

import { StackError, diskFull } from '../stack/stack-error.ts'

/** Everything a stack keeps, and nothing else is ever wiped. */
export interface Home {
  readonly root: string
  readonly postgres: string
  readonly nats: string
  readonly evidence: string
  readonly edge: string
  /** Of the gateway on a mobile link. */
  readonly mobileEdge: string
  readonly logs: string
  readonly ports: string
  readonly login: string
}

const LEAST_FREE_BYTES = 300_000_000

export function homeIn(root: string): Home {
  return {
    root,
    postgres: join(root, 'postgres'),
    nats: join(root, 'nats'),
    evidence: join(root, 'evidence'),
    edge: join(root, 'edge'),
    mobileEdge: join(root, 'edge-mobile'),
    logs: join(root, 'log'),
    ports: join(root, 'ports.json'),
    login: join(root, 'first-login.json'),
  }
}

/** Makes the folders, and refuses a disk that would be full at once. */
export async function prepareHome(root: string): Promise<Home> {
  const home = homeIn(root)
  try {
    for (const folder of [home.evidence, home.edge, home.mobileEdge, home.logs])
      await mkdir(folder, { recursive: true, mode: 0o750 })
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC') throw diskFull(root, cause)
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StackError(
      {
        en: `${root} can't be written (${reason}): set GANZHI_HOME to a folder of yours.`,
        zh: '数据目录不可写。',
      },
      { cause },
    )
  }
  const { bavail, bsize } = await statfs(root)
  if (bavail * bsize < LEAST_FREE_BYTES) throw diskFull(root)
  return home
}
