import { readFile, writeFile } from 'node:fs/promises'

import { freePort, isPortFree } from '../stack/free-port.ts'
import { StackError } from '../stack/stack-error.ts'

/** Ports that are chosen once and kept in a file; one that is taken by now is chosen anew. */
export async function keptPorts<Name extends string>(
  file: string,
  names: readonly Name[],
): Promise<Record<Name, number>> {
  const kept = await readKept(file)
  const ports: Partial<Record<Name, number>> = {}
  const chosen = new Set<number>()
  for (const name of names) {
    let port = kept[name]
    while (port === undefined || chosen.has(port) || !(await isPortFree(port))) port = await freePort()
    chosen.add(port)
    ports[name] = port
  }
  await writeFile(file, `${JSON.stringify(ports, undefined, 2)}\n`)
  return ports as Record<Name, number>
}

async function readKept(file: string): Promise<Record<string, number>> {
  const content = await readFile(file, 'utf8').catch(() => '{}')
  try {
    return JSON.parse(content)
  } catch (cause) {
    throw new StackError(
      { en: `${file} can't be read: delete it, and ports are chosen anew.`, zh: `${file} 已损坏，请删除。` },
      { cause },
    )
  }
}
