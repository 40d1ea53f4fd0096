import type { NoticePolicy } from '@ganzhi/contracts/notice-policy'
import type { RuleView } from '@ganzhi/contracts/rule-view'
import { defineComponent } from 'vue'
import { ask, type Refusal } from '../ask.ts'
import { typed } from '../frame/typed.ts'
import { FieldFault, isRefused } from './field-fault.tsx'
import { AddButton, RemoveButton } from '../frame/list-buttons.tsx'
import { t } from '../language.ts'
import { useLoad } from '../load.ts'
import type { Page } from '../paged.ts'

const SAMES = ['gateway', 'device'] as const

/** Which alarms keep others from being told. */
export const PolicyInhibit = defineComponent(
  (props: { draft: NoticePolicy; refusal: Refusal | undefined }) => {
    const rules = useLoad(
      () => 'rules',
      (_key, signal) => ask<Page<RuleView>>('/rules', { limit: 500 }, signal),
    )

    const entryFields = (entry: NoticePolicy['inhibit'][number], i: number) => {
      const label = `${t('policyInhibit')} ${i + 1}`
      const on = { refusal: props.refusal, field: `inhibit[${i}].while` }
      return (
        <li key={i} class="policy-step">
          <span>{t('policyWhile')}</span>
          <input
            list="policy-rules"
            placeholder={t('policyAnyGraver')}
            aria-label={`${label} ${t('rule')}`}
            aria-invalid={isRefused(on)}
            autocapitalize="none"
            value={entry.while === 'graver' ? '' : entry.while.rule}
            onInput={(event: Event) => {
              const rule = typed(event).trim()
              entry.while = rule === '' ? 'graver' : { rule }
            }}
          />
          <span>{t('policyNotTold')}</span>
          <select
            class="choice"
            aria-label={`${label} ${t('policySame')}`}
            value={entry.same}
            onChange={(event: Event) => (entry.same = typed(event) as (typeof SAMES)[number])}
          >
            {SAMES.map((same) => (
              <option key={same} value={same}>
                {t(`same.${same}`)}
              </option>
            ))}
          </select>
          <RemoveButton label={label} onClick={() => props.draft.inhibit.splice(i, 1)} />
          <FieldFault {...on} />
        </li>
      )
    }

    return () => (
      <>
        <ol class="lines">{props.draft.inhibit.map(entryFields)}</ol>
        <div class="form-foot">
          <AddButton
            label={t('policyInhibit')}
            onClick={() => props.draft.inhibit.push({ while: 'graver', same: 'device' })}
          />
        </div>
        <datalist id="policy-rules">
          {rules.data.value?.items.map(({ id }) => (
            <option key={id} value={id} />
          ))}
        </datalist>
      </>
    )
  },
  { props: ['draft', 'refusal'] },
)
