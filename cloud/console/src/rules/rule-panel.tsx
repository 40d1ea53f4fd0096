import type { Rule } from '@ganzhi/contracts/rule'
import type { RuleVersionView, RuleView } from '@ganzhi/contracts/rule-view'
import { defineComponent, ref, shallowRef } from 'vue'
import { ruleName } from '../alarms/alarm-text.ts'
import { ask, type Refusal, tell } from '../ask.ts'
import { Loading, Trouble } from '../frame/notice.tsx'
import { PanelHead } from '../frame/panel-head.tsx'
import { Refused } from '../frame/refused.tsx'
import { language, t } from '../language.ts'
import { asRefusal, useLoad } from '../load.ts'
import type { Page } from '../paged.ts'
import { go } from '../place.ts'
import { showTime } from '../show.ts'
import { RuleChange } from './rule-change.tsx'
import { RuleTextCard } from './rule-text-card.tsx'
import { RuleVersions } from './rule-versions.tsx'
import { TryOnHistory } from './try-on-history.tsx'

const EVERY_MS = 5_000
const MOST_VERSIONS = 50

/** One rule: what it does, whether it counts, what it would have told, and what it was before. */
export const RulePanel = defineComponent(
  (props: { id: string }) => {
    const asking = ref(false)
    const refused = shallowRef<Refusal>()
    /** What the text that is being edited means. */
    const draft = shallowRef<Rule>()
    const { data, refusal, reload } = useLoad(
      () => `/rules/${props.id}`,
      (path, signal) => ask<RuleView>(path, {}, signal),
      { everyMs: EVERY_MS },
    )

    const versions = useLoad(
      () => data.value && { path: `/rules/${props.id}/versions`, version: data.value.version },
      ({ path }, signal) => ask<Page<RuleVersionView>>(path, { limit: MOST_VERSIONS }, signal),
    )

    async function switchOn() {
      try {
        await tell(`/rules/${props.id}/enabled`, { enabled: true }, 'PUT')
        refused.value = undefined
        reload()
      } catch (error) {
        refused.value = asRefusal(error)
      }
    }

    return () => {
      const shown = data.value
      if (!shown) return refusal.value ? <Trouble refusal={refusal.value} retry={reload} /> : <Loading />
      const { id, version, enabled, rule, openAlarms } = shown
      return (
        <article class="story-panel">
          <PanelHead
            back={() => go({ rule: undefined })}
            title={ruleName({ id, names: rule.names ?? null })}
            line={[
              id,
              t('ruleVersion', { n: version }),
              t('changedAt', { time: showTime(shown.changedAt) }),
            ].join(' · ')}
            end={
              <button
                type="button"
                role="switch"
                class="switch push"
                aria-checked={enabled}
                onClick={() => (enabled ? (asking.value = true) : void switchOn())}
              >
                {t(enabled ? 'ruleOn' : 'ruleOff')}
              </button>
            }
          />
          <Refused refusal={refused.value} />
          {asking.value && (
            <RuleChange
              title={t('switchOffTitle')}
              action={t('switchOff')}
              openAlarms={openAlarms}
              mayMigrate={false}
              path={`/rules/${id}/enabled`}
              body={{ enabled: false }}
              onDone={reload}
              onClose={() => (asking.value = false)}
            />
          )}
          <WhatItDoes shown={shown} />
          {shown.faults.length > 0 && <Faults faults={shown.faults} />}
          <RuleTextCard
            key={version}
            id={id}
            version={version}
            newest={versions.data.value?.items[0]?.version ?? version}
            openAlarms={openAlarms}
            onSaved={reload}
            onRead={(read: Rule | undefined) => (draft.value = read)}
          />
          <TryOnHistory
            rule={draft.value ?? rule}
            compare={draft.value && isChanged(draft.value, rule) ? rule : undefined}
          />
          {versions.data.value && (
            <RuleVersions
              versions={versions.data.value.items}
              counts={version}
              openAlarms={openAlarms}
              onChanged={reload}
            />
          )}
        </article>
      )
    }
  },
  { props: ['id'] },
)

const WhatItDoes = ({ shown: { id, rule, reading, openAlarms, lateInputs } }: { shown: RuleView }) => (
  <section class="card">
    <header class="card-head">
      <h2>{t('whatItDoes')}</h2>
      {openAlarms > 0 && (
        <button
          type="button"
          class="button push"
          onClick={() => go({ page: 'alarms', state: 'open', by: id, severity: undefined, alarm: undefined })}
        >
          {t('openAlarmsOf', { n: openAlarms })}
        </button>
      )}
    </header>
    <div class="reading">
      <p class="said">{reading[language.value]}</p>
      {rule.source && (
        <p class="muted">
          {t('sourceOfNumbers')} · {rule.source}
        </p>
      )}
      {lateInputs > 0 && <p class="muted">{t('lateInputs', { n: lateInputs })}</p>}
    </div>
  </section>
)
WhatItDoes.props = ['shown']

const Faults = ({ faults }: { faults: RuleView['faults'] }) => (
  <section class="card">
    <header class="card-head">
      <h2 class="warn">{t('ruleFaults')}</h2>
      <span class="muted small">{t('ruleFaultsHint')}</span>
    </header>
    <ul class="lines">
      {faults.map(({ gateway, device, kind, message, at }) => (
        <li key={`${gateway} ${device} ${at}`}>
          <strong>{device === null ? t('everywhere') : `${gateway} · ${device}`}</strong>
          <span class="warn">{t(`fault.${kind}`)}</span>
          <span class="course-facts">{message}</span>
          <time class="muted" datetime={at}>
            {showTime(at)}
          </time>
        </li>
      ))}
    </ul>
  </section>
)
Faults.props = ['faults']

/** Of what is for other devices nothing can be compared. */
function isChanged(draft: Rule, counts: Rule): boolean {
  const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)
  return same(draft.for, counts.for) && !same({ ...draft, version: counts.version }, counts)
}
