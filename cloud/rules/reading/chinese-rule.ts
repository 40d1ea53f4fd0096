import type { AreaLevel } from '@ganzhi/contracts/area'
import type { Rule, Unusable } from '@ganzhi/contracts/rule'
import type { RuleSchedule } from '@ganzhi/contracts/rule-schedule'
import type { Severity } from '@ganzhi/contracts/severity'
import { levelOf } from '../areas/device-parts.ts'
import { chineseCondition, chineseDuration } from './chinese-conditions.ts'
import { dayRuns } from './day-runs.ts'
import { quoted, type Words } from './names.ts'

const SEVERITIES: Readonly<Record<Severity, string>> = {
  info: '提示',
  minor: '一般',
  major: '较大',
  critical: '重大',
}

const AREAS: Readonly<Record<AreaLevel, string>> = {
  city: '市',
  county: '区县',
  street: '街道',
  community: '社区',
  grid: '网格',
}

export function chineseRule(rule: Rule, words: Words): string {
  const own = rule.for.property ?? ''
  const level = levelOf(rule)
  const levels = 'levels' in rule ? rule.levels : [rule]
  return [
    level === undefined ? '' : `每个${AREAS[level]}各自判断：`,
    ...levels.map(({ severity, when }) => {
      const { on, parts, off, lingers } = chineseCondition(when, own, words)
      const listed = parts?.map((part, i) => `（${i + 1}）${part}`).join('；')
      const body = listed === undefined ? '；' : `：${listed}。`
      return `${on}，报${quoted(SEVERITIES[severity])}${body}${off}${lingers ? '后' : '即'}解除。`
    }),
    levels.length > 1 ? '几级同时成立时，按最重的一级报。' : '',
    rule.active ? schedule(rule.active) : '',
    unusable(rule),
    rule.lateness === undefined ? '' : `晚到不超过 ${chineseDuration(rule.lateness)}的数据照常计入。`,
    scope(rule, words),
  ].join('')
}

const DAYS = {
  mon: '周一',
  tue: '周二',
  wed: '周三',
  thu: '周四',
  fri: '周五',
  sat: '周六',
  sun: '周日',
  workday: '工作日（含调休上班）',
  holiday: '休息日（含节假日）',
} as const

function schedule({ spans, timezone, after }: RuleSchedule): string {
  const times = spans.map(({ days, from, to }) => {
    const on = days
      ? dayRuns(days)
          .map((run) => run.map((day) => DAYS[day]).join('至'))
          .join('、')
      : '每天'
    if (from === '00:00' && to === '24:00') return `${on}全天`
    return `${on}${from} 至${to < from ? '次日' : ''}${to}`
  })
  const zone = timezone === undefined ? '' : `（${timezone} 时间）`
  const end = after === 'keep' ? '时段结束时未解除的，保持到下一时段再判断' : '时段结束时未解除的，一并解除'
  return `只在${times.join('，以及')}判断${zone}；${end}。`
}

function unusable({ bad = 'hold', nan = 'hold' }: Rule): string {
  const said = (what: string, does: Unusable): string => {
    if (does === 'hold') return ''
    return does === 'reset' ? `收到${what}时，尚未报警的重新计时。` : `收到${what}时，立即解除。`
  }
  if (bad === nan) return said('质量不好或不是数值的数据', bad)
  return said('质量不好的数据', bad) + said('不是数值的数据', nan)
}

function scope({ each, for: { property, profile, tag, area, gateway, device } }: Rule, words: Words): string {
  if (each === 'gateway') return gateway === undefined ? '适用于所有网关。' : `适用于网关${quoted(gateway)}。`
  if (each === 'link')
    return gateway === undefined ? '适用于网关的所有链路。' : `适用于网关${quoted(gateway)}的链路。`
  const asked = [
    profile === undefined ? [] : `型号为${words.profile(profile)}`,
    tag === undefined ? [] : `标签为${quoted(tag)}`,
    area === undefined ? [] : `位于区域${quoted(area)}（含下级）`,
    gateway === undefined ? [] : `接在网关${quoted(gateway)}上`,
  ].flat()
  if (device !== undefined)
    return `适用于设备${quoted(device)}${asked.map((each) => `，且须${each}`).join('')}。`
  if (asked.length > 0) return `适用于${asked.join('、')}的设备。`
  return property === undefined ? '适用于所有设备。' : `适用于所有上报${words.property(property)}的设备。`
}
