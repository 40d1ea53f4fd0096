import { stringify } from 'yaml'
import { slowdown } from '../installer/link-plan.ts'
import type { ExplainedPlan, LinkTarget } from '../installer/plan-target.ts'
import { bar, intervalText } from './bar.ts'
import { inChinese } from './error-text.ts'
import type { Terminal } from './terminal.ts'
import { textTable } from './text-table.ts'
import { shortened } from './text-width.ts'
import { valueText } from './value-text.ts'

const BAR_COLUMNS = 30

export function planText(
  { id, plan, link }: { readonly id?: string; readonly plan: ExplainedPlan; readonly link: LinkTarget },
  { colours, columns }: Terminal,
): string {
  const rows = plan.requests.map((request) => {
    const { table, address, count } = request
    return [
      request.device ?? '',
      valueText(request['unit']),
      valueText(table),
      valueText(address),
      valueText(count),
      intervalText(request.intervalMs),
      request.predictedMs.toFixed(1),
      request.error ? colours.bad(inChinese(request.error.code)) : (request.measuredMs?.toFixed(1) ?? ''),
      shortened(request.points.join(' '), Math.max(20, columns - 80)),
    ]
  })
  const titles = [
    '设备 device',
    '单元 unit',
    '表 table',
    '地址 address',
    '个数 count',
    '周期 every',
    '预计 ms',
    '实测 ms',
    '点 points',
  ]
  const table = textTable(
    titles.map((title, i) => ({ title, align: i >= 3 && i <= 7 ? 'right' : 'left' })),
    rows,
  )
  const extras = plan.requests.flatMap(({ extra, table: at, address }) =>
    extra ? `  ${valueText(at)} ${valueText(address)}: ${extra}` : [],
  )
  const errors = new Set(plan.requests.flatMap(({ error }) => error?.message ?? []))
  return [
    ...(id === undefined ? [] : [colours.strong(`链路 link ${id}`)]),
    table,
    ...(extras.length === 0 ? [] : ['', '顺带读的空档 gaps that are read with them:', ...extras]),
    ...[...errors].map((message) => colours.bad(`✗ ${message}`)),
    '',
    budgetText(plan, colours),
    ...adviceText(plan, link, colours),
    ...learntText(plan),
  ].join('\n')
}

function budgetText({ budget, cycleMs, verdict }: ExplainedPlan, colours: Terminal['colours']): string {
  const colour = { fits: colours.good, tight: colours.warn, exceeds: colours.bad }[verdict]
  const share = `${(budget * 100).toFixed(budget < 0.1 ? 1 : 0)} %`
  return `总线预算 bus budget  ${colour(`${bar(budget, BAR_COLUMNS)} ${share}`)}   一轮 all once ${cycleMs.toFixed(1)} ms`
}

function adviceText(plan: ExplainedPlan, link: LinkTarget, colours: Terminal['colours']): string[] {
  if (plan.verdict === 'fits') return []
  const head =
    plan.verdict === 'exceeds'
      ? colours.bad('✗ 总线读不过来 the wire can not carry this. 任选其一 do one of:')
      : colours.warn('! 余量不足 30 %，写入与重试会迟 little room for writes and repeats. 可选 you can:')
  const factor = slowdown(plan)
  const shortest = Math.min(...link.groups.map(({ intervalMs }) => intervalMs))
  const slower = `周期放慢到 ${factor} 倍 intervals ${factor} times as long: ${shortest} → ${Math.ceil(shortest * factor)} ms`
  const faster = `波特率提到 raise the baud rate to ${plan.baudRate}（设备也要改 the devices too）`
  return [
    head,
    `  · ${slower}`,
    ...(plan.baudRate === undefined ? [] : [`  · ${faster}`]),
    '  · 把部分设备移到另一条链路 move some devices to another link',
  ]
}

/** Limits stand in the form of a profile's protocol section. */
function learntText({ learnt }: ExplainedPlan): string[] {
  const limits = Object.entries(learnt ?? {}).flatMap(([key, fact]) =>
    typeof fact === 'object' && fact !== null && 'limits' in fact
      ? [`  # ${key}`, stringify({ limits: fact['limits'] }).trimEnd().replaceAll(/^/gm, '  ')]
      : [],
  )
  return limits.length === 0
    ? []
    : ['', '学到的限制，可写进物模型 learnt limits, for the profile (protocols.modbus):', ...limits]
}
