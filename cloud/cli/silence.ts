import type { Silence, SilenceView } from '@ganzhi/contracts/silence'
import { RULE_DAYS } from '@ganzhi/contracts/rule-schedule'
import type { ApiClient } from './api-client.ts'
import { allListed } from './listed.ts'
import { badUse, durationMs, parsedOptions } from './options.ts'
import { silenceListText, silenceText } from './silence-text.ts'
import type { Terminal } from './terminal.ts'

export const SILENCE_HELP = `ganzhi silence list [--all]               静默与维护窗口 silences that count or will; --all: 含已结束的 those that are over, too
ganzhi silence add --until <time> --reason <text>   这些告警暂不通知 nobody is told of these alarms for a while
  --until 4h              到何时：多久以后，或时刻 until: in so long, or 2026-11-22T06:00:00+08:00
  --from <time>           从何时起（现在） from when on (now)
  --reason 换传感器        为什么 why nobody is to be told
  --area, --profile, --tag, --gateway, --device, --rule <id>   哪些告警，全部符合 which: those for which all that is given holds
  --up-to major           只到这一级，更重的照常通知 graver ones are told all the same
  --weekly 22:00-06:00    只在每周这些时段，可多次 only in these hours; several times, also with days: sat,holiday=08:00-18:00
  --timezone Asia/Shanghai
ganzhi silence end <id>                   提前结束 ends it before its time

结束时仍未解除的告警会随即通知。 What is open when it ends is told then.
--json：标准输出恰好一个 JSON 文档。 With --json stdout is exactly one JSON document; docs/notices.md.
退出码 exit code: 0 成功 ok, 1 失败 failed, 2 用法或输入有误 bad use`

const OPTIONS = {
  all: { type: 'boolean' },
  until: { type: 'string' },
  from: { type: 'string' },
  reason: { type: 'string' },
  area: { type: 'string' },
  profile: { type: 'string' },
  tag: { type: 'string' },
  gateway: { type: 'string' },
  device: { type: 'string' },
  rule: { type: 'string' },
  'up-to': { type: 'string' },
  weekly: { type: 'string', multiple: true },
  timezone: { type: 'string' },
} as const

type Values = ReturnType<typeof parsedOptions<typeof OPTIONS>>['values']

export interface SilenceCall {
  readonly api: ApiClient
  readonly terminal: Terminal
  /** ms since 1970 */
  readonly now: number
}

export async function silenceCommand(args: readonly string[], call: SilenceCall): Promise<0> {
  const { values, positionals } = parsedOptions(args, OPTIONS)
  const [verb, id, ...more] = positionals
  if (more.length > 0) throw badUse(`多余的参数 unexpected ${more.join(' ')}`)
  if (verb === 'list' && id === undefined) return list(values, call)
  if (verb === 'add' && id === undefined) return add(values, call)
  if (verb === 'end' && id !== undefined) return end(id, values, call)
  throw badUse('应为 must be: silence list | add | end <id>')
}

async function list({ all, json }: Values, { api, terminal }: SilenceCall): Promise<0> {
  const items = await allListed<SilenceView>(api, '/silences', { over: all ? undefined : 'false' })
  terminal.out(json ? JSON.stringify({ items }) : silenceListText(items))
  return 0
}

async function add(values: Values, { api, terminal, now }: SilenceCall): Promise<0> {
  const made = (await api.call('POST', '/silences', silenceIn(values, now))) as SilenceView
  terminal.out(values.json ? JSON.stringify(made) : silenceText(made))
  return 0
}

async function end(id: string, { json }: Values, { api, terminal }: SilenceCall): Promise<0> {
  const ended = (await api.call('POST', `/silences/${encodeURIComponent(id)}/end`)) as SilenceView
  terminal.out(json ? JSON.stringify(ended) : silenceText(ended))
  return 0
}

/** Whether it is one that can be is for the platform to say. */
function silenceIn(values: Values, now: number): Silence {
  const { until, from, reason, area, profile, tag, gateway, device, rule, weekly, timezone } = values
  if (until === undefined) throw badUse('缺少 --until is missing', 'until')
  if (reason === undefined) throw badUse('缺少 --reason is missing', 'reason')
  if (timezone !== undefined && weekly === undefined)
    throw badUse('--timezone 需要 needs --weekly', 'timezone')
  const scope = { area, profile, tag, gateway, device }
  const given = {
    for: Object.fromEntries(Object.entries(scope).filter(([, value]) => value !== undefined)),
    rule,
    upTo: values['up-to'],
    from: from === undefined ? undefined : timeIn(from, 'from', now),
    until: timeIn(until, 'until', now),
    weekly: weekly && { ...(timezone !== undefined && { timezone }), spans: weekly.map(spanIn) },
    reason,
  }
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as unknown as Silence
}

/** `4h` from now, or a moment. */
function timeIn(text: string, name: string, now: number): string {
  const at = /^\d{4}-/.test(text) ? Date.parse(text) : NaN
  return new Date(Number.isNaN(at) ? now + durationMs(text, name) : at).toISOString()
}

function spanIn(text: string): NonNullable<Silence['weekly']>['spans'][number] {
  const [, days, from = '', to = ''] = /^(?:([a-z,]+)=)?(\d\d:\d\d)-(\d\d:\d\d)$/.exec(text) ?? []
  if (!from || !to) {
    throw badUse(
      `--weekly 应如 must be like 22:00-06:00 or sat,sun=08:00-18:00; 得到 found ${text}`,
      'weekly',
    )
  }
  if (days === undefined) return { from, to }
  return { days: days.split(',').map(dayIn), from, to }
}

function dayIn(name: string): (typeof RULE_DAYS)[number] {
  const day = RULE_DAYS.find((known) => known === name)
  if (day) return day
  throw badUse(`没有这种日子 there is no day ${name}: ${RULE_DAYS.join(' ')}`, 'weekly')
}
