import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { locateAgent } from '../../config.ts'
import { askIntake } from '../../intake/ask-intake.ts'
import { command, needed } from '../command.ts'
import { statusText } from '../status-text.ts'

const ANSWER_MS = 5_000

export const status = command({
  help: `
ganzhi-edge status --config <gateway.yaml> [--json]
代理在读什么、存了什么、送到了哪里：各链路负载、实际周期、无应答设备，发件箱各通道。未运行时退出码为 1。
What the agent reads, holds and has delivered: load of each link, reached intervals, silent devices, lanes of the
outbox. Ends with 1 when no agent runs.
`,
  options: { config: { type: 'string' } },
  async run({ config, json }, { terminal }) {
    const answer = await agentStatus(needed(config, 'config'))
    terminal.out(json ? JSON.stringify(answer) : statusText(answer, terminal.colours))
    return answer['running'] === true ? 0 : 1
  },
})

/** What the running agent says of itself; of one that does not run, only what lies on its disk. */
async function agentStatus(file: string): Promise<Record<string, unknown>> {
  // Not the whole configuration: it may be bad while the agent runs the last good one.
  const { gateway, intakePath, outboxDir } = await locateAgent(file)
  const answer = await askIntake(intakePath, { status: true }, AbortSignal.timeout(ANSWER_MS))
  if (!answer) return { running: false, gateway, outbox: { bytes: await bytesIn(outboxDir) } }
  const { id: _, phase: __, ...rest } = answer
  return { running: true, ...rest }
}

async function bytesIn(dir: string): Promise<number> {
  const files = await readdir(dir, { recursive: true }).catch(() => [])
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(dir, file))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}
