import { TIMEZONE } from '@ganzhi/contracts/clock-span'
import type { SilenceView } from '@ganzhi/contracts/silence'
import { STATE_NAMES } from './alarm-state-names.ts'
import { textTable } from './text-columns.ts'
import { timeTeller } from './time-teller.ts'

const timeOf = timeTeller(TIMEZONE)

const SILENCE_STATES: Readonly<Record<SilenceView['state'], string>> = {
  planned: '未开始 planned',
  active: '生效中 active',
  resting: '间歇 resting',
  over: '已结束 over',
}

export function silenceListText(silences: readonly SilenceView[]): string {
  if (silences.length === 0) return '没有静默 no silence'
  const titles = [
    '编号 id',
    '状态 state',
    '从 from',
    '到 until',
    '告警 alarms',
    '哪些 which',
    '原因 reason',
    '谁 who',
  ]
  const rows = silences.map((silence) => [
    silence.id,
    SILENCE_STATES[silence.state],
    timeOf(silence.from),
    timeOf(silence.ended?.at ?? silence.until),
    String(silence.alarms),
    whichText(silence),
    silence.reason,
    silence.author,
  ])
  return textTable(titles, rows, [4]).join('\n')
}

export function silenceText(silence: SilenceView): string {
  const { id, state, from, until, reason, ended, author } = silence
  const end = ended ? `${timeOf(ended.at)} (${ended.author})` : timeOf(until)
  return `${id}  ${SILENCE_STATES[state]}  ${timeOf(from)} – ${end} (${TIMEZONE})\n  ${whichText(silence)}\n  ${reason} (${author})`
}

function whichText({ for: scope, rule, upTo, weekly }: SilenceView): string {
  const parts = Object.entries({ ...scope, rule }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${value}`],
  )
  const spans = weekly?.spans.map(({ days, from, to }) => `${days ? `${days.join(',')} ` : ''}${from}-${to}`)
  return [
    ...parts,
    ...(upTo === undefined ? [] : [`至 up to ${STATE_NAMES[upTo]}`]),
    ...(spans ? [`每周 weekly ${spans.join('; ')}`] : []),
  ].join(', ')
}
