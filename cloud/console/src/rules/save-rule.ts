import type { Rule } from '@ganzhi/contracts/rule'
import type { AlarmsAtChange, RuleView } from '@ganzhi/contracts/rule-view'
import { shallowRef } from 'vue'
import { type Refusal, tell } from '../ask.ts'
import { asRefusal } from '../load.ts'

/** Lets a rule count; what the platform has against it is kept to be shown. */
export function useSaving(onSaved: (rule: RuleView) => void) {
  const refusal = shallowRef<Refusal>()
  async function save(rule: Rule, alarms: AlarmsAtChange = 'keep') {
    try {
      const saved = await tell<RuleView>(`/rules/${rule.id}`, { rule, alarms }, 'PUT')
      refusal.value = undefined
      onSaved(saved)
    } catch (error) {
      refusal.value = asRefusal(error)
    }
  }
  return { refusal, save: (rule: Rule, alarms?: AlarmsAtChange) => void save(rule, alarms) }
}
