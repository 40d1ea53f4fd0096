import { readFile } from 'node:fs/promises'
import { readOnce, type ReadDocument } from '../acquisition/read-once.ts'

export interface ReadArguments {
  readonly driver: string
  readonly connection: string
  /** Path of a YAML file. */
  readonly points: string
}

export async function read(
  { driver, connection, points }: ReadArguments,
  signal: AbortSignal,
): Promise<{ document: ReadDocument; anyRead: boolean }> {
  return readOnce({ driver, connection, points: await readFile(points, 'utf8'), signal })
}

export function readText({ points }: ReadDocument): string {
  return points
    .map(({ id, value, quality, error }) =>
      error ? `${id}: ${quality} ${error.code}: ${error.message}` : `${id}: ${JSON.stringify(value)}`,
    )
    .join('\n')
}
