import type { CommandView } from '@ganzhi/contracts/api-views'
import { conditionIn, valueIn } from '@ganzhi/contracts/command-words'
import type { ApiClient } from './api-client.ts'
import { headText, listText, stepText } from './command-text.ts'
import { listed } from './listed.ts'
import { badUse, durationMs, parsedOptions } from './options.ts'
import type { Terminal } from './terminal.ts'

export const COMMAND_HELP = `ganzhi command: 反向控制 sets properties of devices, and tells what became of it

  ganzhi command ask <device> <property> <value>    下达并等待结果 ask, and wait for the end
      --gateway G        设备在多个网关上同名时 where several gateways have such a device
      --expires 30s      过期不再执行 not begun later than this (1m)
      --if level<=2      前提条件，写入前现读 only if this holds just before the write: <=, >= or =
      --id ID            同一编号只执行一次 the same id is never done twice
      --no-wait          不等待 don't wait
  ganzhi command watch <id>                         等待结果 wait for the end
  ganzhi command cancel <id>                        取消（写入开始前） cancel, until the write has begun
  ganzhi command list [--gateway G] [--device D] [--state failed,unknown] [--limit 20]

值 value: 33.3, true, on, "文本 text". 负数写在 -- 之后 A negative one stands behind --: ask pump-1 offset -- -5
--json: 标准输出恰好一个 JSON 文档 stdout is exactly one JSON document
退出码 exit code: 0 已确认 confirmed, 1 未成 not, 2 用法错误 bad use`

const OPTIONS = {
  gateway: { type: 'string' },
  device: { type: 'string' },
  state: { type: 'string' },
  limit: { type: 'string' },
  expires: { type: 'string' },
  if: { type: 'string' },
  id: { type: 'string' },
  'no-wait': { type: 'boolean' },
} as const

/** So many seconds a person waits for the gateway's answer. */
const CANCEL_LOOKS = 20

type Values = ReturnType<typeof parsedOptions<typeof OPTIONS>>['values']

export interface CommandCall {
  readonly api: ApiClient
  readonly terminal: Terminal
}

export async function commandCommand(args: readonly string[], call: CommandCall): Promise<0 | 1> {
  const { values, positionals } = parsedOptions(args, OPTIONS)
  const [verb, ...words] = positionals
  switch (verb) {
    case 'ask':
      return ask(words, values, call)
    case 'watch':
      return watch(await read(call, only(words, '<id>')), values, call)
    case 'cancel':
      return cancel(only(words, '<id>'), values, call)
    case 'list':
      return list(values, call)
    default:
      throw badUse(`ask, watch, cancel 或 or list; 得到 found ${verb ?? '无 nothing'}`)
  }
}

async function ask(words: readonly string[], values: Values, call: CommandCall): Promise<0 | 1> {
  const [device, property, word, ...more] = words
  if (device === undefined || property === undefined || word === undefined || more.length > 0) {
    throw badUse('应为 must be: ganzhi command ask <device> <property> <value>')
  }
  const { gateway, expires, id } = values
  const asked = await call.api.call('POST', '/commands', {
    device,
    property,
    value: valueIn(word),
    ...(gateway === undefined ? {} : { gateway }),
    ...(id === undefined ? {} : { id }),
    ...(expires === undefined ? {} : { expiresInMs: durationMs(expires, 'expires') }),
    ...(values.if === undefined ? {} : { precondition: conditionIn(values.if) }),
  })
  if (!values['no-wait']) return watch(asked as CommandView, values, call)
  show(asked as CommandView, values, call)
  return 0
}

/** Step by step, until no other follows. */
async function watch(first: CommandView, values: Values, call: CommandCall): Promise<0 | 1> {
  const { terminal, api } = call
  let command = first
  let shown = 0
  if (!values.json) terminal.out(headText(command))
  for (;;) {
    if (!values.json) for (const step of command.steps.slice(shown)) terminal.out(stepText(step))
    shown = command.steps.length
    if (command.ended) break
    command = (await api.call('GET', `/commands/${command.id}?steps=${shown}`)) as CommandView
  }
  if (values.json) terminal.out(JSON.stringify(command))
  return command.state === 'confirmed' || command.state === 'executed' ? 0 : 1
}

async function cancel(id: string, values: Values, call: CommandCall): Promise<0 | 1> {
  let command = (await call.api.call('DELETE', `/commands/${encodeURIComponent(id)}`)) as CommandView
  // The answer of the gateway may be no step: then it is too late.
  for (let looks = 0; command.cancelling !== null && !command.ended && looks < CANCEL_LOOKS; looks++) {
    const path = `/commands/${command.id}?steps=${command.steps.length}&waitMs=1000`
    command = (await call.api.call('GET', path)) as CommandView
  }
  show(command, values, call)
  if (command.state === 'cancelled') return 0
  if (values.json) return 1
  const away = command.cancelling !== null
  call.terminal.err(
    away
      ? '网关尚未答复，将继续请求取消 the gateway has not answered yet: it is asked on'
      : '为时已晚，未能取消 it was too late to cancel',
  )
  return 1
}

async function list(values: Values, { api, terminal }: CommandCall): Promise<0> {
  const { gateway, device, state, limit = '20' } = values
  const page = await listed<CommandView>(api, '/commands', { limit, gateway, device, state })
  terminal.out(values.json ? JSON.stringify(page) : listText(page.items))
  return 0
}

async function read({ api }: CommandCall, id: string): Promise<CommandView> {
  return (await api.call('GET', `/commands/${encodeURIComponent(id)}`)) as CommandView
}

function show(command: CommandView, values: Values, { terminal }: CommandCall): void {
  if (values.json) terminal.out(JSON.stringify(command))
  else terminal.out([headText(command), ...command.steps.map(stepText)].join('\n'))
}

function only(words: readonly string[], what: string): string {
  const [word, ...more] = words
  if (word !== undefined && more.length === 0) return word
  throw badUse(`应给出 must be given: ${what}`)
}
