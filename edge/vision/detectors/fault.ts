import { errorDocument, GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import type { Fault } from './messages.ts'

export function faultOf(error: unknown): Fault {
  const document = errorDocument(error)
  if (!isGanzhiError(error)) return { ...document, code: 'model-failed', blame: 'outside' }
  return { ...document, blame: error.blame }
}

export function errorOf({ message, ...facts }: Fault): GanzhiError {
  return new GanzhiError(message, facts)
}
