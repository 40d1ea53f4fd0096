import {
  type Blame,
  type ErrorDocument,
  errorDocument,
  GanzhiError,
  isGanzhiError,
} from '@ganzhi/contracts/error'

/** A GanzhiError as it crosses to another process, or thread. */
export interface Fault extends ErrorDocument {
  readonly blame: Blame
}

export function faultOf(error: unknown): Fault {
  const document = errorDocument(error)
  if (!isGanzhiError(error)) return { ...document, code: 'model-failed', blame: 'outside' }
  return { ...document, blame: error.blame }
}

export function errorOf({ message, ...facts }: Fault): GanzhiError {
  return new GanzhiError(message, facts)
}
