import { Document, isMap, isSeq, type YAMLSeq } from 'yaml'
import type { ImportedPoint } from './point-row.ts'

/** A profile as a person would write it: one line a point. */
export function profileYaml(id: string, points: readonly ImportedPoint[]): string {
  const [maker = '', model = ''] = id.split('/')
  const document = new Document({
    id,
    version: 1,
    maker,
    model,
    names: { zh: model, en: model },
    properties: points.map(({ property }) => property),
    protocols: { modbus: { points: points.map(({ point }) => point) } },
  })
  inFlow(document, ['names'])
  for (const item of itemsAt(document, ['properties'])) {
    if (isMap(item)) for (const field of ['names', 'range', 'deadband']) inFlow(item, [field])
  }
  for (const item of itemsAt(document, ['protocols', 'modbus', 'points'])) if (isMap(item)) item.flow = true
  return document.toString({ lineWidth: 0, flowCollectionPadding: true })
}

function itemsAt(document: Document, path: readonly string[]): YAMLSeq['items'] {
  const list = document.getIn(path)
  return isSeq(list) ? list.items : []
}

function inFlow(parent: { getIn(path: readonly string[]): unknown }, path: readonly string[]): void {
  const node = parent.getIn(path)
  if (isMap(node) || isSeq(node)) node.flow = true
}
