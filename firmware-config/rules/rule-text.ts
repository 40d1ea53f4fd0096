import type { Rule } from '@ganzhi/contracts/rule'
import { Document, isScalar, isSeq, visit } from 'yaml'

/** A rule as a person would write it down: what holds nothing further stands in one line. */
export function ruleText(rule: Rule): string {
  const document = new Document(rule)
  visit(document, {
    Seq(_key, list) {
      if (list.items.every(isScalar)) list.flow = true
    },
    Map(_key, map) {
      if (map.items.every(({ value }) => isScalar(value) || (isSeq(value) && value.items.every(isScalar)))) {
        map.flow = true
      }
    },
  })
  return document.toString({ lineWidth: 120 })
}
