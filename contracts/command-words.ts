import type { Command, CommandState } from './command.ts'
import type { Condition } from './condition.ts'
import { GanzhiError } from './error.ts'

export const COMMAND_STATE_NAMES: Readonly<Record<CommandState, string>> = {
  asked: '已下达 asked',
  delivered: '已送达 delivered',
  executed: '已执行 executed',
  confirmed: '已确认 confirmed',
  failed: '失败 failed',
  unknown: '结果不明 unknown',
  expired: '已过期 expired',
  cancelled: '已取消 cancelled',
}

/** How people write on a command line what a command sets: `33.3`, `true`, `on`, `开`; `"7"` in quotes is a text, and so is any other word. */
export function valueIn(word: string): Command['value'] {
  if (/^(true|on|开)$/i.test(word)) return true
  if (/^(false|off|关)$/i.test(word)) return false
  if (/^".*"$/s.test(word)) return word.slice(1, -1)
  if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(word)) return word
  const number = Number(word)
  // Digits that a number would lose stay digits.
  return /^-?\d+$/.test(word) && !Number.isSafeInteger(number) ? word : number
}

const CONDITION = /^([A-Za-z][A-Za-z0-9_]{0,63})\s*(<=|>=|=)\s*(.+)$/

/** `level<=2`, `level>=0.5`, `mode=1`. */
export function conditionIn(text: string): Condition {
  const [, property, sign, word = ''] = CONDITION.exec(text.trim()) ?? []
  if (property === undefined) throw notACondition(text, '应如 must be like level<=2, level>=0.5 or mode=1')
  const value = valueIn(word)
  if (sign === '=') return { property, equals: value }
  if (typeof value !== 'number') throw notACondition(text, `${sign} 后须为数字 needs a number`)
  return sign === '<=' ? { property, atMost: value } : { property, atLeast: value }
}

function notACondition(text: string, must: string): GanzhiError {
  return new GanzhiError(`条件 condition "${text}" ${must}`, {
    code: 'bad-use',
    blame: 'caller',
    field: 'if',
    remedy: '请改正条件。 Correct the condition; --help shows examples.',
  })
}
