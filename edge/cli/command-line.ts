import { errorDocument, isGanzhiError } from '@ganzhi/contracts/error'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { badUse, type ExitCode } from './command.ts'
import { COMMANDS } from './commands.ts'
import { errorText } from './error-text.ts'
import { nearest } from '../installer/nearest.ts'
import type { Terminal } from './terminal.ts'

const USAGE = `ganzhi-edge: 网关代理与安装工具 the gateway agent and the installer's tools

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ganzhi-edge ${name.padEnd(14)} ${summary}`)
  .join('\n')}

  ganzhi-edge <命令 command> --help    用法与例子 its options, with examples
  ganzhi-edge --version

新设备三步 a new device in three steps:
  ganzhi-edge scan --serial                        找到它 find it
  ganzhi-edge read … --explore --address 40001     认出数值 recognise its values
  ganzhi-edge plan …                               算总线时间 see whether the bus has time for it

每个命令都可加 --json：标准输出恰好一个 JSON 文档。With --json stdout is exactly one JSON document.
退出码 exit code: 0 成功 ok, 1 失败 failed, 2 用法或配置错误 bad use or configuration
环境变量 environment: NATS_URL, FFMPEG, GANZHI_LOG_LEVEL, NO_COLOR`

/** Runs one command and resolves with its exit code. `signal` is the user's wish to stop. */
export async function commandLine(
  args: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const json = args.includes('--json')
  try {
    const [name, ...rest] = args
    if (name === '--version') return said(terminal, versionOf())
    if (name === '--help' || name === '-h' || name === 'help') return said(terminal, USAGE)
    const { command, given } = await commandCalled(name, rest)
    if (given.includes('--help') || given.includes('-h')) return said(terminal, command.help.trim())
    return await command.run(given, { terminal, signal, version: versionOf() })
  } catch (error) {
    const known = isGanzhiError(error) ? error : undefined
    if (signal.aborted && !known && !json) {
      terminal.err('已停止 stopped')
      return 1
    }
    if (json) terminal.out(JSON.stringify({ error: errorDocument(error) }))
    else terminal.err(errorText(error, terminal.colours))
    return known?.blame === 'caller' ? 2 : 1
  }
}

/** A name is one word, or two. */
async function commandCalled(name: string | undefined, rest: readonly string[]) {
  if (name === undefined || name.startsWith('-')) throw badUse('没有给出命令 no command given')
  const longer = COMMANDS[`${name} ${rest[0]}`]
  if (longer) return { command: await longer.load(), given: rest.slice(1) }
  const listed = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (listed) return { command: await listed.load(), given: rest }
  const meant = nearest(name, Object.keys(COMMANDS))
  throw badUse(`没有命令 there is no command ${name}${meant ? `; 是不是 did you mean ${meant}?` : ''}`)
}

function versionOf(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'))
  return (manifest as { version: string }).version
}

function said(terminal: Terminal, text: string): ExitCode {
  terminal.out(text)
  return 0
}
