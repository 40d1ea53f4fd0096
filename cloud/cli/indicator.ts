import { readFile } from 'node:fs/promises'
import { errorDocument, isGanzhiError } from '@ganzhi/contracts/error'
import type { Indicator } from '@ganzhi/contracts/indicator'
import type {
  IndicatorPointView,
  IndicatorsPut,
  IndicatorValueView,
  IndicatorView,
} from '@ganzhi/contracts/indicator-view'
import { loadIndicators, readIndicator } from '../indicators/indicator-file.ts'
import type { ApiClient } from './api-client.ts'
import { areaValuesText, indicatorAreasText, indicatorListText, pointsText } from './indicator-text.ts'
import { legibly } from './legible-file.ts'
import { areSome, refusalOfFile } from './list-faults.ts'
import { allListed } from './listed.ts'
import { badUse, parsedOptions } from './options.ts'
import type { Terminal } from './terminal.ts'

export const INDICATOR_HELP = `ganzhi indicator check <file.yaml…>                校验指标 whether indicators are right
ganzhi indicator put <file.yaml…>                 导入或更新，全部成功或全不改动 creates and changes indicators: all of them, or none
  --ready                 平台自带的指标 those that come with the platform
  --dry-run               只检查 check only
ganzhi indicator list [--period day] [--group G]  全部指标 all indicators
ganzhi indicator values <area> [--period day]     一个区域的各项指标 all indicators of one area
  --group G               只看一类 only one group
  --at <time>             某一周期 the period of that time, as 2026-11-01T00:00:00+08:00
ganzhi indicator areas <id> [--within <area>]     一项指标的各区域 one indicator of all areas
  --level street          city 市 | county 区县 | street 街道 | community 社区 | grid 网格
  --at <time>
ganzhi indicator trend <id> <area> --from <time> [--to <time>]    逐期数值 period by period
ganzhi indicator remove <id>                      删除 remove it, with its values

周期 period: hour 时, day 日, week 周, month 月. 文件格式见 The file is as in docs/indicators.md.
--json：标准输出恰好一个 JSON 文档。 With --json stdout is exactly one JSON document.
退出码 exit code: 0 成功 ok, 1 失败 failed, 2 用法或输入有误 bad use`

const OPTIONS = {
  ready: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  period: { type: 'string' },
  group: { type: 'string' },
  at: { type: 'string' },
  within: { type: 'string' },
  level: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
} as const

type Values = ReturnType<typeof parsedOptions<typeof OPTIONS>>['values']

export interface IndicatorCall {
  /** Files are checked without a platform. */
  readonly openApi: () => Promise<ApiClient>
  readonly terminal: Terminal
  readonly now: number
}

export async function indicatorCommand(args: readonly string[], call: IndicatorCall): Promise<0 | 1> {
  const { values, positionals } = parsedOptions(args, OPTIONS)
  const [verb, ...words] = positionals
  switch (verb) {
    case 'check':
      return check(words, values, call)
    case 'put':
      return put(words, values, call)
    case 'list':
      some(words, 0)
      return list(values, call)
    case 'values':
      return areaValues(some(words, 1), values, call)
    case 'areas':
      return areas(some(words, 1), values, call)
    case 'trend':
      return trend(some(words, 2), values, call)
    case 'remove':
      return remove(some(words, 1), values, call)
    default:
      throw badUse('应为 must be: check | put | list | values | areas | trend | remove')
  }
}

/** All files are looked at, whatever is wrong with one. */
async function check(files: readonly string[], values: Values, { terminal }: IndicatorCall): Promise<0 | 1> {
  if (files.length === 0) throw badUse('缺少指标文件 no indicator file is given')
  const checked = await Promise.all(files.map(checkedFile))
  if (values.json) terminal.out(JSON.stringify({ indicators: checked.map(({ document }) => document) }))
  else for (const { text } of checked) terminal.out(text)
  return checked.every(({ right }) => right) ? 0 : 1
}

async function checkedFile(file: string): Promise<{ right: boolean; document: object; text: string }> {
  try {
    const { id, names } = await indicatorIn(file)
    return { right: true, document: { file, id }, text: `✓ ${file}: ${id}, ${names.zh} ${names.en}` }
  } catch (error) {
    if (!isGanzhiError(error)) throw error
    return { right: false, document: { file, error: errorDocument(error) }, text: error.message }
  }
}

async function put(files: readonly string[], values: Values, call: IndicatorCall): Promise<0> {
  const sources = [
    ...(values.ready ? [...(await loadIndicators()).values()].map((each) => ({ file: each.id, each })) : []),
    ...(await Promise.all(files.map(async (file) => ({ file, each: await indicatorIn(file) })))),
  ]
  if (sources.length === 0) throw badUse('缺少指标文件 no indicator file is given, nor --ready')
  const api = await call.openApi()
  const indicators = sources.map(({ each }) => each)
  const outcome = (await api
    .call('POST', `/indicators?dryRun=${values['dry-run'] === true}`, { indicators })
    .catch((error: unknown) => {
      if (!isGanzhiError(error) || !areSome(error.faults)) throw error
      throw refusalOfFile('indicators', error.faults, (index) => sources[index]?.file ?? '')
    })) as IndicatorsPut
  const { created, changed, recomputed, unchanged } = outcome
  const text = `新增 new ${created}, 改动 changed ${changed}, 未变 unchanged ${unchanged}; 重新计算 computed anew ${recomputed}`
  call.terminal.out(values.json ? JSON.stringify(outcome) : text)
  return 0
}

async function indicatorIn(file: string): Promise<Indicator> {
  return readIndicator(await legibly(file, () => readFile(file, 'utf8')), file)
}

async function list(values: Values, call: IndicatorCall): Promise<0> {
  const { period, group } = values
  const items = await allListed<IndicatorView>(await call.openApi(), '/indicators', { period, group })
  call.terminal.out(values.json ? JSON.stringify({ items }) : indicatorListText(items))
  return 0
}

async function areaValues([area = '']: readonly string[], values: Values, call: IndicatorCall): Promise<0> {
  const path = `/areas/${encodeURIComponent(area)}/indicators`
  const { period = 'day', group, at } = values
  const items = await allListed<IndicatorValueView>(await call.openApi(), path, { period, group, at })
  call.terminal.out(values.json ? JSON.stringify({ items }) : areaValuesText(items))
  return 0
}

async function areas([id = '']: readonly string[], values: Values, call: IndicatorCall): Promise<0> {
  const path = `/indicators/${encodeURIComponent(id)}/areas`
  const { within, level, at } = values
  const items = await allListed<IndicatorValueView>(await call.openApi(), path, { within, level, at })
  call.terminal.out(values.json ? JSON.stringify({ items }) : indicatorAreasText(items))
  return 0
}

async function trend(
  [id = '', area = '']: readonly string[],
  values: Values,
  call: IndicatorCall,
): Promise<0> {
  const { from, to = new Date(call.now).toISOString() } = values
  if (from === undefined) throw badUse('缺少 --from is missing', 'from')
  const api = await call.openApi()
  const path = `/indicators/${encodeURIComponent(id)}`
  const { document } = (await api.call('GET', path)) as IndicatorView
  const query = new URLSearchParams({ area, from, to })
  const page = (await api.call('GET', `${path}/values?${query.toString()}`)) as {
    items: IndicatorPointView[]
  }
  call.terminal.out(values.json ? JSON.stringify(page) : pointsText(page.items, document.unit))
  return 0
}

async function remove([id = '']: readonly string[], values: Values, call: IndicatorCall): Promise<0> {
  const api = await call.openApi()
  const removed = (await api.call('DELETE', `/indicators/${encodeURIComponent(id)}`)) as IndicatorView
  call.terminal.out(values.json ? JSON.stringify(removed) : `已删除 removed: ${id}`)
  return 0
}

function some(words: readonly string[], count: number): readonly string[] {
  if (words.length === count) return words
  throw badUse(
    words.length > count ? `多余的参数 unexpected ${words.slice(count).join(' ')}` : '参数不足 too few words',
  )
}
