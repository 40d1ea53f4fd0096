import { RuleSchedule } from '@ganzhi/contracts/rule-schedule'
import type { FieldFault } from '../field-fault.ts'
import { shapeFaults } from './shape-faults.ts'

/** What is wrong with the times at which a rule counts. */
export function scheduleFaults(active: unknown): FieldFault[] {
  const faults = shapeFaults(RuleSchedule, active, ['active'])
  if (faults.length > 0) return faults
  const { timezone, spans } = active as RuleSchedule
  return [
    ...(timezone === undefined || isTimezone(timezone)
      ? []
      : [
          {
            path: ['active', 'timezone'],
            message: `is not known: ${JSON.stringify(timezone)}`,
            remedy: '例如 such as Asia/Shanghai',
          },
        ]),
    ...spans.flatMap(({ from, to }, i) => [
      ...(from === to
        ? [
            {
              path: ['active', 'spans', i, 'to'],
              message: `is as from: ${to}`,
              remedy: '全天写 a whole day is from: 00:00, to: 24:00',
            },
          ]
        : []),
      ...(from === '24:00'
        ? [
            {
              path: ['active', 'spans', i, 'from'],
              message: 'is the end of the day',
              remedy: '从零点起写 from midnight on is 00:00',
            },
          ]
        : []),
    ]),
  ]
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
