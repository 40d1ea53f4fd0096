import { type Command, type CommandStep, isLastStep } from '@ganzhi/contracts/command'
import { COMMAND_STATE_NAMES, conditionIn, valueIn } from '@ganzhi/contracts/command-words'
import { GanzhiError } from '@ganzhi/contracts/error'
import { sleep, systemClock } from '@ganzhi/device-drivers/clock'
import { userInfo } from 'node:os'
import { locateAgent } from '../../config.ts'
import { askAgent } from '../../intake/ask-agent.ts'
import { badUse, type Call, command, needed, only, wholeNumber } from '../command.ts'

interface Life {
  readonly command: Command
  readonly steps: readonly CommandStep[]
}

const LOOK_MS = 250
const ANSWER_MS = 10_000

export const commandAgent = command({
  help: `
ganzhi-edge command ask <device> <property> <value> --config <gateway.yaml> [--expires 60] [--if level<=2] [--json]
ganzhi-edge command cancel <id> --config <gateway.yaml> [--json]
ganzhi-edge command list --config <gateway.yaml> [--json]
反向控制：由运行中的代理执行，有联锁、许可与回读，并记入平台的指令日志。
Sets a property through the running agent: with its interlocks, permissions and read-back, and into the platform's journal.
  --expires <seconds>      过期不再执行 not begun later than this (60)
  --if <condition>         前提条件，写入前现读 only if this holds just before the write: level<=2, level>=0.5, mode=1
值 value: 21.5, on, 开, "文本 text". 退出码 exit code: 0 已确认 confirmed, 1 未成 not

例 example:
  ganzhi-edge command ask well-02 pump on --config gateway.yaml
`,
  options: { config: { type: 'string' }, expires: { type: 'string' }, if: { type: 'string' } },
  positionals: '<ask|cancel|list> …',
  async run({ config, expires = '60', if: condition, json }, { terminal, signal, positionals }) {
    const agent = await openAgent(needed(config, 'config'))
    const [verb, ...words] = positionals
    if (verb === 'list') {
      const { commands } = (await agent({ do: 'list' })) as unknown as { commands: readonly Life[] }
      terminal.out(
        json ? JSON.stringify({ commands }) : commands.map(lifeText).join('\n') || '没有指令 no commands',
      )
      return 0
    }
    if (verb === 'cancel') {
      const life = await agent({
        do: 'cancel',
        id: only(words, '指令编号 id of a command'),
        author: userInfo().username,
      })
      terminal.out(json ? JSON.stringify(life) : lifeText(life))
      return 0
    }
    if (verb !== 'ask') throw badUse(`ask, cancel 或 or list; 得到 found ${verb ?? '无 nothing'}`)
    const [device, property, word, ...more] = words
    if (device === undefined || property === undefined || word === undefined || more.length > 0) {
      throw badUse('应为 must be: command ask <device> <property> <value>')
    }
    const asked = await agent({
      do: 'ask',
      device,
      property,
      value: valueIn(word),
      author: userInfo().username,
      expiresInMs: 1_000 * wholeNumber(expires, 'expires', [1, 604_800]),
      ...(condition === undefined ? {} : { precondition: conditionIn(condition) }),
    })
    const life = await watch(agent, asked, { terminal, signal, quiet: json ?? false })
    if (json) terminal.out(JSON.stringify(life))
    return ['confirmed', 'executed'].includes(life.steps.at(-1)?.state ?? '') ? 0 : 1
  },
})

type Agent = (request: Readonly<Record<string, unknown>>) => Promise<Life>

async function openAgent(file: string): Promise<Agent> {
  const { intakePath } = await locateAgent(file)
  return async (request) => {
    const life = await askAgent(intakePath, { command: request }, AbortSignal.timeout(ANSWER_MS))
    return life as unknown as Life
  }
}

/** Shows every step, until no other follows. */
async function watch(
  agent: Agent,
  asked: Life,
  { terminal, signal, quiet }: Pick<Call, 'terminal' | 'signal'> & { readonly quiet: boolean },
): Promise<Life> {
  let life = asked
  let shown = 0
  for (;;) {
    if (!quiet) for (const step of life.steps.slice(shown)) terminal.out(stepText(step))
    shown = life.steps.length
    const last = life.steps.at(-1)
    if (last && isLastStep(last)) return life
    await sleep(systemClock, LOOK_MS, signal)
    life = await agent({ do: 'show', id: life.command.id }).catch((cause: unknown) => {
      throw endUnseen(life, cause)
    })
  }
}

/** Here the gateway itself speaks: what reached it, it has taken. */
const STATE_NAMES = { ...COMMAND_STATE_NAMES, delivered: '已接收 taken' }

function stepText({ state, at, author, value, error }: CommandStep): string {
  const said = [
    ...(author === undefined ? [] : [author]),
    ...(value === undefined ? [] : [`值 value ${JSON.stringify(value)}`]),
    ...(error === undefined ? [] : [error.message]),
  ]
  const line = [new Date(at).toLocaleTimeString('sv-SE'), STATE_NAMES[state], said.join('; ')]
    .join('  ')
    .trimEnd()
  return error?.remedy === undefined ? line : `${line}\n          ${error.remedy}`
}

function lifeText({ command: { id, device, property, value, author }, steps }: Life): string {
  const head = `${id}  ${device}/${property} = ${JSON.stringify(value)}  ${author}`
  return [head, ...steps.map((step) => `  ${stepText(step)}`)].join('\n')
}

function endUnseen({ command: { id } }: Life, cause: unknown): GanzhiError {
  return new GanzhiError(
    `代理中途停止，指令 ${id} 结果未知 the agent stopped before the end of command ${id}`,
    {
      code: 'end-unseen',
      blame: 'outside',
      remedy:
        '可能已执行。代理再运行后看 It may have been done. When the agent runs again: ganzhi-edge command list.',
      cause,
    },
  )
}
