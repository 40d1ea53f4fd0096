import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import type { Fault } from './messages.ts'

export function faultOf(error: unknown): Fault {
  if (!isGanzhiError(error)) {
    const message = error instanceof Error ? error.message : String(error)
    return { message, code: 'model-failed', blame: 'outside' }
  }
  const { message, code, blame, field, remedy } = error
  return {
    message,
    code,
    blame,
    ...(field !== undefined && { field }),
    ...(remedy !== undefined && { remedy }),
  }
}

export function errorOf({ message, ...facts }: Fault): GanzhiError {
  return new GanzhiError(message, facts)
}
