import type { AnomalyStatus } from '../anomaly/anomaly-watch.ts'
import { anomalyLines } from './anomaly-text.ts'
import { bar, intervalText } from './bar.ts'
import type { Colours } from './colours.ts'
import { textTable } from './text-table.ts'
import { type ShownVision, visionLines } from './vision-text.ts'

/** The answer of an agent that may be of another version: what it does not say is not shown. */
interface AgentStatus {
  readonly gateway?: string
  readonly server?: string | null
  readonly outbox?: { readonly bytes: number; readonly capBytes: number; readonly writable?: boolean }
  readonly lanes?: readonly {
    readonly lane: string
    readonly epoch: string
    readonly head: number
    readonly receipted: number
    readonly bytes: number
  }[]
  readonly links?: readonly {
    readonly id: string
    readonly state?: 'idle' | 'up' | 'down'
    readonly outage?: { readonly error: { readonly message: string } }
    readonly load?: number
    readonly overruns?: number
    readonly silent?: readonly string[]
    readonly refusing?: readonly string[]
    readonly late?: readonly {
      readonly device: string
      readonly intervalMs: number
      readonly reachedMs: number
    }[]
  }[]
  readonly vision?: ShownVision
  readonly anomaly?: readonly AnomalyStatus[]
  readonly config?: {
    readonly faults: readonly { readonly line: number; readonly path: string; readonly message: string }[]
  }
}

const STATE = { up: '已连接 up', down: '断开 down', idle: '空闲 idle' } as const

export function statusText(answer: Record<string, unknown>, colours: Colours): string {
  const status = answer as AgentStatus
  const name = status.gateway ?? ''
  if (answer['running'] !== true) return `${name}: ${colours.warn('未运行 not running')}`
  const { server, outbox, lanes = [], config } = status
  const connection = server ? `已连接 connected to ${server}` : colours.warn('未连接 not connected')
  const faults = config?.faults ?? []
  return [
    `${name}: ${colours.good('运行中 running')}, ${connection}`,
    ...(faults.length === 0
      ? []
      : [colours.bad('✗ 配置有误，仍按上一份好的运行 bad configuration, the last good one runs on:')]),
    ...faults.map(({ line, path, message }) => `  ${line}: ${path} ${message}`),
    ...linkLines(status, colours),
    ...visionLines(status.vision, colours),
    ...anomalyLines(status.anomaly, colours),
    ...(outbox ? [`发件箱 outbox: ${mebibytes(outbox.bytes)} / ${mebibytes(outbox.capBytes)}`] : []),
    ...lanes.map(
      ({ lane, epoch, head, receipted, bytes }) =>
        `  ${lane.padEnd(9)} ${epoch}  已收 accepted ${head}  已存 stored ${receipted}  ${mebibytes(bytes)}`,
    ),
  ].join('\n')
}

function linkLines({ links = [] }: AgentStatus, colours: Colours): string[] {
  if (links.length === 0) return []
  const rows = links.map(({ id, state = 'idle', load = 0, overruns = 0, silent = [], refusing = [] }) => [
    id,
    state === 'down' ? colours.bad(STATE.down) : STATE[state],
    `${bar(load, 10)} ${Math.round(load * 100)} %`,
    overruns === 0 ? '0' : colours.warn(String(overruns)),
    colours.bad(silent.join(' ')),
    colours.warn(refusing.join(' ')),
  ])
  const late = links.flatMap((link) => link.late ?? [])
  const titles = ['链路 link', '状态 state', '负载 load', '超时轮 overruns', '无应答 silent', '拒绝 refusing']
  const table = textTable(
    titles.map((title) => ({ title })),
    rows,
  )
  const reasons = links.flatMap(({ id, outage }) =>
    outage ? [colours.bad(`✗ ${id} 中断 is down: ${outage.error.message}`)] : [],
  )
  if (late.length === 0) return [table, ...reasons]
  const lateRows = late.map(({ device, intervalMs, reachedMs }) => [
    device,
    intervalText(intervalMs),
    colours.warn(`${(reachedMs / 1000).toFixed(1)} s`),
  ])
  const lateTitles = ['读不及的设备 late device', '要求 asked', '实际 reached']
  return [
    table,
    ...reasons,
    textTable(
      lateTitles.map((title) => ({ title })),
      lateRows,
    ),
  ]
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}
