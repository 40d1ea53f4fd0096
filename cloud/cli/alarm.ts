import type { AlarmStory, AlarmView } from '@ganzhi/contracts/alarm-view'
import { alarmListText, alarmText, explanationText } from './alarm-text.ts'
import type { ApiClient } from './api-client.ts'
import { listed } from './listed.ts'
import { badUse, parsedOptions } from './options.ts'
import type { Terminal } from './terminal.ts'

export const ALARM_HELP = `ganzhi alarm list                    未消的告警，新的在前 open alarms, the newest first
  --state open            open 未消 | closed 已消 | all 全部
  --severity major        info 提示 | minor 一般 | major 较大 | critical 重大
  --rule, --gateway, --device <id>
  --limit 50              最多几条 so many at most
ganzhi alarm show <id>                一条告警的经过 one alarm, step by step
ganzhi alarm explain <id>             为什么：每一步的数值、时间与阈值，用一句话说明 why: of each step its value, time and threshold, in a sentence

--json：标准输出恰好一个 JSON 文档。 With --json stdout is exactly one JSON document.
退出码 exit code: 0 成功 ok, 1 失败 failed, 2 用法或输入有误 bad use`

const OPTIONS = {
  state: { type: 'string', default: 'open' },
  severity: { type: 'string' },
  rule: { type: 'string' },
  gateway: { type: 'string' },
  device: { type: 'string' },
  limit: { type: 'string', default: '50' },
} as const

type Values = ReturnType<typeof parsedOptions<typeof OPTIONS>>['values']

export interface AlarmCall {
  readonly api: ApiClient
  readonly terminal: Terminal
}

export async function alarmCommand(args: readonly string[], call: AlarmCall): Promise<0> {
  const { values, positionals } = parsedOptions(args, OPTIONS)
  const [verb, id, ...more] = positionals
  if (more.length > 0) throw badUse(`多余的参数 unexpected ${more.join(' ')}`)
  if (verb === 'list' && id === undefined) return list(values, call)
  if (verb === 'show' && id !== undefined) return tell(id, values, call, alarmText)
  if (verb === 'explain' && id !== undefined) return tell(id, values, call, explanationText)
  throw badUse('应为 must be: alarm list | show <id> | explain <id>')
}

async function list(
  { json, state, severity, rule, gateway, device, limit }: Values,
  { api, terminal }: AlarmCall,
): Promise<0> {
  const given = { state: state === 'all' ? undefined : state, severity, rule, gateway, device, limit }
  const { items, next } = await listed<AlarmView>(api, '/alarms', given)
  terminal.out(json ? JSON.stringify({ items }) : alarmListText(items, next !== null))
  return 0
}

async function tell(
  id: string,
  { json }: Values,
  { api, terminal }: AlarmCall,
  textOf: (alarm: AlarmStory) => string,
): Promise<0> {
  const alarm = (await api.call('GET', `/alarms/${encodeURIComponent(id)}`)) as AlarmStory
  terminal.out(json ? JSON.stringify(alarm) : textOf(alarm))
  return 0
}
