import type { AreaDetail, AreasPut, AreaView } from '@ganzhi/contracts/area'
import { isGanzhiError } from '@ganzhi/contracts/error'
import { readAreaFile } from './area-file.ts'
import { areaText, areaTreeText } from './area-text.ts'
import type { ApiClient } from './api-client.ts'
import { isConfirmed } from './confirmed.ts'
import { allListed } from './listed.ts'
import { areSome, refusalOfFile } from './list-faults.ts'
import { badUse, parsedOptions } from './options.ts'
import type { Terminal } from './terminal.ts'

export const AREA_HELP = `ganzhi area list                          区域树 the tree of areas
  --within <id>           此区域及其下级 this one and what lies below
  --depth 2               只看几级 so many steps down
  --level street          city 市 | county 区县 | street 街道 | community 社区 | grid 网格
  --text 蜀山             名称、编号或代码中含有 in name, id or code
ganzhi area show <id>                     一个区域：边界、下级与设备数 one area: border, areas and devices in it
ganzhi area import <file.geojson>         导入或更新区域，全部成功或全不改动 creates and changes areas: all of them, or none
  --dry-run               只检查 check only
  --yes                   不再询问 don't ask before areas are changed that are there

文件格式见 The file is as in docs/places.md.
--json：标准输出恰好一个 JSON 文档。 With --json stdout is exactly one JSON document.
退出码 exit code: 0 成功 ok, 1 失败或未确认 failed or not confirmed, 2 用法或输入有误 bad use`

const OPTIONS = {
  within: { type: 'string' },
  depth: { type: 'string' },
  level: { type: 'string' },
  text: { type: 'string' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
} as const

type Values = ReturnType<typeof parsedOptions<typeof OPTIONS>>['values']

export interface AreaCall {
  readonly api: ApiClient
  readonly terminal: Terminal
}

export async function areaCommand(args: readonly string[], call: AreaCall): Promise<0 | 1> {
  const { values, positionals } = parsedOptions(args, OPTIONS)
  const [verb, word, ...more] = positionals
  if (more.length > 0) throw badUse(`多余的参数 unexpected ${more.join(' ')}`)
  if (verb === 'list' && word === undefined) return list(values, call)
  if (verb === 'show' && word !== undefined) return show(word, values, call)
  if (verb === 'import' && word !== undefined) return importFile(word, values, call)
  throw badUse('应为 must be: area list | show <id> | import <file.geojson>')
}

async function list({ json, within, depth, level, text }: Values, { api, terminal }: AreaCall): Promise<0> {
  const items = await allListed<AreaView>(api, '/areas', { within, depth, level, text })
  terminal.out(json ? JSON.stringify({ items }) : areaTreeText(items))
  return 0
}

async function show(id: string, { json }: Values, { api, terminal }: AreaCall): Promise<0> {
  const area = (await api.call('GET', `/areas/${encodeURIComponent(id)}`)) as AreaDetail
  terminal.out(json ? JSON.stringify(area) : areaText(area))
  return 0
}

async function importFile(file: string, values: Values, { api, terminal }: AreaCall): Promise<0 | 1> {
  const areas = await readAreaFile(file)
  const put = async (dryRun: boolean) => {
    try {
      return (await api.call('POST', `/areas?dryRun=${dryRun}`, { areas })) as AreasPut
    } catch (error) {
      const faults = isGanzhiError(error) ? error.faults : undefined
      throw areSome(faults) ? refusalOfFile(file, faults, (index) => `要素 feature ${index + 1}`) : error
    }
  }
  const plan = await put(true)
  const { created, changed, moved, unchanged } = plan
  const told = `新增 new ${created}, 改动 changed ${changed} (移动 moved ${moved}), 不变 unchanged ${unchanged}`
  if (!values['dry-run']) {
    const question = `${told}。 将覆盖已有区域的资料，继续吗？ This overwrites what is there. Go on?`
    if (changed > 0 && !(await isConfirmed(question, { terminal, yes: values.yes ?? false }))) return 1
    await put(false)
  }
  const head = values['dry-run'] ? '检查通过，未作改动 right; nothing was changed' : '已导入 imported'
  terminal.out(
    values.json ? JSON.stringify({ file, dryRun: values['dry-run'] ?? false, ...plan }) : `${head}: ${told}`,
  )
  return 0
}
