import type { CommandError } from '@ganzhi/contracts/command'
import { errorDocument, type ErrorFacts, GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'

/** What was asked can't be done, as the one who asked is told. */
export function refusal(
  code: string,
  message: string,
  facts: Pick<ErrorFacts, 'field' | 'remedy' | 'retryable'>,
): GanzhiError {
  return new GanzhiError(message, { code, blame: 'caller', ...facts })
}

/** Messages of devices may be long; a journal line is not. */
const LONGEST = 500

export function commandError(error: unknown): CommandError {
  if (!isGanzhiError(error)) {
    return { code: 'internal', message: '网关内部错误 the gateway failed on this; its log says why' }
  }
  const { message, remedy, ...rest } = errorDocument(error)
  return {
    ...rest,
    message: message.slice(0, LONGEST),
    ...(remedy !== undefined && { remedy: remedy.slice(0, LONGEST) }),
  }
}
