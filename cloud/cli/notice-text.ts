import { TIMEZONE } from '@ganzhi/contracts/clock-span'
import type { Notice, WithheldBy } from '@ganzhi/contracts/notice'
import type { NoticePolicyView } from '@ganzhi/contracts/notice-policy'
import { timeTeller } from './time-teller.ts'

const timeOf = timeTeller(TIMEZONE)

export function noticeListText(notices: readonly Notice[], more: boolean): string {
  if (notices.length === 0) return '没有通知 no notice'
  const lines = notices.map(
    ({ at, text, withheldBy }) =>
      `${timeOf(at)}  ${text.zh}${withheldText(withheldBy)}\n                     ${text.en}`,
  )
  return [...lines, ...(more ? ['… 更多 more: --limit'] : [])].join('\n')
}

function withheldText(by: WithheldBy | null): string {
  if (by === null) return ''
  const why = 'silence' in by ? `静默 silence ${by.silence}` : `告警 alarm ${by.alarm} ${by.rule}`
  return `  [未通知 not told: ${why}]`
}

/** As a file of it may be written: JSON is YAML. */
export function policyText({ version, author, madeAt, policy }: NoticePolicyView): string {
  const made =
    author === null || madeAt === null ? '平台自带 comes with the platform' : `${author}, ${timeOf(madeAt)}`
  return `# ${version}: ${made}\n${JSON.stringify(policy, null, 2)}`
}
