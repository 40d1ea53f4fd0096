import { relative } from 'node:path'

import { StackError, diskFull } from '../stack/stack-error.ts'
import { type Home, prepareHome } from './home.ts'
import { lockInstance } from './instance-lock.ts'
import { npmGone } from './npm-parent.ts'
import { showProgress } from './progress.ts'
import { START_USAGE, type StackSettings, readStartSettings } from './settings.ts'
import { pad } from './text-width.ts'
import { type Stack, type StackParts, startStack } from './stack.ts'

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** `npm start`: runs until it is told to stop, and resolves with the exit code. */
export async function startCommand(args: readonly string[], parts: StackParts): Promise<number> {
  const stopping = new AbortController()
  for (const signal of STOP_SIGNALS) process.on(signal, () => stopping.abort())
  void npmGone(process.env, stopping.signal).then(() => stopping.abort())

  try {
    const settings = readStartSettings(args, process.env)
    if (settings === 'help') process.stdout.write(START_USAGE)
    else await run(settings, parts, stopping.signal)
    return 0
  } catch (error) {
    if (stopping.signal.aborted && !(error instanceof StackError)) {
      process.stdout.write('已停止 Stopped\n')
      return 0
    }
    const { line, exitCode } = explained(error)
    process.stderr.write(`${line}\n`)
    return exitCode
  }
}

async function run(settings: StackSettings, parts: StackParts, signal: AbortSignal): Promise<void> {
  const home = await prepareHome(settings.home)
  await using lock = await lockInstance(home.root)
  const startedAt = performance.now()
  const stack = await start(settings, home, parts, signal)
  lock.announce(stack.url)
  process.stdout.write(summary(stack, home, (performance.now() - startedAt) / 1000))

  const failure = await Promise.race([stack.failed, aborted(signal)])
  process.stdout.write('\n正在停止 Stopping…\n')
  await stack.stop()
  if (failure) throw failure
  process.stdout.write(`已停止，数据保留在 Stopped, data stays in ${shortPath(home.root)}\n`)
}

async function start(
  settings: StackSettings,
  home: Home,
  parts: StackParts,
  signal: AbortSignal,
): Promise<Stack> {
  using progress = showProgress(process.stdout)
  return await startStack(settings, home, {
    progress,
    signal,
    parts,
    env: process.env,
    onRestart(name, why, inMs) {
      process.stderr.write(`! ${name} 已退出，正在重启 ended (${why}), starting again in ${inMs} ms\n`)
    },
  })
}

function summary({ url, login, noCameras }: Stack, home: Home, seconds: number): string {
  const rows = [
    ['控制台 Console', url],
    ...(login ? [['首次登录 First login', `${login.name} / ${login.password}`]] : []),
    ...(noCameras === undefined ? [] : [['摄像机 Cameras', noCameras]]),
    ['日志 Logs', shortPath(home.logs)],
    ['停止 Stop', 'Ctrl-C'],
  ]
  const lines = rows.map(([name = '', value]) => `  ${pad(name, 24)}${value}\n`).join('')
  return `\n感知平台已就绪 Ganzhi is up (${seconds.toFixed(1)} s)\n\n${lines}\n`
}

function explained(error: unknown): StackError {
  if (error instanceof StackError) return error
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
    return diskFull('path' in error ? String(error.path) : 'GANZHI_HOME', error)
  }
  return new StackError({ en: String(error), zh: '意外错误。' }, { cause: error })
}

function shortPath(path: string): string {
  const short = relative(process.cwd(), path)
  return short.startsWith('..') ? path : short || '.'
}

function aborted(signal: AbortSignal): Promise<undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  if (signal.aborted) resolve(undefined)
  signal.addEventListener('abort', () => resolve(undefined), { once: true })
  return promise
}
