import { readFile } from 'node:fs/promises'
import { errorDocument, isGanzhiError } from '@ganzhi/contracts/error'
import { readingOf } from '../rules/reading/rule-reading.ts'
import { readRule } from '../rules/rule-file.ts'
import type { ApiClient } from './api-client.ts'
import { badUse, parsedOptions } from './options.ts'
import { backtestCommand } from './rule-backtest.ts'
import { legibly } from './legible-file.ts'
import type { Terminal } from './terminal.ts'

export const RULE_HELP = `ganzhi rule backtest <rule.yaml> --from <time>    回测规则 what a rule would have told of what is stored on the platform
ganzhi rule backtest <rule.yaml> --csv <file>     … 或文件中的数据 or of a file; without a platform
ganzhi rule check <rule.yaml…>                    校验规则 whether rules are right, and what they say

backtest:
  --from, --to <time>     只看这段时间 only this time, as 2026-11-01T00:00:00+08:00; to 不含 is not included
  --area, --tag, --profile, --gateway, --device <id>
                          代替规则中的 for，先试几台设备 in place of what the rule's \`for\` says of them: a few devices are tried soon
  --compare <other.yaml>  与另一版比较 what is told besides another version, and what no longer
  --csv <file>            time,device,property,value[,quality]，行序不限 rows in any order; - 为标准输入 is what is piped in
  --events <file>         与 --csv 同用：事件 beside a CSV: events, one CloudEvent in JSON a line
  --attributes <file>     与 --csv 同用：设备属性 beside a CSV: of devices, to which thresholds may refer: dev-1: { limit: 70 }

例 for example:
  ganzhi rule check pm25-high.yaml
  ganzhi rule backtest pm25-high.yaml --from 2026-11-01T00:00:00+08:00 --area shushan
  ganzhi rule backtest pm25-high-2.yaml --compare pm25-high.yaml --csv november.csv --json

中断即取消。 Ctrl-C cancels it, on the platform as well.
--json：标准输出恰好一个 JSON 文档。 With --json stdout is exactly one JSON document; docs/rules.md.
退出码 exit code: 0 成功 ok, 1 失败 failed, 2 用法或输入有误 bad use`

export interface RuleCall {
  readonly terminal: Terminal
  readonly signal: AbortSignal
  /** Rules in files need no platform: it is asked for where it is needed. */
  readonly openApi: () => Promise<ApiClient>
  /** ms since 1970 */
  readonly now: number
}

export async function ruleCommand(args: readonly string[], call: RuleCall): Promise<0 | 1> {
  const [action, ...rest] = args
  switch (action) {
    case 'backtest':
      return backtestCommand(rest, call)
    case 'check':
      return checkCommand(rest, call)
    default:
      throw badUse('应为 must be: backtest | check')
  }
}

/** All files are looked at, whatever is wrong with one. */
async function checkCommand(args: readonly string[], { terminal }: RuleCall): Promise<0 | 1> {
  const { values, positionals } = parsedOptions(args, {})
  if (positionals.length === 0) throw badUse('缺少规则文件 no rule file is given')
  const checked = await Promise.all(positionals.map(checkedFile))
  if (values.json) terminal.out(JSON.stringify({ rules: checked.map(({ document }) => document) }))
  else for (const { text } of checked) terminal.out(text)
  return checked.every(({ right }) => right) ? 0 : 1
}

async function checkedFile(file: string): Promise<{ right: boolean; document: object; text: string }> {
  try {
    const rule = readRule(await legibly(file, () => readFile(file, 'utf8')), file)
    const { id, version } = rule
    const reading = readingOf(rule)
    return {
      right: true,
      document: { file, id, version, reading },
      text: `✓ ${file}: ${id}@${version}\n  ${reading.zh}\n  ${reading.en}`,
    }
  } catch (error) {
    if (!isGanzhiError(error)) throw error
    return { right: false, document: { file, error: errorDocument(error) }, text: error.message }
  }
}
