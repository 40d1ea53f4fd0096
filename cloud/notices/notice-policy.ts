import { durationMs } from '@ganzhi/contracts/duration'
import type { NoticePolicy } from '@ganzhi/contracts/notice-policy'
import { SEVERITIES, type Severity } from '@ganzhi/contracts/severity'

/** What counts until somebody says otherwise. Who is told beyond those who are told of all is for each city to say. */
export const DEFAULT_POLICY: NoticePolicy = {
  settle: 'PT5M',
  flapping: { changes: 6, within: 'PT1H' },
  group: { by: 'street', window: 'PT1M' },
  inhibit: [
    { while: { rule: 'gateway-offline' }, same: 'gateway' },
    { while: 'graver', same: 'device' },
  ],
  reminders: { major: 'PT4H', critical: 'PT1H' },
  escalation: {},
}

/** A policy as it is reckoned with. */
export interface OpenPolicy {
  readonly settleMs: number
  readonly flapping: { readonly changes: number; readonly withinMs: number }
  readonly groupBy: NoticePolicy['group']['by']
  readonly windowMs: number
  readonly inhibit: NoticePolicy['inhibit']
  readonly reminderMs: Readonly<Record<Severity, number>>
  readonly escalation: Readonly<Record<Severity, readonly EscalationStep[]>>
}

export interface EscalationStep {
  readonly afterMs: number
  readonly to: string
}

export function openPolicy(policy: NoticePolicy): OpenPolicy {
  const { settle, flapping, group, inhibit, reminders, escalation } = policy
  return {
    settleMs: durationMs(settle),
    flapping: { changes: flapping.changes, withinMs: durationMs(flapping.within) },
    groupBy: group.by,
    windowMs: durationMs(group.window),
    inhibit,
    reminderMs: bySeverity((severity) => {
      const every = reminders[severity]
      return every === undefined ? Infinity : durationMs(every)
    }),
    escalation: bySeverity((severity) =>
      (escalation[severity] ?? [])
        .map(({ after, to }) => ({ afterMs: durationMs(after), to }))
        .toSorted((a, b) => a.afterMs - b.afterMs),
    ),
  }
}

function bySeverity<T>(of: (severity: Severity) => T): Record<Severity, T> {
  return Object.fromEntries(SEVERITIES.map((severity) => [severity, of(severity)])) as Record<Severity, T>
}
