import type { Notice, NoticeAlarm } from '@ganzhi/contracts/notice'
import type { Names } from '@ganzhi/contracts/profile'
import type { Severity } from '@ganzhi/contracts/severity'

type Told = Omit<Notice, 'id' | 'text'>
type Language = keyof Names

const SEVERITY: Readonly<Record<Severity, string>> = {
  info: '提示',
  minor: '一般',
  major: '较大',
  critical: '重大',
}
/** Alarms that stand in a message. */
const MOST_NAMED = 3

/** The message of a notice; it names no times, which whoever delivers it writes by the clock of those who read it. */
export function noticeText(notice: Told): Names {
  return { zh: chinese(notice), en: english(notice) }
}

function chinese(notice: Told): string {
  const { kind, severity, count, alarms, escalation, digest, gateway } = notice
  const many = count > 1 ? ` ${count} 起` : ''
  const what = `${ruleOf(notice, 'zh')}，${whereOf(notice, 'zh')}`
  const changed = flappingOf(alarms)
  const flapping = changed === undefined ? '' : `（抖动，已变化 ${changed} 次）`
  const before = wereHeldBack(alarms) ? '（此前未通知，至今未解除）' : ''
  const grave = `${SEVERITY[severity]}告警${many}`
  switch (kind) {
    case 'raised':
      return `${grave}：${what}${flapping}${before}`
    case 'graver':
      return `告警升为${SEVERITY[severity]}${many}：${what}${flapping}`
    case 'ended':
      return `告警解除${many}：${what}${changesOf(notice, (n) => `，期间变化 ${n} 次`)}`
    case 'reminder':
      return `提醒，${grave}仍未解除、无人确认：${what}${flapping}`
    case 'escalated':
      return `上报 ${escalation?.to ?? ''}，${grave}仍未解除、无人确认：${what}${flapping}`
    case 'digest': {
      const revised = digest?.revised ? `，撤销误报变化 ${digest.revised} 次` : ''
      const where = gateway === null ? '多个网关' : `网关 ${gateway} `
      return `补报：${where}迟到的数据涉及告警 ${count} 起，产生 ${digest?.raised ?? 0} 起、解除 ${digest?.ended ?? 0} 起${revised}：${whereOf(notice, 'zh')}`
    }
  }
}

function english(notice: Told): string {
  const { kind, severity, count, alarms, escalation, digest, gateway } = notice
  const what = `${ruleOf(notice, 'en')}: ${whereOf(notice, 'en')}`
  const changed = flappingOf(alarms)
  const flapping = changed === undefined ? '' : ` (flapping, ${changed} changes so far)`
  const before = wereHeldBack(alarms) ? ' (withheld until now, still open)' : ''
  const grave = count > 1 ? `${count} ${severity} alarms` : `${severity} alarm`
  const nobody = 'still open and not acknowledged'
  switch (kind) {
    case 'raised':
      return `${capital(grave)}, ${what}${flapping}${before}`
    case 'graver':
      return `Now ${grave}, ${what}${flapping}`
    case 'ended':
      return `Ended: ${count > 1 ? `${count} alarms` : 'alarm'}, ${what}${changesOf(notice, (n) => `, after ${n} changes`)}`
    case 'reminder':
      return `Reminder, ${grave} ${nobody}, ${what}${flapping}`
    case 'escalated':
      return `To ${escalation?.to ?? ''}, ${grave} ${nobody}, ${what}${flapping}`
    case 'digest': {
      const revised = digest?.revised ? `, ${digest.revised} changes withdrawn that were told wrongly` : ''
      const where = gateway === null ? 'several gateways' : `gateway ${gateway}`
      const concern = count > 1 ? `${count} alarms` : '1 alarm'
      return `Afterwards: late data of ${where} concern ${concern}, ${digest?.raised ?? 0} raised, ${digest?.ended ?? 0} ended${revised}: ${whereOf(notice, 'en')}`
    }
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function wereHeldBack(alarms: readonly NoticeAlarm[]): boolean {
  return alarms.some(({ heldBackBy }) => heldBackBy !== null)
}

function ruleOf({ rule }: Told, language: Language): string {
  return rule?.names?.[language] ?? rule?.id ?? ''
}

/** The area, and what of it; an area's own alarm is told by its name alone. */
function whereOf({ area, alarms, count }: Told, language: Language): string {
  const own = alarms.filter((alarm) => alarm.area === null || alarm.area !== area?.id)
  const names = [...new Set(own.map(targetOf))].slice(0, MOST_NAMED)
  const more = names.length > 0 && count > names.length ? { zh: ' 等', en: ' …' }[language] : ''
  const [colon, comma] = language === 'zh' ? ['：', '、'] : [': ', ', ']
  const targets = names.join(comma) + more
  if (area === null) return targets
  const place = (language === 'en' ? area.names.en : undefined) ?? area.names.zh
  return targets === '' ? place : `${place}${colon}${targets}`
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
