import type { AlarmHistory } from '../../alarms/alarm-revision.ts'
import type { LiveRule } from '../live/live-rule.ts'
import type { DeviceFact, MetSpan } from './write-facts.ts'

/** When a device met a part of a rule, by what the part makes of it when it is run over again. */
export function factAgain(
  { gatewayId, device }: { readonly gatewayId: number; readonly device: string },
  rule: LiveRule,
  part: string,
  {
    from,
    told,
    transitions,
  }: Pick<AlarmHistory, 'from' | 'told'> & {
    readonly transitions: readonly { readonly at: number; readonly to: string }[]
  },
): DeviceFact {
  const begun = told === 'clear' ? [] : [{ at: from, to: told }]
  const changes = [...begun, ...transitions]
  const spans = changes.flatMap(({ at, to }, i): MetSpan[] =>
    to === 'clear' ? [] : [[at, changes[i + 1]?.at ?? null]],
  )
  return { rule, gatewayId, device, kind: 'again', what: part, at: from, spans }
}
