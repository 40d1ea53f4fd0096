import type { Notice, NoticeAlarm } from '@ganzhi/contracts/notice'
import type { Names } from '@ganzhi/contracts/profile'
import type { Severity } from '@ganzhi/contracts/severity'

type Told = Omit<Notice, 'id' | 'text'>
type Language = keyof Names

const SEVERITY: Readonly<Record<Language, Readonly<Record<Severity, string>>>> = {
  zh: { info: '提示', minor: '一般', major: '较大', critical: '重大' },
  en: { info: 'Info', minor: 'Minor', major: 'Major', critical: 'Critical' },
}
/** Alarms that stand in a message. */
const MOST_NAMED = 3

/** The message of a notice; it names no times, which whoever delivers it writes by the clock of those who read it. */
export function noticeText(notice: Told): Names {
  return { zh: chinese(notice), en: english(notice) }
}

function chinese(notice: Told): string {
  const { kind, severity, count, alarms, escalation, digest, gateway } = notice
  const grave = SEVERITY.zh[severity]
  const many = count > 1 ? ` ${count} 起` : ''
  const what = `${ruleOf(notice, 'zh')}，${placeOf(notice, 'zh')}${namesOf(notice, 'zh', '、')}`
  const changed = flappingOf(alarms)
  const flapping = changed === undefined ? '' : `（抖动，已变化 ${changed} 次）`
  const before = alarms.some(({ heldBackBy }) => heldBackBy !== null) ? '（此前未通知，至今未解除）' : ''
  switch (kind) {
    case 'raised':
      return `${grave}告警${many}：${what}${flapping}${before}`
    case 'graver':
      return `告警升为${grave}${many}：${what}${flapping}`
    case 'ended':
      return `告警解除${many}：${what}${changesOf(notice, (n) => `，期间变化 ${n} 次`)}`
    case 'reminder':
      return `提醒，${grave}告警${many}仍未解除、无人确认：${what}${flapping}`
    case 'escalated':
      return `上报 ${escalation?.to ?? ''}，${grave}告警${many}仍未解除、无人确认：${what}${flapping}`
    case 'digest': {
      const revised = digest?.revised ? `，撤销误报变化 ${digest.revised} 次` : ''
      const where = gateway === null ? '多个网关' : `网关 ${gateway} `
      return `补报：${where}迟到的数据涉及告警 ${count} 起，产生 ${digest?.raised ?? 0} 起、解除 ${digest?.ended ?? 0} 起${revised}：${namesOf(notice, 'zh', '、')}`
    }
  }
}

function english(notice: Told): string {
  const { kind, severity, count, alarms, escalation, digest, gateway } = notice
  const grave = SEVERITY.en[severity]
  const alarm = count > 1 ? `${count} alarms` : 'alarm'
  const what = `${ruleOf(notice, 'en')}: ${placeOf(notice, 'en')}${namesOf(notice, 'en', ', ')}`
  const changed = flappingOf(alarms)
  const flapping = changed === undefined ? '' : ` (flapping, ${changed} changes so far)`
  const before = alarms.some(({ heldBackBy }) => heldBackBy !== null)
    ? ' (withheld until now, still open)'
    : ''
  const nobody = 'still open and not acknowledged'
  switch (kind) {
    case 'raised':
      return `${grave} ${alarm}, ${what}${flapping}${before}`
    case 'graver':
      return `Now ${grave.toLowerCase()}: ${alarm}, ${what}${flapping}`
    case 'ended':
      return `Ended: ${alarm}, ${what}${changesOf(notice, (n) => `, after ${n} changes`)}`
    case 'reminder':
      return `Reminder, ${grave.toLowerCase()} ${alarm} ${nobody}, ${what}${flapping}`
    case 'escalated':
      return `To ${escalation?.to ?? ''}, ${grave.toLowerCase()} ${alarm} ${nobody}, ${what}${flapping}`
    case 'digest': {
      const revised = digest?.revised ? `, ${digest.revised} changes withdrawn that were told wrongly` : ''
      const where = gateway === null ? 'several gateways' : `gateway ${gateway}`
      return `Afterwards: late data of ${where} concern ${alarm === 'alarm' ? '1 alarm' : alarm}, ${digest?.raised ?? 0} raised, ${digest?.ended ?? 0} ended${revised}: ${namesOf(notice, 'en', ', ')}`
    }
  }
}

function ruleOf({ rule }: Told, language: Language): string {
  return rule?.names?.[language] ?? rule?.id ?? ''
}

function placeOf({ area }: Told, language: Language): string {
  if (area === null) return ''
  return language === 'zh' ? `${area.names.zh}：` : `${area.names.en ?? area.names.zh}: `
}

function namesOf({ alarms, count }: Told, language: Language, comma: string): string {
  const names = [...new Set(alarms.map(targetOf))].slice(0, MOST_NAMED)
  const more = count > names.length ? { zh: ' 等', en: ' …' }[language] : ''
  return names.join(comma) + more
}

function targetOf({ gateway, device, area, dimension }: NoticeAlarm): string {
  const target = area ?? [gateway, device].filter((name) => name !== null).join('/')
  return dimension === null ? target : `${target} ${dimension}`
}

/** Of the worst of them. */
function flappingOf(alarms: readonly NoticeAlarm[]): number | undefined {
  const changes = alarms.filter(({ flapping }) => flapping).map((alarm) => alarm.changes)
  return changes.length === 0 ? undefined : Math.max(...changes)
}

/** Once raised and once ended is nothing to speak of. */
function changesOf({ alarms, count }: Told, say: (changes: number) => string): string {
  const [alarm] = alarms
  return count === 1 && alarm && alarm.changes > 2 ? say(alarm.changes) : ''
}
