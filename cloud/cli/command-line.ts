import { errorDocument, isGanzhiError } from '@ganzhi/contracts/error'
import { ALARM_HELP, alarmCommand } from './alarm.ts'
import { logIn, logOut, openApiClient } from './api-client.ts'
import { AREA_HELP, areaCommand } from './area.ts'
import { COMMAND_HELP, commandCommand } from './command.ts'
import { DEVICE_HELP, deviceCommand } from './device.ts'
import type { CliEnvironment } from './environment.ts'
import { EXPORT_HELP, exportCommand } from './export.ts'
import { INDICATOR_HELP, indicatorCommand } from './indicator.ts'
import { NOTICE_HELP, noticeCommand } from './notice.ts'
import { badUse, parsedOptions } from './options.ts'
import { RULE_HELP, ruleCommand } from './rule.ts'
import { SILENCE_HELP, silenceCommand } from './silence.ts'
import type { Terminal } from './terminal.ts'

export const CLI_COMMANDS = [
  'login',
  'logout',
  'command',
  'export',
  'area',
  'device',
  'rule',
  'alarm',
  'notice',
  'silence',
  'indicator',
] as const
export type CliCommand = (typeof CLI_COMMANDS)[number]

const LOGIN_HELP = `ganzhi login --url <http://…> --name <name>     登录平台 logs in; the session is kept in your own ~/.config/ganzhi
ganzhi logout                                   退出 ends it

密码：提示输入、管道输入或 GANZHI_PASSWORD。 The password is asked for, read from a pipe, or GANZHI_PASSWORD.`

const HELP: Readonly<Record<CliCommand, string>> = {
  login: LOGIN_HELP,
  logout: LOGIN_HELP,
  command: COMMAND_HELP,
  export: EXPORT_HELP,
  area: AREA_HELP,
  device: DEVICE_HELP,
  rule: RULE_HELP,
  alarm: ALARM_HELP,
  notice: NOTICE_HELP,
  silence: SILENCE_HELP,
  indicator: INDICATOR_HELP,
}

/** One command of a person or a script against a running platform; resolves with the exit code. */
export async function commandLine(
  command: CliCommand,
  args: readonly string[],
  { terminal, environment, signal }: CliContext,
): Promise<0 | 1 | 2> {
  const json = args.includes('--json')
  try {
    if (args.includes('--help') || args.includes('-h')) {
      terminal.out(HELP[command])
      return 0
    }
    switch (command) {
      case 'login':
        return await login(args, { terminal, environment, signal })
      case 'logout':
        await logOut(environment.sessionFile, signal)
        return 0
      case 'command': {
        const api = await openApiClient(environment.sessionFile, signal)
        return await commandCommand(args, { api, terminal })
      }
      case 'export': {
        const api = await openApiClient(environment.sessionFile, signal)
        return await exportCommand(args, { api, terminal, signal, now: Date.now() })
      }
      case 'area': {
        const api = await openApiClient(environment.sessionFile, signal)
        return await areaCommand(args, { api, terminal })
      }
      case 'device': {
        const api = await openApiClient(environment.sessionFile, signal)
        return await deviceCommand(args, { api, terminal })
      }
      case 'rule': {
        const openApi = () => openApiClient(environment.sessionFile, signal)
        return await ruleCommand(args, { terminal, signal, openApi, now: Date.now() })
      }
      case 'alarm': {
        const api = await openApiClient(environment.sessionFile, signal)
        return await alarmCommand(args, { api, terminal })
      }
      case 'notice': {
        const api = await openApiClient(environment.sessionFile, signal)
        return await noticeCommand(args, { api, terminal })
      }
      case 'silence': {
        const api = await openApiClient(environment.sessionFile, signal)
        return await silenceCommand(args, { api, terminal, now: Date.now() })
      }
      case 'indicator': {
        const openApi = () => openApiClient(environment.sessionFile, signal)
        return await indicatorCommand(args, { openApi, terminal, now: Date.now() })
      }
    }
  } catch (error) {
    if (signal.aborted) return 1
    if (json) terminal.out(JSON.stringify({ error: errorDocument(error) }))
    else terminal.err(errorText(error))
    return isGanzhiError(error) && error.blame === 'caller' ? 2 : 1
  }
}

export interface CliContext {
  readonly terminal: Terminal
  readonly environment: CliEnvironment
  readonly signal: AbortSignal
}

async function login(args: readonly string[], { terminal, environment, signal }: CliContext): Promise<0> {
  const { values } = parsedOptions(args, { url: { type: 'string' }, name: { type: 'string' } })
  const { url, name, json } = values
  if (url === undefined || !URL.canParse(url))
    throw badUse('--url 应为平台地址 must be the address of the platform', 'url')
  if (name === undefined) throw badUse('缺少 --name is missing', 'name')
  const password = environment.password ?? (await terminal.secret('密码 password: '))
  await logIn(environment.sessionFile, { url, name, password }, signal)
  terminal.out(json ? JSON.stringify({ url, name }) : `已登录 logged in: ${name}, ${url}`)
  return 0
}

function errorText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return isGanzhiError(error) && error.remedy !== undefined ? `${message}\n${error.remedy}` : message
}
