import type { NoticePolicy } from '@ganzhi/contracts/notice-policy'
import { defineComponent, nextTick, reactive, ref, shallowRef } from 'vue'
import { AREA_LEVELS } from '../area-text.ts'
import { type Refusal, tell } from '../ask.ts'
import { typed } from '../frame/typed.ts'
import { FieldFault, isRefused } from './field-fault.tsx'
import { problemText, t } from '../language.ts'
import { asRefusal } from '../load.ts'
import type { MessageKey } from '../messages.ts'
import { DurationField } from './duration-field.tsx'
import { PolicyInhibit } from './policy-inhibit.tsx'
import { PolicySeverities } from './policy-severities.tsx'

const GROUPS = [...AREA_LEVELS, 'gateway'] as const

interface PolicyFormProps {
  readonly policy: NoticePolicy
  readonly onSaved: () => void
  readonly onClose: () => void
}

/** The policy as a form. What the platform has against it is said at its field. */
export const PolicyForm = defineComponent(
  (props: PolicyFormProps) => {
    const form = ref<HTMLFormElement>()
    const draft = reactive(structuredClone(props.policy))
    const refusal = shallowRef<Refusal>()

    async function save(event: Event) {
      event.preventDefault()
      try {
        await tell('/notice-policy', draft, 'PUT')
        props.onSaved()
      } catch (error) {
        refusal.value = asRefusal(error)
        await nextTick()
        form.value?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
      }
    }

    const duration = (field: string, label: string, value: string, onChange: (value: string) => void) => (
      <div class="field">
        {label}
        <DurationField
          field={field}
          refusal={refusal.value}
          label={label}
          value={value}
          required
          onChange={onChange}
        />
      </div>
    )

    const changes = () => {
      const at = { refusal: refusal.value, field: 'flapping.changes' }
      return (
        <label class="field">
          {t('policyChanges')}
          <input
            type="number"
            min={2}
            max={100}
            required
            aria-invalid={isRefused(at)}
            value={draft.flapping.changes}
            onInput={(event: Event) =>
              (draft.flapping.changes = (event.target as HTMLInputElement).valueAsNumber)
            }
          />
          <FieldFault {...at} />
        </label>
      )
    }

    const groupBy = () => (
      <label class="field">
        {t('policyGroupBy')}
        <select
          class="choice"
          value={draft.group.by}
          onChange={(event: Event) => (draft.group.by = typed(event) as (typeof GROUPS)[number])}
        >
          {GROUPS.map((by) => (
            <option key={by} value={by}>
              {t(`level.${by}`)}
            </option>
          ))}
        </select>
      </label>
    )

    return () => (
      <form ref={form} class="policy-form" onSubmit={(event: Event) => void save(event)}>
        <section class="card">
          {head('policyWho', 'policyWhoHint')}
          <PolicySeverities draft={draft} refusal={refusal.value} />
        </section>
        <section class="card">
          {head('policyOver')}
          <div class="policy-fields">
            {duration('settle', t('policySettle'), draft.settle, (value) => (draft.settle = value))}
            {changes()}
            {duration('flapping.within', t('policyWithin'), draft.flapping.within, (value) => {
              draft.flapping.within = value
            })}
            {groupBy()}
            {duration('group.window', t('policyWindow'), draft.group.window, (value) => {
              draft.group.window = value
            })}
          </div>
        </section>
        <section class="card">
          {head('policyInhibit', 'policyInhibitHint')}
          <PolicyInhibit draft={draft} refusal={refusal.value} />
        </section>
        <div class="policy-foot">
          <button class="button primary">{t('policySave')}</button>
          <button type="button" class="button" onClick={props.onClose}>
            {t('cancel')}
          </button>
          {refusal.value && (
            <p class="refusal" role="alert">
              {refusal.value.problem.field === undefined
                ? problemText(refusal.value.problem)
                : t('policyRefused')}
            </p>
          )}
        </div>
      </form>
    )
  },
  { props: ['policy', 'onSaved', 'onClose'] },
)

function head(title: MessageKey, hint?: MessageKey) {
  return (
    <header class="card-head">
      <h2>{t(title)}</h2>
      {hint && <span class="muted small">{t(hint)}</span>}
    </header>
  )
}
