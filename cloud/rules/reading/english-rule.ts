import type { Rule, Unusable } from '@ganzhi/contracts/rule'
import type { RuleSchedule } from '@ganzhi/contracts/rule-schedule'
import type { Severity } from '@ganzhi/contracts/severity'
import { levelOf } from '../areas/device-parts.ts'
import { englishCondition, englishDuration } from './english-conditions.ts'
import { dayRuns } from './day-runs.ts'
import { quoted, type Words } from './names.ts'

const SEVERITIES: Readonly<Record<Severity, string>> = {
  info: 'Info',
  minor: 'Minor',
  major: 'Major',
  critical: 'Critical',
}

export function englishRule(rule: Rule, words: Words): string {
  const own = rule.for.property ?? ''
  const level = levelOf(rule)
  const levels = 'levels' in rule ? rule.levels : [rule]
  return [
    level === undefined ? '' : `In each ${level}:`,
    ...levels.map(({ severity, when }) => {
      const { on, parts, off } = englishCondition(when, own, words)
      const listed = parts?.map((part, i) => `(${i + 1}) ${part}`).join('; ')
      const body = listed === undefined ? '; clears' : `: ${listed}. Clears`
      return `${SEVERITIES[severity]} when ${on}${body} when ${off}.`
    }),
    levels.length > 1 ? 'Where several levels hold, the gravest counts.' : '',
    rule.active ? schedule(rule.active) : '',
    unusable(rule),
    rule.lateness === undefined
      ? ''
      : `Data that are up to ${englishDuration(rule.lateness)} late count as if they had come in time.`,
    scope(rule, words),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ')
}

const DAYS = {
  mon: 'Mondays',
  tue: 'Tuesdays',
  wed: 'Wednesdays',
  thu: 'Thursdays',
  fri: 'Fridays',
  sat: 'Saturdays',
  sun: 'Sundays',
  workday: 'workdays',
  holiday: 'days off (weekends and public holidays)',
} as const

function schedule({ spans, timezone, after }: RuleSchedule): string {
  const times = spans.map(({ days, from, to }) => {
    const named = days && dayRuns(days).map((run) => run.map((day) => DAYS[day]).join(' to '))
    const on = named ? `on ${listOf(named)} ` : ''
    if (from === '00:00' && to === '24:00') return `${on}all day`
    return `${on}from ${from} to ${to}${named && to < from ? ' of the next day' : ''}`
  })
  const zone = timezone === undefined ? '' : ` (${timezone} time)`
  const end =
    after === 'keep'
      ? 'an alarm that is open at the end stays until the next beginning, when it is judged anew'
      : 'an alarm that is open at the end clears'
  return `Judged only ${listOf(times)}${zone}; ${end}.`
}

function unusable({ bad = 'hold', nan = 'hold' }: Rule): string {
  const said = (what: string, does: Unusable): string[] => {
    if (does === 'hold') return []
    return [does === 'reset' ? `${what} make what is not on yet begin anew.` : `${what} clear it at once.`]
  }
  if (bad === nan) return said('Data of bad quality, or that are no number,', bad).join(' ')
  return [...said('Data of bad quality', bad), ...said('Data that are no number', nan)].join(' ')
}

function scope({ each, for: { property, profile, tag, area, gateway, device } }: Rule, words: Words): string {
  if (each === 'gateway')
    return gateway === undefined ? 'Applies to all gateways.' : `Applies to the gateway ${quoted(gateway)}.`
  if (each === 'link')
    return `Applies to all links of ${gateway === undefined ? 'gateways' : `the gateway ${quoted(gateway)}`}.`
  const asked = [
    profile === undefined ? [] : `of the model ${words.profile(profile)}`,
    tag === undefined ? [] : `tagged ${quoted(tag)}`,
    area === undefined ? [] : `in the area ${quoted(area)} or below it`,
    gateway === undefined ? [] : `on the gateway ${quoted(gateway)}`,
  ].flat()
  if (device !== undefined) return `Applies to the device ${[quoted(device), ...asked].join(', if ')}.`
  if (asked.length > 0) return `Applies to devices ${asked.join(', ')}.`
  return property === undefined
    ? 'Applies to all devices.'
    : `Applies to all devices that report ${words.property(property)}.`
}

function listOf(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}
