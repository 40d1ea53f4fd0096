import type { NoticePolicy } from '@ganzhi/contracts/notice-policy'
import type { FunctionalComponent } from 'vue'
import { SEVERITIES } from '../alarms/severities.ts'
import { SeverityTag } from '../alarms/severity-tag.tsx'
import { t } from '../language.ts'
import { showDuration } from './duration-text.ts'

/** Who is told what, and when, in words. */
export const PolicyReading: FunctionalComponent<{ policy: NoticePolicy }> = ({ policy }) => (
  <>
    <section class="card">
      <header class="card-head">
        <h2>{t('policyWho')}</h2>
        <span class="muted small">{t('policyWhoHint')}</span>
      </header>
      <table class="policy-table">
        <thead>
          <tr>
            <th scope="col">{t('fact.severity')}</th>
            <th scope="col">{t('policyAtOnce')}</th>
            <th scope="col">{t('policyReminder')}</th>
            <th scope="col">{t('policyEscalation')}</th>
          </tr>
        </thead>
        <tbody>
          {SEVERITIES.toReversed().map((severity) => {
            const every = policy.reminders[severity]
            return (
              <tr key={severity}>
                <th scope="row">
                  <SeverityTag of={severity} />
                </th>
                <td data-head={t('policyAtOnce')}>{t('policyEverybody')}</td>
                <td data-head={t('policyReminder')}>
                  {every === undefined ? '—' : t('policyEvery', { time: showDuration(every) })}
                </td>
                <td data-head={t('policyEscalation')}>
                  {policy.escalation[severity]
                    ?.map(({ after, to }) => t('policyAfter', { time: showDuration(after), to }))
                    .join('；') ?? '—'}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
    <section class="card">
      <header class="card-head">
        <h2>{t('policyOver')}</h2>
      </header>
      <ul class="lines">
        <li>{t('policySettles', { time: showDuration(policy.settle) })}</li>
        <li>
          {t('policyFlaps', {
            time: showDuration(policy.flapping.within),
            n: policy.flapping.changes,
          })}
        </li>
        <li>
          {t('policyGroups', {
            level: t(`level.${policy.group.by}`),
            time: showDuration(policy.group.window),
          })}
        </li>
      </ul>
    </section>
    <section class="card">
      <header class="card-head">
        <h2>{t('policyInhibit')}</h2>
      </header>
      {policy.inhibit.length === 0 && <p class="hint">{t('policyNoInhibit')}</p>}
      <ol class="lines">
        {policy.inhibit.map(({ while: on, same }, i) => (
          <li key={i}>
            {on === 'graver'
              ? t('policyGraver', { same: t(`same.${same}`) })
              : t('policyRule', { rule: on.rule, same: t(`same.${same}`) })}
          </li>
        ))}
      </ol>
    </section>
  </>
)
PolicyReading.props = ['policy']
