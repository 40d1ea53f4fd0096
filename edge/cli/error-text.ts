import { type ErrorDocument, isGanzhiError } from '@ganzhi/contracts/error'
import type { Colours } from './colours.ts'

/** What the commonest codes mean; drivers say the details in English. */
const IN_CHINESE: Readonly<Record<string, string>> = {
  'bad-config': '配置有误',
  'bad-input': '输入有误',
  'bad-reply': '应答不对',
  'bad-use': '用法有误',
  'bad-value': '值不合适',
  declined: '设备拒绝',
  'device-failure': '设备故障',
  'link-down': '连不上',
  'no-answer': '没有应答',
  'not-writable': '不可写',
  'unknown-driver': '没有这个驱动',
}

export function inChinese(code: string): string {
  return IN_CHINESE[code] ?? code
}

export function errorText(error: unknown, { bad, faint }: Colours): string {
  if (!isGanzhiError(error)) return bad(error instanceof Error ? error.message : String(error))
  const lines = [`${bad(`✗ ${inChinese(error.code)}`)} ${error.message}`]
  if (error.remedy !== undefined) lines.push(faint(`  ${error.remedy}`))
  return lines.join('\n')
}

/** Why something of the agent does not run, as STATUS tells it. */
export function faultLines(
  what: string,
  fault: ErrorDocument | undefined,
  { bad, faint }: Colours,
): string[] {
  if (!fault) return []
  const { code, message, remedy } = fault
  return [
    `${bad(`✗ ${what}`)} ${message} (${code})`,
    ...(remedy === undefined ? [] : [faint(`  → ${remedy}`)]),
  ]
}
