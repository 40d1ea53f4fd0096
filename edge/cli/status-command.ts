import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { AgentConfig } from '../config.ts'
import { askIntake } from '../intake/ask-intake.ts'

const ANSWER_MS = 5_000

/** What the running agent says of itself; of one that does not run, only what lies on its disk. */
export async function agentStatus(config: AgentConfig): Promise<Record<string, unknown>> {
  const answer = await askIntake(config.intakePath, { status: true }, AbortSignal.timeout(ANSWER_MS))
  if (!answer)
    return { running: false, gateway: config.gateway, outbox: { bytes: await bytesIn(config.outboxDir) } }
  const { id: _, phase: __, ...status } = answer
  return { running: true, ...status }
}

async function bytesIn(dir: string): Promise<number> {
  const files = await readdir(dir, { recursive: true }).catch(() => [])
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(dir, file))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

export function statusText(status: Record<string, unknown>): string {
  if (status['running'] !== true) return `${String(status['gateway'])}: 未运行 not running`
  const lanes = status['lanes'] as {
    lane: string
    epoch: string
    head: number
    receipted: number
    bytes: number
  }[]
  const { bytes, capBytes } = status['outbox'] as { bytes: number; capBytes: number }
  return [
    `${String(status['gateway'])}: 运行中 running, ${connectionText(status['server'])}`,
    `发件箱 outbox: ${mebibytes(bytes)} / ${mebibytes(capBytes)}`,
    ...lanes.map(
      ({ lane, epoch, head, receipted, bytes: size }) =>
        `  ${lane.padEnd(9)} ${epoch}  已收 accepted ${head}  已存 stored ${receipted}  ${mebibytes(size)}`,
    ),
  ].join('\n')
}

function connectionText(server: unknown): string {
  return typeof server === 'string' ? `已连接 connected to ${server}` : '未连接 not connected'
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}
