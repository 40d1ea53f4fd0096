import { errorDocument } from '@ganzhi/contracts/error'
import type { Property } from '@ganzhi/contracts/profile'
import type { Value } from '@ganzhi/contracts/reading'
import type { PointResult } from '@ganzhi/device-drivers/driver'
import { shownResult, shownValue } from '../../installer/read-once.ts'
import { type WriteOutcome, writeOnce } from '../../installer/write-once.ts'
import { badUse, command, needed } from '../command.ts'
import { errorText, inChinese } from '../error-text.ts'
import { TARGET_HELP, TARGET_OPTIONS, targetFrom } from '../target-options.ts'
import { confirmed, type Terminal } from '../terminal.ts'
import { valueText } from '../value-text.ts'

export const write = command({
  help: `
ganzhi-edge write --driver <id> --connection '<json>' --points <yaml> --point <id> --value <v> [--yes] [--json]
写一个点：先显示现值，确认后写入，再读回核对。
Sets one point: shows what is there now, asks, writes, and reads back whether it took.
直接写设备，不经代理与联锁；设备运行中请谨慎。It goes straight to the device, past the agent and its interlocks.
${TARGET_HELP}
  --point <id>             点表中的点 one of its points
  --value <v>              新值 new value: 21.5, true, on, 开, text
  --yes                    不再询问 do not ask

例 example:
  ganzhi-edge write --driver modbus --connection '{"host":"192.168.1.10"}' --points pump.yaml --point pump --value on
`,
  options: {
    ...TARGET_OPTIONS,
    point: { type: 'string' },
    value: { type: 'string' },
    yes: { type: 'boolean' },
  },
  async run(values, { terminal, signal }) {
    const point = needed(values.point, 'point')
    const value = needed(values.value, 'value')
    if (!values.yes && !terminal.interactive) throw badUse('无人可问，须加 nobody can be asked: add --yes')
    const target = await targetFrom(values)
    const property = target.properties.get(point)
    const outcome = await writeOnce(target, {
      point,
      value,
      signal,
      async agreed(before, asked) {
        if (!values.json) terminal.err(intent(terminal, point, before, asked, property))
        return values.yes || (await confirmed(terminal, '写入 write it?', signal))
      },
    })
    terminal.out(values.json ? JSON.stringify(writeDocument(point, outcome)) : outcomeText(terminal, outcome))
    return outcome.written && outcome.took ? 0 : 1
  },
})

function writeDocument(point: string, outcome: WriteOutcome) {
  const { asked, before, written } = outcome
  const known = { point, asked: shownValue(asked), before: shownResult(before), written }
  if (outcome.written) return { ...known, after: shownResult(outcome.after), took: outcome.took }
  return outcome.error ? { ...known, error: errorDocument(outcome.error) } : known
}

function intent(
  { colours }: Terminal,
  point: string,
  before: PointResult,
  asked: Value,
  property: Property | undefined,
): string {
  const change = `${point}: 现值 now ${resultText(before)}  →  ${colours.strong(valueText(asked))}`
  const warnings = [
    ...(property?.dangerous
      ? ['危险写入：可能伤人或损坏设备。 Dangerous: it can hurt people or things.']
      : []),
    ...(property?.interlocks ?? []).map(
      ({ reason }) => `联锁未检查 interlock not checked: ${reason.zh} ${reason.en}`,
    ),
  ]
  return [change, ...warnings.map((warning) => colours.bad(`! ${warning}`))].join('\n')
}

function outcomeText({ colours }: Terminal, outcome: WriteOutcome): string {
  if (!outcome.written) {
    return outcome.error ? errorText(outcome.error, colours) : '未写入 nothing was written'
  }
  const found = resultText(outcome.after)
  if (outcome.took) return colours.good(`✓ 已写入，读回 written, read back: ${found}`)
  return colours.bad(
    `✗ 设备应答了写入，但读回 the device acknowledged, but reads back ${found}, 不是 not ${valueText(outcome.asked)}`,
  )
}

function resultText(result: PointResult): string {
  if (result.quality === 'good') return valueText(result.value)
  return `${inChinese(result.error.code)} ${result.error.message}`
}
