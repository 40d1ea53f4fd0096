import type { AnomalyStatus } from '../anomaly/anomaly-watch.ts'
import type { Colours } from './colours.ts'
import { faultLines } from './error-text.ts'
import { textTable } from './text-table.ts'

/** As a running agent tells it; devices that nobody watches are not there. */
export function anomalyLines(devices: readonly AnomalyStatus[] = [], colours: Colours): string[] {
  if (devices.length === 0) return []
  const titles = ['设备 device', '异常模型 anomaly model', '分数 score', '属性 property']
  const rows = devices.map(({ device, runs, last }) => [
    device,
    runs ? `${runs.id} v${runs.version}` : colours.bad('未运行 down'),
    last ? (last.score?.toFixed(3) ?? colours.faint('数据不足 too little data')) : '',
    last?.property ?? '',
  ])
  return [
    textTable(
      titles.map((title) => ({ title })),
      rows,
    ),
    ...devices.flatMap(({ device, fault }) => faultLines(`${device}:`, fault, colours)),
  ]
}
