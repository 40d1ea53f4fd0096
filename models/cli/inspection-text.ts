import { basename, extname } from 'node:path'
import { Document, isCollection, isNode } from 'yaml'
import type { ModelCard } from '../card.ts'
import type { Inspection } from '../inspect/inspect-model.ts'

export function inspectionDocument(found: Inspection): Readonly<Record<string, unknown>> {
  const { head = null, input, classes = null, needs, labels = null, precision, notes } = found
  return { head, input, classes, needs, labels, precision, notes }
}

export function inspectionText(file: string, found: Inspection): string {
  const { head, input, classes, labels, needs, precision, notes } = found
  const some = labels?.slice(0, 8).join(', ') ?? ''
  const rows = [
    ['检测头 head', head ?? '?'],
    ['输入 input', `${input.size?.join('×') ?? '?'} ${input.color ?? ''} ${input.fit ?? ''} ${precision}`],
    ['数值 values', valuesText(input)],
    ['类别 classes', `${classes ?? '?'}${some ? `: ${some}${(labels?.length ?? 0) > 8 ? ' …' : ''}` : ''}`],
  ]
  return [
    basename(file),
    ...rows.map(([name, value]) => `  ${name}: ${value}`),
    ...notes.map((note) => `  (${note})`),
    needs.length === 0
      ? '  ✓ 可直接使用 may be used as it is'
      : `  ! 需要告诉它 needs to be told: ${needs.join(', ')}\n    ganzhi model inspect ${file} --yaml > card.yaml`,
  ].join('\n')
}

function valuesText({ scale, mean, std }: Inspection['input']): string {
  const parts = [
    scale === undefined ? '?' : scale === 1 ? '0–255' : `× ${Number(scale.toPrecision(4))}`,
    ...(mean ? [`− (${mean.join(', ')})`] : []),
    ...(std ? [`÷ (${std.join(', ')})`] : []),
  ]
  return parts.join(' ')
}

/** A card that lacks what only a person knows; those places are marked. */
export function cardYaml(file: string, { head, input, labels, needs }: Inspection): string {
  const name = basename(file, extname(file))
  const card: Partial<Record<keyof ModelCard, unknown>> = {
    id: `my-city/${
      name
        .toLowerCase()
        .replace(/[^a-z0-9.-]+/g, '-')
        .replace(/^[^a-z0-9]+/, '') || 'model'
    }`,
    version: 1,
    weights: basename(file),
    head: head ?? null,
    input,
    labels: labels ?? [],
    licence: 'NOASSERTION',
  }
  const document = new Document(card)
  const mark = (field: string, what: string) => {
    const node = document.get(field, true)
    if (isNode(node)) node.comment = ` ${what}`
  }
  for (const field of ['input', 'labels']) {
    const node = document.get(field, true)
    if (isCollection(node)) node.flow = node.items.length <= 10
  }
  mark('id', '请改 yours: <who>/<what>')
  mark('licence', 'SPDX，请填写 fill in, such as Apache-2.0, AGPL-3.0-only')
  for (const need of needs) mark(need.split('.')[0] ?? need, `请填写 fill in: ${need}`)
  return document.toString({ lineWidth: 120, flowCollectionPadding: false })
}
