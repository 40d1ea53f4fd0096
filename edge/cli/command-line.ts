import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { destination, pino } from 'pino'
import { loadConfig, readEnvironment } from '../config.ts'

const USAGE = `ganzhi-edge: the gateway agent 网关代理

  ganzhi-edge run --config <gateway.yaml>                     运行代理 run the agent
  ganzhi-edge status --config <gateway.yaml> [--json]         查看状态 what the agent holds and has delivered
  ganzhi-edge read --driver <id> --connection '<json>' --points <yaml> [--json]
                                                              读一次设备 read a device once
  ganzhi-edge --help | --version

退出码 exit code: 0 成功 ok, 1 失败 failed, 2 用法或配置错误 bad use or configuration
环境变量 environment: NATS_URL, GANZHI_LOG_LEVEL
`

const OPTIONS = {
  config: { type: 'string' },
  driver: { type: 'string' },
  connection: { type: 'string' },
  points: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const

type Options = ReturnType<typeof parseOptions>['values']

export interface Console {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

/** Runs one command and resolves with its exit code. `signal` is the user's wish to stop. */
export async function commandLine(
  args: readonly string[],
  { out, err }: Console,
  signal: AbortSignal,
): Promise<number> {
  let json = args.includes('--json')
  try {
    const { values, positionals } = parseOptions(args)
    json = values.json ?? false
    if (values.version) return said(out, versionOf())
    if (values.help) return said(out, USAGE)
    const [command, ...rest] = positionals
    if (rest.length > 0) throw badUse(`unexpected ${rest.join(' ')}`)
    switch (command) {
      case 'run':
        return await runCommand(values, out, signal)
      case 'status':
        return await statusCommand(values, out)
      case 'read':
        return await readCommand(values, out, signal)
      case undefined:
        throw badUse('no command given')
      default:
        throw badUse(`there is no command ${command}`)
    }
  } catch (error) {
    const known = isGanzhiError(error) ? error : undefined
    if (json) out(JSON.stringify({ error: errorDocument(error) }))
    else err(`${error instanceof Error ? error.message : String(error)}\n${known?.remedy ?? ''}`.trimEnd())
    return known?.blame === 'caller' ? 2 : 1
  }
}

async function runCommand(options: Options, out: Console['out'], signal: AbortSignal): Promise<number> {
  const environment = readEnvironment()
  const log = pino({ name: 'ganzhi-edge', level: environment.logLevel }, destination(2))
  try {
    const config = await loadConfig(needed(options, 'config'), environment)
    const { run } = await import('./run-command.ts')
    const onReady = (facts: Record<string, unknown>) => out(JSON.stringify(facts))
    await run({ config, environment, version: versionOf(), log, onReady, signal })
    return 0
  } catch (error) {
    const callers = isGanzhiError(error) && error.blame === 'caller'
    log.fatal(
      callers ? { remedy: error.remedy, field: error.field } : { err: error },
      error instanceof Error ? error.message : String(error),
    )
    return callers ? 2 : 1
  }
}

async function statusCommand(options: Options, out: Console['out']): Promise<number> {
  const config = await loadConfig(needed(options, 'config'), readEnvironment())
  const { agentStatus, statusText } = await import('./status-command.ts')
  const status = await agentStatus(config)
  out(options.json ? JSON.stringify(status) : statusText(status))
  return status['running'] === true ? 0 : 1
}

async function readCommand(options: Options, out: Console['out'], signal: AbortSignal): Promise<number> {
  const { read, readText } = await import('./read-command.ts')
  const [driver, connection, points] = [
    needed(options, 'driver'),
    needed(options, 'connection'),
    needed(options, 'points'),
  ]
  const { document, anyRead } = await read({ driver, connection, points }, signal)
  out(options.json ? JSON.stringify(document) : readText(document))
  return anyRead ? 0 : 1
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw badUse(error instanceof Error ? error.message : String(error))
  }
}

function needed(options: Options, name: 'config' | 'driver' | 'connection' | 'points'): string {
  const value = options[name]
  if (value !== undefined) return value
  throw badUse(`--${name} is missing`)
}

function badUse(message: string): GanzhiError {
  return new GanzhiError(message, {
    code: 'bad-use',
    blame: 'caller',
    remedy: '用法见 ganzhi-edge --help. See ganzhi-edge --help.',
  })
}

function errorDocument(error: unknown): Record<string, unknown> {
  if (!isGanzhiError(error)) return { code: 'failed', message: String(error) }
  const { code, message, field, remedy } = error
  return {
    code,
    message,
    ...(field === undefined ? {} : { field }),
    ...(remedy === undefined ? {} : { remedy }),
  }
}

function versionOf(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'))
  return (manifest as { version: string }).version
}

function said(out: Console['out'], text: string): number {
  out(text)
  return 0
}
