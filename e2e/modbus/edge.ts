import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
export const ROOT = join(import.meta.dirname, '../..')

export interface ShownPoint {
  readonly id: string
  readonly value: unknown
  readonly quality: string
}

/** What the gateway's command says with --json; rejects with what it says on stderr. */
export async function edge(...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const { stdout } = await run(process.execPath, [join(ROOT, 'edge/main.ts'), ...args, '--json'])
  return JSON.parse(stdout) as Record<string, unknown>
}

export async function readPoints(connection: object, ...args: readonly string[]): Promise<ShownPoint[]> {
  const target = ['--driver', 'modbus', '--connection', JSON.stringify(connection)]
  const { points } = await edge('read', ...target, ...args)
  return points as ShownPoint[]
}
