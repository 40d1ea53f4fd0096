import { check } from '@ganzhi/contracts/schema'
import { isGanzhiError } from '@ganzhi/contracts/error'
import { LineCounter, parseDocument } from 'yaml'
import { ModelCard } from '../card.ts'
import { refusal } from './refusal.ts'

export const CARD = 'card.yaml'

const REMEDY = '写法与例子 How to write one: docs/models.md'

export function parseCard(text: string, file = CARD): ModelCard {
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
  try {
    return check(ModelCard, document.toJS(), file)
  } catch (cause) {
    if (!isGanzhiError(cause)) throw cause
    const field = cause.field === file ? undefined : cause.field
    const message =
      field === undefined ? '不是模型卡 is no model card' : cause.message.replace(`${file}: ${field} `, '')
    throw refusal('package-bad-card', message, { file, field, remedy: REMEDY, cause })
  }
}
