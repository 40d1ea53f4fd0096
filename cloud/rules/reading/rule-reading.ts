import type { Names } from '@ganzhi/contracts/profile'
import type { Rule } from '@ganzhi/contracts/rule'
import { chineseRule } from './chinese-rule.ts'
import { englishRule } from './english-rule.ts'
import { type KnownNames, wordsIn } from './names.ts'

/** What a rule does, in sentences that a department understands. 用大白话说一条规则。 */
export function readingOf(rule: Rule, known: KnownNames = {}): Names {
  return {
    zh: spaced(chineseRule(rule, wordsIn('zh', known))),
    en: englishRule(rule, wordsIn('en', known)),
  }
}

/** Between Chinese and what is not stands a space, as in 高于 75 持续 5 分钟. */
export function spaced(text: string): string {
  return text
    .replace(/(\p{Script=Han})([A-Za-z0-9µ°-])/gu, '$1 $2')
    .replace(/([A-Za-z0-9%°³·])(\p{Script=Han})/gu, '$1 $2')
    .replace(/([）”]) (?=[\dA-Za-z])/gu, '$1')
}
