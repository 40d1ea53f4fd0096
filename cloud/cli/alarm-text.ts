import type { AlarmStory, AlarmTransitionView, AlarmView } from '@ganzhi/contracts/alarm-view'
import { TIMEZONE } from '@ganzhi/contracts/clock-span'
import { STATE_NAMES, rises } from './alarm-state-names.ts'
import { textTable } from './text-columns.ts'
import { timeTeller } from './time-teller.ts'
import { whyText } from './why-text.ts'

const timeOf = timeTeller(TIMEZONE)
const RFC_3339 = /\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})/g

export function alarmListText(alarms: readonly AlarmView[], more: boolean): string {
  if (alarms.length === 0) return '没有告警 no alarm'
  const titles = ['编号 id', '开始 from', '结束 to', '对象 target', '告警 alarm', '规则 rule']
  const rows = alarms.map((alarm) => [
    alarm.id,
    timeOf(alarm.openedAt),
    endOf(alarm),
    targetOf(alarm),
    STATE_NAMES[alarm.severity],
    ruleText(alarm),
  ])
  return [...textTable(titles, rows), ...(more ? ['… 更多 more: --limit'] : [])].join('\n')
}

export function alarmText(alarm: AlarmStory): string {
  const titles = ['时间 time', '告警 alarm', '值 value', '原因 why']
  const rows = alarm.transitions.map((transition) => {
    const { at, value, why } = transition
    const reason = whyText(why, rises(transition), (since) => timeOf(since, at))
    return [
      timeOf(at),
      stateText(transition),
      value === null ? '–' : String(value),
      `${reason}${markText(transition)}`,
    ]
  })
  return [headText(alarm), '', ...textTable(titles, rows, [2])].join('\n')
}

export function explanationText(alarm: AlarmStory): string {
  const steps = alarm.transitions.map((transition) => {
    const { at, reading } = transition
    const written = (text: string) => text.replace(RFC_3339, (time) => timeOf(time, at))
    return `${timeOf(at)}  ${stateText(transition)}${markText(transition)}\n  ${written(reading.zh)}\n  ${written(reading.en)}`
  })
  return [headText(alarm), ...steps].join('\n\n')
}

function headText(alarm: AlarmView): string {
  const { id, severity, openedAt } = alarm
  return `${id}  ${STATE_NAMES[severity]}  ${targetOf(alarm)}  ${ruleText(alarm)}\n${timeOf(openedAt)} – ${endOf(alarm)} (${TIMEZONE})${unknownText(alarm)}`
}

function unknownText({ unknown, closedAt }: AlarmView): string {
  if (unknown === null || closedAt !== null) return ''
  const { parent, since } = unknown
  const what = parent.includes('/') ? '链路中断 the link is down' : '网关离线 the gateway is not heard of'
  return `\n未知 unknown: 自 since ${timeOf(since)} ${what}: ${parent}`
}

function endOf({ openedAt, closedAt, withdrawn }: AlarmView): string {
  if (withdrawn) return '已撤回 withdrawn'
  return closedAt === null ? '未消 open' : timeOf(closedAt, openedAt)
}

function targetOf({ gateway, device, area, dimension }: AlarmView): string {
  if (area !== null) return `区域 area ${area}`
  const target = [gateway, device].filter((name) => name !== null).join('/')
  return dimension === null ? target : `${target} ${dimension}`
}

function ruleText({ rule: { id, version, names } }: AlarmView): string {
  return `${id}@${version}${names ? ` ${names.zh} ${names.en}` : ''}`
}

function stateText(transition: AlarmTransitionView): string {
  return `${rises(transition) ? '▲' : '▽'} ${STATE_NAMES[transition.to]}`
}

/** What came of values that arrived after their time. */
function markText({ late, revisedAt }: AlarmTransitionView): string {
  return `${late ? ' (迟到 late)' : ''}${revisedAt === null ? '' : ' (已更正，不再成立 revised: it did not come about)'}`
}
