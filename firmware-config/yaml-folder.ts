import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GanzhiError } from '@ganzhi/contracts/error'

/** Every `<id>.yaml` of a folder, by id. */
export async function loadYamlFolder<T extends { readonly id: string }>(
  folder: string,
  load: (yaml: string, name: string) => T,
): Promise<ReadonlyMap<string, T>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort()
  const loaded = await Promise.all(
    files.map(async (file) => {
      const found = load(await readFile(join(folder, file), 'utf8'), file)
      if (`${found.id}.yaml` !== file) throw misnamed(file, found.id)
      return found
    }),
  )
  return new Map(loaded.map((found) => [found.id, found]))
}

function misnamed(file: string, id: string): GanzhiError {
  return new GanzhiError(`${file}: its id is ${id}`, {
    code: 'bad-input',
    blame: 'caller',
    field: 'id',
    remedy: `Rename it to ${id}.yaml, or correct its id.`,
  })
}
