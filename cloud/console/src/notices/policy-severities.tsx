import type { NoticePolicy } from '@ganzhi/contracts/notice-policy'
import type { Severity } from '@ganzhi/contracts/severity'
import { defineComponent } from 'vue'
import { SEVERITIES } from '../alarms/severities.ts'
import { SeverityTag } from '../alarms/severity-tag.tsx'
import type { Refusal } from '../ask.ts'
import { typed } from '../frame/typed.ts'
import { FieldFault, isRefused } from './field-fault.tsx'
import { AddButton, RemoveButton } from '../frame/list-buttons.tsx'
import { t } from '../language.ts'
import { DurationField } from './duration-field.tsx'

interface PolicyPartProps {
  /** Changed as somebody types. */
  readonly draft: NoticePolicy
  readonly refusal: Refusal | undefined
}

/** Of each severity when people are reminded, and who else is told. */
export const PolicySeverities = defineComponent(
  (props: PolicyPartProps) => {
    const reminder = (severity: Severity) => {
      const { reminders } = props.draft
      return (
        <DurationField
          field={`reminders.${severity}`}
          refusal={props.refusal}
          label={`${t(`severity.${severity}`)} ${t('policyReminder')}`}
          value={reminders[severity] ?? ''}
          required={false}
          onChange={(value: string) => {
            if (value === '') delete reminders[severity]
            else reminders[severity] = value
          }}
        />
      )
    }

    const escalation = (severity: Severity) => {
      const { escalation: all } = props.draft
      const steps = all[severity] ?? []
      const label = `${t(`severity.${severity}`)} ${t('policyEscalation')}`
      const takeOut = (at: number) => {
        steps.splice(at, 1)
        if (steps.length === 0) delete all[severity]
      }
      return (
        <>
          {steps.map((step, i) => {
            const field = `escalation.${severity}[${i}]`
            const to = { refusal: props.refusal, field: `${field}.to` }
            return (
              <div key={i} class="policy-step">
                <DurationField
                  field={`${field}.after`}
                  refusal={props.refusal}
                  label={`${label} ${i + 1}`}
                  value={step.after}
                  required
                  onChange={(value: string) => (step.after = value)}
                />
                <span>{t('policyThenTo')}</span>
                <input
                  required
                  pattern="[a-z0-9\-]{1,64}"
                  title={t('policyToHint')}
                  placeholder={t('policyTo')}
                  aria-label={`${label} ${i + 1} ${t('policyTo')}`}
                  aria-invalid={isRefused(to)}
                  autocapitalize="none"
                  value={step.to}
                  onInput={(event: Event) => (step.to = typed(event))}
                />
                <RemoveButton label={`${label} ${i + 1}`} onClick={() => takeOut(i)} />
                <FieldFault {...to} />
              </div>
            )
          })}
          <AddButton label={label} onClick={() => (all[severity] = [...steps, { after: 'PT30M', to: '' }])} />
        </>
      )
    }

    return () => (
      <table class="policy-table">
        <thead>
          <tr>
            <th scope="col">{t('fact.severity')}</th>
            <th scope="col">{t('policyReminder')}</th>
            <th scope="col">{t('policyEscalation')}</th>
          </tr>
        </thead>
        <tbody>
          {SEVERITIES.toReversed().map((severity) => (
            <tr key={severity}>
              <th scope="row">
                <SeverityTag of={severity} />
              </th>
              <td data-head={t('policyReminder')}>{reminder(severity)}</td>
              <td data-head={t('policyEscalation')}>{escalation(severity)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    )
  },
  { props: ['draft', 'refusal'] },
)
