import type { AlarmView } from '@ganzhi/contracts/alarm-view'
import type { Names } from '@ganzhi/contracts/profile'
import { language, t } from '../language.ts'
import { showSpan, showTime } from '../show.ts'

const TIME = /\d{4}-\d{2}-\d{2}T[\d:.]+Z/g

/** A sentence of the platform, with its times by the clock of who reads it; without the day where that is the one of `beside`. */
export function showReading(reading: Names, beside: string): string {
  const day = showTime(beside).slice(0, 11)
  return reading[language.value].replace(TIME, (at) => showTime(at).replace(day, ''))
}

export function ruleName({ id, names }: { readonly id: string; readonly names: Names | null }): string {
  return names?.[language.value] ?? id
}

export function lastedOf(
  { openedAt, closedAt }: Pick<AlarmView, 'openedAt' | 'closedAt'>,
  now: number,
): string {
  const until = closedAt === null ? now : Date.parse(closedAt)
  return t('lasted', { time: showSpan(until - Date.parse(openedAt)) })
}

export function unknownText({ parent, since }: NonNullable<AlarmView['unknown']>): string {
  const [gateway = '', link] = parent.split('/')
  const time = showTime(since)
  return link === undefined
    ? t('unknownSince', { gateway, time })
    : t('unknownBehindLink', { gateway, link, time })
}
