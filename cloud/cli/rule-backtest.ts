import { readFile, stat } from 'node:fs/promises'
import type { Rule } from '@ganzhi/contracts/rule'
import { type DeviceAttributes, readAttributes } from '../rules/backtest/attributes-file.ts'
import { backtest } from '../rules/backtest/backtest.ts'
import { backtestDocument, type Tried } from '../rules/backtest/backtest-document.ts'
import { timeReader } from '../rules/backtest/byte-cells.ts'
import { readEventLines } from '../rules/backtest/event-lines.ts'
import { type FileHistory, readFileHistory } from '../rules/backtest/file-history.ts'
import { type CompiledRule, compileRule } from '../rules/engine/compile-rule.ts'
import { singleConditions } from '../rules/rule-conditions.ts'
import { readRule } from '../rules/rule-file.ts'
import { chinaSurroundings } from '../rules/schedule/surroundings.ts'
import { backtestText } from './backtest-text.ts'
import { legibly } from './legible-file.ts'
import { badUse, parsedOptions } from './options.ts'
import { openProgress } from './progress.ts'
import type { RuleCall } from './rule.ts'

const OPTIONS = {
  csv: { type: 'string' },
  events: { type: 'string' },
  attributes: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  compare: { type: 'string' },
} as const

export async function backtestCommand(args: readonly string[], { terminal, signal }: RuleCall): Promise<0> {
  const { values, positionals } = parsedOptions(args, OPTIONS)
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) throw badUse('应给出一个规则文件 one rule file must be given')
  const { csv, events, attributes, compare } = values
  if (csv === undefined) throw badUse('缺少 --csv is missing', 'csv')
  const [from, to] = [timeOf(values.from, 'from'), timeOf(values.to, 'to')]

  const rule = await ruleOf(file)
  const other = compare === undefined ? undefined : await ruleOf(compare)
  const rules = other ? [rule, other] : [rule]
  if (other && JSON.stringify(other.rule.for) !== JSON.stringify(rule.rule.for)) {
    throw badUse('两版的 for 不同 both versions must be for the same devices and property', 'compare')
  }
  const known: DeviceAttributes =
    attributes === undefined ? new Map() : await legibly(attributes, () => readAttributes(attributes))
  const progress = openProgress(terminal)
  const history = await legibly(csv, async () => {
    const bytes = csv === '-' ? undefined : (await stat(csv)).size
    const source = {
      csv,
      events: events === undefined ? [] : await legibly(events, () => readEventLines(events)),
      attributes: known,
      properties: [...new Set(rules.flatMap(({ compiled }) => [...compiled.properties]))],
      device: rule.rule.for.device,
      property: rule.rule.for.property,
      from,
      to,
    }
    return readFileHistory(source, { signal, onBytes: (done) => progress.tell('读取 reading', done, bytes) })
  })
  const tried: Tried[] = []
  for (const { rule, compiled } of rules) {
    const onProgress = (done: number) => progress.tell('回测 judging', done, history.rows)
    tried.push({ rule, result: await backtest(compiled, history, { signal, onProgress }) })
  }
  progress.end()
  const [first, second] = tried as [Tried, Tried?]
  for (const note of [...notesOf(rule.rule, history), ...unusableNotes(first)]) terminal.err(note)

  const document = backtestDocument(first, { span: history.span, devices: history.devices.length }, second)
  terminal.out(
    values.json
      ? JSON.stringify(document)
      : backtestText(document, { rule: rule.rule, history, columns: terminal.columns }),
  )
  return 0
}

async function ruleOf(file: string): Promise<{ rule: Rule; compiled: CompiledRule }> {
  const rule = readRule(await legibly(file, () => readFile(file, 'utf8')), file)
  return { rule, compiled: compileRule(rule, await chinaSurroundings()) }
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
  return [
    ...(untold.length > 0
      ? [`注意 note: CSV 中没有 a CSV does not tell ${untold.join(', ')}: 全部设备都算 all its devices count`]
      : []),
    ...[...attributes].flatMap((attribute) => {
      const lacking = devices.filter((each) => typeof each.attributes?.[attribute] !== 'number')
      const named = lacking.slice(0, 5).map(({ device }) => device)
      return lacking.length === 0
        ? []
        : [
            `注意 note: ${lacking.length} 台设备没有属性 devices have no attribute ${attribute}，不判断 and are not judged by it: ${named.join(', ')}${lacking.length > named.length ? ' …' : ''} (--attributes)`,
          ]
    }),
  ]
}

/** A slip in a file must not look like silence. */
function unusableNotes({ result }: Tried): string[] {
  return result.seen.flatMap(({ property, samples, unusable, firstUnusable: first }) =>
    first
      ? [
          `注意 note: ${property} 的 ${samples} 个值中 ${unusable} 个不可用 ${unusable} of ${samples} values can not be used; 第一个 the first: ${JSON.stringify(first.value)} ${first.quality}, ${first.target}, ${first.at}`,
        ]
      : [],
  )
}
