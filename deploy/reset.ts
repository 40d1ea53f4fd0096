import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'

import { StackError } from './stack/stack-error.ts'
import { homeIn } from './supervisor/home.ts'
import { lockInstance } from './supervisor/instance-lock.ts'
import { RESET_USAGE, readResetSettings } from './supervisor/settings.ts'

const WHAT_IT_IS: Readonly<Record<string, string>> = {
  postgres: '数据库：设备、数据、事件 database: devices, series, events',
  nats: '消息队列 broker: what is on its way',
  evidence: '图片与证据 pictures and other evidence',
  edge: '网关配置与缓存 gateway: configuration and outbox',
  log: '日志 logs',
  'ports.json': '端口 chosen ports',
  'first-login.json': '首次登录 first login',
}

try {
  const settings = readResetSettings(process.argv.slice(2), process.env)
  if (settings === 'help') process.stdout.write(RESET_USAGE)
  else await reset(settings)
} catch (error) {
  process.stderr.write(`${error instanceof StackError ? error.line : String(error)}\n`)
  process.exitCode = error instanceof StackError ? error.exitCode : 1
}

async function reset({ home, yes }: { home: string; yes: boolean }): Promise<void> {
  const { root } = homeIn(home)
  const present = (await readdir(root).catch(() => [])).filter((name) => name in WHAT_IT_IS)
  if (present.length === 0) {
    process.stdout.write(`没有数据 Nothing to wipe in ${root}\n`)
    return
  }
  await using lock = await lockInstance(root)
  lock.announce('npm run reset')
  process.stdout.write(`将清除 This wipes, in ${root}:\n`)
  for (const name of present) process.stdout.write(`  ${name.padEnd(18)} ${WHAT_IT_IS[name]}\n`)
  if (!yes && !(await confirmed())) {
    process.stdout.write('未清除 Nothing was wiped\n')
    return
  }
  for (const name of present) await rm(join(root, name), { recursive: true, force: true })
  process.stdout.write('已清除 Wiped\n')
}

async function confirmed(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new StackError(
      { en: 'Nobody is there to answer: use npm run reset -- --yes', zh: '非交互环境请加 --yes。' },
      { exitCode: 2 },
    )
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const answer = await terminal.question('确定清除吗？Wipe all of it? [y/N] ')
    return /^(y|yes|是)$/i.test(answer.trim())
  } finally {
    terminal.close()
  }
}
