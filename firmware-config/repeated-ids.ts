import type { FieldFault } from './field-fault.ts'

type Path = FieldFault['path']

export function repeatedIds(path: Path, list: readonly { readonly id: string }[]): FieldFault[] {
  const first = new Map<string, number>()
  return list.flatMap(({ id }, i) => {
    const before = first.get(id)
    first.set(id, before ?? i)
    if (before === undefined) return []
    const message = `${id} is also ${path.join('.')}[${before}]`
    return [{ path: [...path, i, 'id'], message, remedy: 'Give each its own id.' }]
  })
}
