import type { Command } from '@ganzhi/contracts/command'
import type { Condition } from '@ganzhi/contracts/condition'
import { badUse } from './options.ts'

/** `33.3` a number, `true` and `on` a flag, `"7"` in quotes a text, and so is any other word. */
export function valueIn(word: string): Command['value'] {
  if (/^(true|on)$/i.test(word)) return true
  if (/^(false|off)$/i.test(word)) return false
  if (/^".*"$/s.test(word)) return word.slice(1, -1)
  if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(word)) return word
  const number = Number(word)
  // Digits that a number would lose stay digits.
  return /^-?\d+$/.test(word) && !Number.isSafeInteger(number) ? word : number
}

const CONDITION = /^([A-Za-z][A-Za-z0-9_]{0,63})\s*(<=|>=|=)\s*(.+)$/

/** `level<=2`, `mode=1`. */
export function conditionIn(text: string): Condition {
  const [, property, sign, word] = CONDITION.exec(text.trim()) ?? []
  if (property === undefined || word === undefined) {
    throw badUse(`--if 应如 must be like level<=2, level>=0.5 or mode=1; 得到 found ${text}`, 'if')
  }
  const value = valueIn(word)
  if (sign === '=') return { property, equals: value }
  if (typeof value !== 'number')
    throw badUse(`--if ${sign} 后须为数字 needs a number; 得到 found ${word}`, 'if')
  return sign === '<=' ? { property, atMost: value } : { property, atLeast: value }
}
