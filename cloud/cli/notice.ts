import { readFile } from 'node:fs/promises'
import type { AlarmTold, Notice } from '@ganzhi/contracts/notice'
import { NoticePolicy, type NoticePolicyView } from '@ganzhi/contracts/notice-policy'
import { schemaFaults } from '@ganzhi/contracts/schema'
import { checkedText } from '@ganzhi/firmware-config/checked-text'
import type { ApiClient } from './api-client.ts'
import { legibly } from './legible-file.ts'
import { noticeListText, policyText } from './notice-text.ts'
import { listed } from './listed.ts'
import { badUse, parsedOptions } from './options.ts'
import type { Terminal } from './terminal.ts'

export const NOTICE_HELP = `ganzhi notice list                        最近的通知，新的在前 what people were told last, the newest first
  --kind raised           raised 发生 | graver 加重 | ended 解除 | reminder 提醒 | escalated 上报 | digest 补报
  --severity major        info 提示 | minor 一般 | major 较大 | critical 重大
  --rule, --gateway, --alarm <id>
  --withheld              只看被静默或抑制的 only those of which nobody was told; --told: 其余的 the others
  --limit 50              最多几条 so many at most
ganzhi notice acknowledge <alarm>         确认：有人处理，不再提醒 somebody takes care of this alarm: no more reminders
  --note 在路上            备注 what others should know
ganzhi notice policy [<policy.yaml>]      通知策略：显示，或更换 shows the policy, or puts another

--json：标准输出恰好一个 JSON 文档。 With --json stdout is exactly one JSON document; docs/notices.md.
退出码 exit code: 0 成功 ok, 1 失败 failed, 2 用法或输入有误 bad use`

const OPTIONS = {
  kind: { type: 'string' },
  severity: { type: 'string' },
  rule: { type: 'string' },
  gateway: { type: 'string' },
  alarm: { type: 'string' },
  withheld: { type: 'boolean' },
  told: { type: 'boolean' },
  limit: { type: 'string', default: '50' },
  note: { type: 'string' },
} as const

type Values = ReturnType<typeof parsedOptions<typeof OPTIONS>>['values']

export interface NoticeCall {
  readonly api: ApiClient
  readonly terminal: Terminal
}

export async function noticeCommand(args: readonly string[], call: NoticeCall): Promise<0> {
  const { values, positionals } = parsedOptions(args, OPTIONS)
  const [verb, word, ...more] = positionals
  if (more.length > 0) throw badUse(`多余的参数 unexpected ${more.join(' ')}`)
  if (verb === 'list' && word === undefined) return list(values, call)
  if (verb === 'acknowledge' && word !== undefined) return acknowledge(word, values, call)
  if (verb === 'policy') return policy(word, values, call)
  throw badUse('应为 must be: notice list | acknowledge <alarm> | policy [<policy.yaml>]')
}

async function list(values: Values, { api, terminal }: NoticeCall): Promise<0> {
  const { kind, severity, rule, gateway, alarm, withheld, told, limit, json } = values
  if (withheld && told) throw badUse('--withheld 与 --told 只能用一个 exclude each other', 'withheld')
  const isWithheld = withheld ? 'true' : told ? 'false' : undefined
  const narrowing = { kind, severity, rule, gateway, alarm, withheld: isWithheld, limit }
  const { items, next } = await listed<Notice>(api, '/notices', narrowing)
  terminal.out(json ? JSON.stringify({ items }) : noticeListText(items, next !== null))
  return 0
}

async function acknowledge(alarm: string, { note, json }: Values, { api, terminal }: NoticeCall): Promise<0> {
  const path = `/alarms/${encodeURIComponent(alarm)}/acknowledgement`
  const told = (await api.call('PUT', path, note === undefined ? {} : { note })) as AlarmTold
  terminal.out(json ? JSON.stringify(told) : `已确认 acknowledged: ${alarm}`)
  return 0
}

async function policy(file: string | undefined, { json }: Values, { api, terminal }: NoticeCall): Promise<0> {
  const view = (
    file === undefined
      ? await api.call('GET', '/notice-policy')
      : await api.call('PUT', '/notice-policy', await readPolicy(file))
  ) as NoticePolicyView
  terminal.out(json ? JSON.stringify(view) : policyText(view))
  return 0
}

async function readPolicy(file: string): Promise<unknown> {
  const text = await legibly(file, () => readFile(file, 'utf8'))
  return checkedText(text, file, (value) =>
    schemaFaults(NoticePolicy, value)
      // A field that is not known is told by itself.
      .filter(({ keyword }) => keyword !== 'additionalProperties')
      .map(({ path, message }) => ({ path, message, remedy: '见 See docs/notices.md.' })),
  )
}
