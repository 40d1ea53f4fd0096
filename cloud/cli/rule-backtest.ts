import { readFile, stat } from 'node:fs/promises'
import type { BacktestDocument, BacktestRequest } from '@ganzhi/contracts/backtest'
import type { Rule } from '@ganzhi/contracts/rule'
import { type DeviceAttributes, readAttributes } from '../rules/backtest/attributes-file.ts'
import { deviceRules, isOverAreas } from '../rules/backtest/area-backtest.ts'
import { backtestDocument, type Tried } from '../rules/backtest/backtest-document.ts'
import { timeReader } from '../rules/backtest/byte-cells.ts'
import { readEventLines } from '../rules/backtest/event-lines.ts'
import { type FileHistory, readFileHistory } from '../rules/backtest/file-history.ts'
import { tryFile } from '../rules/backtest/try-file.ts'
import { compileRule } from '../rules/engine/compile-rule.ts'
import { askedLimits } from '../rules/limits/asked-limits.ts'
import { singleConditions } from '../rules/rule-conditions.ts'
import { readRule } from '../rules/rule-file.ts'
import { chinaSurroundings } from '../rules/schedule/surroundings.ts'
import { backtestText } from './backtest-text.ts'
import { legibly } from './legible-file.ts'
import { badUse, parsedOptions } from './options.ts'
import { platformBacktest } from './platform-backtest.ts'
import { openProgress } from './progress.ts'
import type { RuleCall } from './rule.ts'

const OPTIONS = {
  csv: { type: 'string' },
  events: { type: 'string' },
  attributes: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  area: { type: 'string' },
  tag: { type: 'string' },
  profile: { type: 'string' },
  gateway: { type: 'string' },
  device: { type: 'string' },
  compare: { type: 'string' },
} as const
const NO_GATEWAYS = 'CSV 中没有网关 a CSV tells nothing of gateways: 请用 try it with --from'
const OF_FILES = ['events', 'attributes'] as const
const OF_PLATFORM = ['area', 'tag', 'profile', 'gateway', 'device'] as const

type Values = ReturnType<typeof parsedOptions<typeof OPTIONS>>['values']

export async function backtestCommand(args: readonly string[], call: RuleCall): Promise<0> {
  const { values, positionals } = parsedOptions(args, OPTIONS)
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) throw badUse('应给出一个规则文件 one rule file must be given')
  const { csv, compare } = values
  for (const name of csv === undefined ? OF_FILES : OF_PLATFORM) {
    if (values[name] === undefined) continue
    const where =
      csv === undefined ? '只与 --csv 同用 goes with --csv only' : '不与 --csv 同用 not with --csv'
    throw badUse(`--${name} ${where}`, name)
  }
  const rule = await ruleOf(file)
  const other = compare === undefined ? undefined : await ruleOf(compare)
  if (other && JSON.stringify(other.for) !== JSON.stringify(rule.for)) {
    throw badUse('两版的 for 不同 both versions must be for the same devices and property', 'compare')
  }
  const { document, ...shown } =
    csv === undefined
      ? await onPlatform(rule, other, values, call)
      : await onCsv(rule, other, { ...values, csv }, call)
  const { terminal } = call
  terminal.out(
    values.json
      ? JSON.stringify(document)
      : backtestText(document, { rule, columns: terminal.columns, ...shown }),
  )
  return 0
}

interface Done {
  readonly document: BacktestDocument
  readonly rows: number
  readonly properties: readonly string[] | undefined
}

/** Of what is stored there; the rule need not be. */
async function onPlatform(
  rule: Rule,
  compare: Rule | undefined,
  { from, to, area, tag, profile, gateway, device }: Values,
  { terminal, openApi, now }: RuleCall,
): Promise<Done> {
  const begin = timeOf(from, 'from')
  if (begin === undefined) throw badUse('缺少 --from (或 --csv) is missing, or --csv', 'from')
  const request = {
    rule,
    ...(compare && { compare }),
    from: new Date(begin).toISOString(),
    to: new Date(timeOf(to, 'to') ?? now).toISOString(),
    scope: {
      ...(area !== undefined && { area }),
      ...(tag !== undefined && { tag }),
      ...(profile !== undefined && { profile }),
      ...(gateway !== undefined && { gateway }),
      ...(device !== undefined && { device }),
    },
  } satisfies BacktestRequest
  const progress = openProgress(terminal)
  const document = await platformBacktest(await openApi(), request, ({ share }) =>
    progress.tell('回测 judging', share, 1),
  )
  progress.end()
  for (const note of unusableNotes(document, compare ? [rule, compare] : [rule])) terminal.err(note)
  return { document, rows: document.inputs, properties: undefined }
}

async function onCsv(
  rule: Rule,
  other: Rule | undefined,
  { csv, events, attributes, ...values }: Values & { readonly csv: string },
  { terminal, signal }: RuleCall,
): Promise<Done> {
  const [from, to] = [timeOf(values.from, 'from'), timeOf(values.to, 'to')]
  const surroundings = await chinaSurroundings()
  const rules = other ? [rule, other] : [rule]
  if (rules.some(({ each }) => each === 'gateway' || each === 'link')) throw badUse(NO_GATEWAYS, 'csv')
  const known: DeviceAttributes =
    attributes === undefined ? new Map() : await legibly(attributes, () => readAttributes(attributes))
  const progress = openProgress(terminal)
  const history = await legibly(csv, async () => {
    const bytes = csv === '-' ? undefined : (await stat(csv)).size
    const source = {
      csv,
      events: events === undefined ? [] : await legibly(events, () => readEventLines(events)),
      attributes: known,
      properties: [
        ...new Set(
          rules.flatMap(deviceRules).flatMap((each) => [...compileRule(each, surroundings).properties]),
        ),
      ],
      limits: askedLimits(...rules),
      device: rule.for.device,
      property: rule.for.property,
      from,
      to,
    }
    return readFileHistory(source, { signal, onBytes: (done) => progress.tell('读取 reading', done, bytes) })
  })
  const tried: Tried[] = []
  for (const rule of rules) {
    const onProgress = (done: number) => progress.tell('回测 judging', done, history.rows)
    tried.push({ rule, result: await tryFile(rule, history, surroundings, { signal, onProgress }) })
  }
  progress.end()
  const [first, second] = tried as [Tried, Tried?]
  const document = backtestDocument(first, { span: history.span, devices: history.devices.length }, second)
  for (const note of [...notesOf(rule, history), ...unusableNotes(document, rules)]) terminal.err(note)
  return { document, rows: history.rows, properties: history.properties }
}

async function ruleOf(file: string): Promise<Rule> {
  return readRule(await legibly(file, () => readFile(file, 'utf8')), file)
}

function timeOf(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined
  const bytes = Buffer.from(text)
  const at = timeReader()(bytes, 0, bytes.length)
  if (at !== undefined) return at
  throw badUse(`--${name} 应如 must be like 2026-11-01T00:00:00+08:00; 得到 found ${text}`, name)
}

/** What the result must be read with. */
function notesOf(rule: Rule, { devices }: FileHistory): string[] {
  const untold = (['profile', 'area', 'tag', 'gateway'] as const).filter(
    (field) => rule.for[field] !== undefined,
  )
  const attributes = new Set(
    singleConditions(rule).flatMap(({ condition }) =>
      Object.values(condition).flatMap((limit) =>
        typeof limit === 'object' && 'attribute' in limit && limit.otherwise === undefined
          ? [limit.attribute]
          : [],
      ),
    ),
  )
  const nowhere = devices.filter(({ area }) => area === undefined)
  return [
    ...(untold.length > 0
      ? [`注意 note: CSV 中没有 a CSV does not tell ${untold.join(', ')}: 全部设备都算 all its devices count`]
      : []),
    ...(isOverAreas(rule) && nowhere.length > 0
      ? [
          `注意 note: ${nowhere.length} 台设备没有区域 devices stand in no area，不计入 and do not count: ${someOf(nowhere)} (CSV: area)`,
        ]
      : []),
    ...[...attributes].flatMap((attribute) => {
      const lacking = devices.filter((each) => typeof each.attributes?.[attribute] !== 'number')
      return lacking.length === 0
        ? []
        : [
            `注意 note: ${lacking.length} 台设备没有属性 devices have no attribute ${attribute}，不判断 and are not judged by it: ${someOf(lacking)} (--attributes)`,
          ]
    }),
  ]
}

function someOf(devices: FileHistory['devices']): string {
  const named = devices.slice(0, 5).map(({ device }) => device)
  return `${named.join(', ')}${devices.length > named.length ? ' …' : ''}`
}

/** A slip in a file must not look like silence; that a limit was not known at first is none. */
function unusableNotes({ seen }: BacktestDocument, rules: readonly Rule[]): string[] {
  const limits = new Set(askedLimits(...rules).map(({ property }) => property))
  return seen.flatMap(({ property, samples, unusable, firstUnusable: first }) =>
    first && !limits.has(property)
      ? [
          `注意 note: ${property} 的 ${samples} 个值中 ${unusable} 个不可用 ${unusable} of ${samples} values can not be used; 第一个 the first: ${JSON.stringify(first.value)} ${first.quality}, ${first.target}, ${first.at}`,
        ]
      : [],
  )
}
