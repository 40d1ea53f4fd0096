import type { DevicesPlaced } from '@ganzhi/contracts/placement'
import { type Fault, isGanzhiError } from '@ganzhi/contracts/error'
import type { ApiClient } from './api-client.ts'
import { isConfirmed } from './confirmed.ts'
import { areSome, refusalOfFile } from './list-faults.ts'
import { badUse, parsedOptions } from './options.ts'
import { type PlacementRow, readPlacementCsv } from './placement-csv.ts'
import { openProgress } from './progress.ts'
import type { Terminal } from './terminal.ts'

export const DEVICE_HELP = `ganzhi device place <file.csv>          安放设备：经纬度、区域、物模型、标签、属性 where devices stand, what they are
  --dry-run               只检查 check only
  --yes                   不再询问 don't ask before devices are changed that are there

CSV: gateway,device,lon,lat,area,profile,tags,attributes     只有前两列必填 only the first two are needed
     gw-1,pump-3,117.2801,31.8612,,ganzhi/pump-well,泵站;indoor,limit=70;low=5
空着的保持不变，- 表示去掉；有经纬度而无区域的，按边界找到区域。
What is empty stays, - takes it away; an area that is left out is found by longitude and latitude (WGS84).
先检查全部行，有误则全不改动。 All lines are checked first: nothing is changed where one is wrong.

--json：标准输出恰好一个 JSON 文档。 With --json stdout is exactly one JSON document.
退出码 exit code: 0 成功 ok, 1 失败或未确认 failed or not confirmed, 2 用法或输入有误 bad use`

/** Small enough for one look-up by index, large enough to make few. */
const AT_ONCE = 2_000
const MOST_FAULTS = 100

export interface DeviceCall {
  readonly api: ApiClient
  readonly terminal: Terminal
}

export async function deviceCommand(args: readonly string[], call: DeviceCall): Promise<0 | 1> {
  const { values, positionals } = parsedOptions(args, {
    'dry-run': { type: 'boolean' },
    yes: { type: 'boolean' },
  })
  const [verb, file, ...more] = positionals
  if (verb !== 'place' || file === undefined || more.length > 0)
    throw badUse('应为 must be: device place <file.csv>')
  const { terminal } = call
  const rows = await readPlacementCsv(file)
  const plan = await place(file, rows, { ...call, dryRun: true })
  const told = placedText(plan)
  if (!values['dry-run']) {
    const question = `${told}。 将覆盖已有设备的资料，继续吗？ This overwrites what is there. Go on?`
    const overwrites = plan.changed > plan.entered
    if (overwrites && !(await isConfirmed(question, { terminal, yes: values.yes ?? false }))) return 1
    await place(file, rows, { ...call, dryRun: false })
  }
  const head = values['dry-run'] ? '检查通过，未作改动 right; nothing was changed' : '已安放 placed'
  terminal.out(
    values.json ? JSON.stringify({ file, dryRun: values['dry-run'] ?? false, ...plan }) : `${head}: ${told}`,
  )
  return 0
}

interface Placing extends DeviceCall {
  readonly dryRun: boolean
}

async function place(
  file: string,
  rows: readonly PlacementRow[],
  { api, terminal, dryRun }: Placing,
): Promise<DevicesPlaced> {
  const progress = openProgress(terminal)
  const sum = { changed: 0, unchanged: 0, entered: 0, located: 0, outside: 0 }
  const faults: Fault[] = []
  for (let from = 0; from < rows.length && faults.length < MOST_FAULTS; from += AT_ONCE) {
    progress.tell(dryRun ? '检查 checked' : '安放 placed', from, rows.length)
    const devices = rows.slice(from, from + AT_ONCE).map(({ entry }) => entry)
    try {
      const placed = (await api.call('POST', `/placements?dryRun=${dryRun}`, { devices })) as DevicesPlaced
      for (const key of Object.keys(sum) as (keyof DevicesPlaced)[]) sum[key] += placed[key]
    } catch (error) {
      if (!isGanzhiError(error) || !error.faults) throw error
      faults.push(...error.faults.map((fault) => ({ ...fault, index: from + (fault.index ?? 0) })))
    }
  }
  progress.end()
  if (!areSome(faults)) return sum
  throw refusalOfFile(file, faults, (index) => `第 ${rows[index]?.line} 行 line ${rows[index]?.line}`)
}

function placedText({ changed, unchanged, entered, located, outside }: DevicesPlaced): string {
  return [
    `改动 changed ${changed} (新登记 new ${entered})`,
    `不变 unchanged ${unchanged}`,
    `按边界找到区域 area found ${located}`,
    ...(outside > 0 ? [`不在任何边界内 in no border ${outside}`] : []),
  ].join(', ')
}
