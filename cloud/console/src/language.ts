import { ref, watchEffect } from 'vue'
import { FINDINGS_ZH, MESSAGES, type MessageKey, PROBLEMS_ZH } from './messages.ts'

export type Language = 'zh' | 'en'

const KEPT = 'ganzhi.language'

export const language = ref<Language>(localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh')

watchEffect(() => {
  localStorage.setItem(KEPT, language.value)
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en'
  document.title = language.value === 'zh' ? '感知 Ganzhi' : 'Ganzhi'
})

export function t(key: MessageKey, facts: Readonly<Record<string, string | number>> = {}): string {
  return fill(MESSAGES[key][language.value === 'zh' ? 0 : 1], facts)
}

/** For texts whose key comes from data; what is not known is shown as it came. */
export function tOr(key: string, fallback: string): string {
  return Object.hasOwn(MESSAGES, key) ? t(key as MessageKey) : fallback
}

export function problemText(problem: { code: string; title: string; remedy?: string }): string {
  const said = [problem.title, problem.remedy].filter(Boolean).join(' ')
  return language.value === 'zh' ? (PROBLEMS_ZH[problem.code] ?? said) : said
}

export function findingText(finding: {
  code: string
  says: string
  remedy: string
  facts: Readonly<Record<string, string | number>>
}): string {
  const zh = language.value === 'zh' ? FINDINGS_ZH[finding.code] : undefined
  return zh === undefined ? `${finding.says} ${finding.remedy}` : fill(zh, finding.facts)
}

function fill(text: string, facts: Readonly<Record<string, string | number>>): string {
  const [one, many = one] = text.split(' | ')
  const fitting = facts['n'] === 1 ? one : many
  return (fitting ?? text).replace(/\{(\w+)\}/g, (whole, name: string) => {
    const fact = facts[name]
    return typeof fact === 'number' ? fact.toLocaleString() : (fact ?? whole)
  })
}
