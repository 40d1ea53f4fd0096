import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { StackError } from '../stack/stack-error.ts'

export interface StackSettings {
  /** Where all data lives. */
  readonly home: string
  readonly host: string
  /** The console's port. */
  readonly port: number
}

export const START_USAGE = `npm start [-- --port 8088] [--host 127.0.0.1]

  启动感知平台：数据库、消息服务、云端、两台网关和一座仿真城市。Ctrl-C 停止，数据保留。
  Starts the platform: database, broker, cloud roles, two edge agents and a simulated city.
  Ctrl-C stops it; its data stays.

  --port, PORT     控制台端口   port of the console (8088)
  --host, HOST     监听地址     address it listens on (127.0.0.1)
  GANZHI_HOME      数据目录     where all data lives (.ganzhi)
  NATS_SERVER      nats-server  path of the program, where it is not on the PATH
  FFMPEG           ffmpeg       likewise; only cameras need it
`

export const RESET_USAGE = `npm run reset [-- --yes]

  清除 GANZHI_HOME（默认 .ganzhi）中的全部数据，清除前会询问。
  Wipes all data in GANZHI_HOME (.ganzhi by default), and asks before it does.

  --yes            不再询问     don't ask
`

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))

export function readStartSettings(args: readonly string[], env: NodeJS.ProcessEnv): StackSettings | 'help' {
  const options = { port: { type: 'string' }, host: { type: 'string' }, help: { type: 'boolean' } } as const
  const { values } = orBadUse(() => parseArgs({ args: [...args], options }))
  if (values.help) return 'help'
  return {
    home: homeFrom(env),
    host: values.host ?? env['HOST'] ?? '127.0.0.1',
    port: portFrom(values.port ?? env['PORT'] ?? '8088'),
  }
}

export function readResetSettings(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): { home: string; yes: boolean } | 'help' {
  const options = { yes: { type: 'boolean', short: 'y' }, help: { type: 'boolean' } } as const
  const { values } = orBadUse(() => parseArgs({ args: [...args], options }))
  return values.help ? 'help' : { home: homeFrom(env), yes: values.yes ?? false }
}

function homeFrom(env: NodeJS.ProcessEnv): string {
  return resolve(CHECKOUT, env['GANZHI_HOME'] || '.ganzhi')
}

function portFrom(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port
  throw new StackError({ en: `"${text}" is no port: use 1 to 65535.`, zh: '端口无效。' }, { exitCode: 2 })
}

function orBadUse<T>(parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new StackError({ en: `${reason} See --help.`, zh: '参数有误。' }, { exitCode: 2, cause })
  }
}
