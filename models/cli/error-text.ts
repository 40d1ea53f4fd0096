import { isGanzhiError } from '@ganzhi/contracts/error'

export function errorDocument(error: unknown): Readonly<Record<string, string>> {
  if (!isGanzhiError(error)) {
    return { code: 'failed', message: error instanceof Error ? error.message : String(error) }
  }
  const { code, message, field, remedy } = error
  return {
    code,
    message,
    ...(field !== undefined && { field }),
    ...(remedy !== undefined && { remedy }),
  }
}

export function errorText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return isGanzhiError(error) && error.remedy !== undefined ? `${message}\n  ${error.remedy}` : message
}
