import { check } from '@ganzhi/contracts/schema'
import { isGanzhiError } from '@ganzhi/contracts/error'
import type { Static, TSchema } from 'typebox'
import { LineCounter, parseDocument } from 'yaml'
import { AnomalyCard } from '../anomaly/anomaly-card.ts'
import { ModelCard } from '../card.ts'
import { ofOtherKind } from './package-kind.ts'
import { refusal } from './refusal.ts'

export const CARD = 'card.yaml'

const REMEDY = '写法与例子 How to write one: docs/models.md'

/** What a model is for is told by its card. */
export type Card =
  | { readonly kind: 'detector'; readonly card: ModelCard }
  | { readonly kind: 'anomaly'; readonly card: AnomalyCard }

/** A detector's. */
export function parseCard(text: string, file = CARD): ModelCard {
  const parsed = parseAnyCard(text, file)
  if (parsed.kind === 'detector') return parsed.card
  throw ofOtherKind(parsed.kind, 'detector', file)
}

export function parseAnyCard(text: string, file = CARD): Card {
  const document = yamlIn(text, file)
  // A detector's says by its head what it is; those of years ago have no kind.
  if (isObject(document) && document['kind'] === 'anomaly') {
    return { kind: 'anomaly', card: checked(AnomalyCard, document, file) }
  }
  return { kind: 'detector', card: checked(ModelCard, document, file) }
}

function yamlIn(text: string, file: string): unknown {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [fault] = document.errors
  if (fault) {
    const { line } = lines.linePos(fault.pos[0])
    throw refusal('package-bad-card', fault.message, {
      file: `${file}:${line}`,
      remedy: REMEDY,
      cause: fault,
    })
  }
  return document.toJS()
}

function checked<T extends TSchema>(schema: T, document: unknown, file: string): Static<T> {
  try {
    return check(schema, document, file)
  } catch (cause) {
    if (!isGanzhiError(cause)) throw cause
    const field = cause.field === file ? undefined : cause.field
    const message =
      field === undefined ? '不是模型卡 is no model card' : cause.message.replace(`${file}: ${field} `, '')
    throw refusal('package-bad-card', message, { file, field, remedy: REMEDY, cause })
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
