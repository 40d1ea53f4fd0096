import { isGanzhiError } from '@ganzhi/contracts/error'

export function errorText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return isGanzhiError(error) && error.remedy !== undefined ? `${message}\n  ${error.remedy}` : message
}
