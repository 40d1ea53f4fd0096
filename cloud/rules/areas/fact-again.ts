import type { AlarmHistory } from '../../alarms/alarm-revision.ts'
import type { EngineTransition } from '../engine/step-result.ts'
import type { LiveRule } from '../live/live-rule.ts'
import { type DeviceFact, type MetSpan, toldValue } from './write-facts.ts'

/** When a device met a part of a rule, by what the part makes of it when it is run over again. */
export function factAgain(
  { gatewayId, device }: { readonly gatewayId: number; readonly device: string },
  rule: LiveRule,
  part: string,
  {
    from,
    told,
    value,
    transitions,
  }: Pick<AlarmHistory, 'from' | 'told'> & {
    /** What was told with it, where the part tells values. */
    readonly value: number | null
    readonly transitions: readonly Pick<EngineTransition, 'at' | 'to' | 'value'>[]
  },
): DeviceFact {
  const begun = told === 'clear' ? [] : [{ at: from, to: told, value }]
  const changes = [...begun, ...transitions]
  const spans = changes.flatMap((change, i): MetSpan[] =>
    change.to === 'clear' ? [] : [[change.at, changes[i + 1]?.at ?? null, toldValue(rule, change)]],
  )
  return { rule, gatewayId, device, kind: 'again', what: part, at: from, spans }
}
